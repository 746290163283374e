"""Tests of an authority's card, and of the three tabs in which it is edited."""

from typing import Any

import pytest

from bot.demo.demo import Demo
from core.authorities.rows import authorities
from core.languages.texts import texts
from tests.handlers.demo_actions import (
    ANNA,
    IDA,
    JONAS,
    annas_authority,
    blocks_of,
    home_text,
    last_answer,
    register,
    view_text,
)

_ = texts("da").gettext
KARIN = "U0KARIN"
SAVED = _("Saved.")


async def test_every_user_sees_their_authority(demo: Demo) -> None:  # R2, R20
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, "/imi-authority")

    text = view_text(demo, JONAS)
    assert "Vesterlands Sundhedsstyrelse" in text
    assert "Anna Holm" in text
    assert "Patientrettigheder" in text
    assert "navigation" not in blocks_of(demo, JONAS)
    assert "IMI-koordinatoren" in text


async def test_an_administrator_confirms_that_the_data_is_right(demo: Demo) -> None:  # R2, R59
    from datetime import timedelta

    demo.slack.advance(timedelta(days=3))
    before = await annas_authority(demo)
    await demo.slack.command(ANNA, "/imi-authority")

    await demo.slack.click(ANNA, "authority_still_right")

    assert _("Thank you. The data are recorded as confirmed today.") in view_text(demo)
    made = await annas_authority(demo)
    assert made.confirmed_at is not None
    assert before.confirmed_at is not None
    assert made.confirmed_at > before.confirmed_at


async def test_home_shows_when_the_data_was_last_confirmed(demo: Demo) -> None:  # R2
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: "confirmed" in home_text(demo))


async def test_an_access_manager_sees_the_authorities_it_manages(
    demo: Demo,
) -> None:  # R17, D11, D15
    await demo.slack.command(KARIN, "/imi-authority", "sundhed")

    assert "Vesterlands Sundhedsstyrelse" in view_text(demo, KARIN)
    await demo.slack.click(KARIN, "choose_user")
    await demo.slack.until(lambda: "Anna Holm" in view_text(demo, KARIN))
    assert "anna.holm@sundhed.example" in view_text(demo, KARIN)
    await demo.slack.close(KARIN)
    await demo.slack.click(KARIN, "authority_edit")
    values = {"official_name": "Vesterlands Sundhed", "country": "SE", "languages": ["da"]}
    await demo.slack.fill(KARIN, values)
    assert (await demo.slack.submit(KARIN)).errors == {}
    assert (await annas_authority(demo)).official_name == "Vesterlands Sundhed"
    subject = _("IMI: a change concerning the authority {authority}", authority="Sundhedsstyrelsen")
    await demo.slack.until(lambda: subject in str(demo.slack.messages(ANNA)))
    assert "Karin Lindqvist" in str(demo.slack.messages(ANNA))


async def test_if_several_authorities_match_one_is_chosen(demo: Demo) -> None:  # D15
    await demo.slack.command(KARIN, "/imi-authority", "vesterlands")
    found = await demo.slack.suggest(KARIN, "managed_authority:show", "arbejd")
    assert isinstance(found.body, dict)
    number = found.body["options"][0]["value"]

    await demo.slack.fill(KARIN, {"managed_authority:show": number})

    await demo.slack.until(lambda: "Vesterlands Arbejdstilsyn" in view_text(demo, KARIN))


async def test_no_matching_authority_is_reported(demo: Demo) -> None:
    await demo.slack.command(KARIN, "/imi-authority", "zorro")

    assert "zorro" in view_text(demo, KARIN)


async def test_an_ordinary_authority_manages_no_others(demo: Demo) -> None:  # R26
    await demo.slack.command(ANNA, "/imi-authority", "arbejds")

    assert (
        last_answer(demo)
        == "Det kan kun myndighedens adgangsforvalter gøre. Kontakt adgangsforvalteren."
    )


@pytest.mark.parametrize("text", ["Sundhedsstyrelsen", "vesterlands  SUNDHEDSSTYRELSE", "sundhed"])
async def test_the_name_of_ones_own_authority_shows_its_card(demo: Demo, text: str) -> None:  # R20
    await register(demo, member=JONAS)
    await demo.slack.close(ANNA, clear=True)

    for member in (ANNA, JONAS):
        await demo.slack.command(member, "/imi-authority", text)

        assert "Vesterlands Sundhedsstyrelse" in view_text(demo, member)


async def test_an_access_manager_sees_the_own_authority_by_its_name(demo: Demo) -> None:  # R20, D15
    own = await demo.product.store.read(lambda tx: authorities.require(tx, 1))

    await demo.slack.command(KARIN, "/imi-authority", own.official_name)

    assert own.official_name in view_text(demo, KARIN)
    assert "open_users" in view_text(demo, KARIN)


async def test_several_matching_authorities_are_listed(demo: Demo) -> None:  # R19, D15
    await demo.slack.command(KARIN, "/imi-modules", "vesterlands")
    blocks = blocks_of(demo, KARIN)
    assert "Vesterlands Sundhedsstyrelse" in str(blocks["managed_2"])
    assert "Vesterlands Arbejdstilsyn" in str(blocks["managed_3"])
    assert "managed_4" not in blocks

    await demo.slack.click(KARIN, "listed_authority:modules", block_id="managed_3")

    await demo.slack.until(lambda: "coordinating_0" in blocks_of(demo, KARIN))
    assert "Arbejdstilsyn" in view_text(demo, KARIN)


async def test_the_card_leads_to_the_users_and_to_a_new_one(demo: Demo) -> None:  # R40, R57
    await demo.slack.command(ANNA, "/imi-authority")

    await demo.slack.click(ANNA, "open_users")
    await demo.slack.until(lambda: "number" in blocks_of(demo))
    assert "Anna Holm" in view_text(demo)
    await demo.slack.click(ANNA, "home_add_user")
    await demo.slack.until(lambda: "first_name:0" in blocks_of(demo))
    await demo.slack.fill(ANNA, IDA)
    assert (await demo.slack.submit(ANNA)).errors == {}
    assert (await demo.slack.submit(ANNA)).errors == {}
    await demo.slack.close(ANNA)

    # The list below has been redrawn.
    await demo.slack.until(lambda: "Ida Møller" in view_text(demo))


async def test_who_is_no_administrator_has_no_button_to_the_users(demo: Demo) -> None:  # R38
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, "/imi-authority")

    assert "open_users" not in view_text(demo, JONAS)


async def test_a_managed_authoritys_card_has_no_button_to_its_users(demo: Demo) -> None:  # D11
    await demo.slack.command(KARIN, "/imi-authority", "sundhed")

    assert "open_users" not in view_text(demo, KARIN)


async def test_a_former_access_manager_is_offered_no_authorities(demo: Demo) -> None:  # R38
    from core.users.rows import roles, users

    await demo.slack.command(KARIN, "/imi-authority", "vesterlands")

    def operation(tx: Any) -> None:  # noqa: ANN401
        karin = users.find_by_username(tx, "klindqvist")
        assert karin is not None
        roles.revoke(tx, karin.id, karin.roles)

    await demo.product.store.write(operation)
    found = await demo.slack.suggest(KARIN, "managed_authority:show", "")
    assert found.body == {"options": []}
