"""Tests of access managers who change modules and remove an authority in Slack."""

from typing import Any

import pytest

from bot.demo.demo import Demo
from core.authorities.rows import authorities
from core.languages.texts import texts
from core.schema.authorities import authorities as authorities_table
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    blocks_of,
    change_user,
    find_user,
    last_answer,
    register,
    view_text,
)

_, _en = texts("da").gettext, texts("en").gettext
KARIN = "U0KARIN"
ONLY = "Det kan kun myndighedens adgangsforvalter gøre. Kontakt adgangsforvalteren."


async def modules(demo: Demo) -> tuple[str, ...]:
    return await demo.product.store.read(lambda tx: authorities.require(tx, 2).modules)


async def open_modules(demo: Demo) -> None:
    await demo.slack.command(KARIN, "/imi-modules", "sundhed")
    assert "modules_0" in blocks_of(demo, KARIN)


async def tick(demo: Demo, *codes: str, coordinating: tuple[str, ...] = ()) -> None:
    values = {"modules_0": list(codes), "coordinating_0": list(coordinating)}
    await demo.slack.fill(KARIN, values)
    await demo.slack.submit(KARIN)
    assert "changes" in blocks_of(demo, KARIN)


async def test_a_granted_module_is_announced_with_a_button_to_give_its_role(  # R19, R61, D12
    demo: Demo,
) -> None:
    await open_modules(demo)
    await tick(demo, "PQ", "PR", "SD", coordinating=("PQ",))
    assert "Services" in blocks_of(demo, KARIN)["changes"]["text"]["text"]
    await demo.slack.submit(KARIN)

    assert await modules(demo) == ("PQ", "PR", "SD")
    assert "Sundhedsstyrelsen" in view_text(demo, KARIN)
    assert await demo.product.store.read(lambda tx: authorities.coordinated_modules(tx, 2)) == {
        "PQ"
    }
    await demo.slack.until(lambda: "role_holders" in str(demo.slack.messages(ANNA)))
    await demo.slack.click(ANNA, "role_holders", ANNA)
    await demo.slack.until(lambda: "holders" in blocks_of(demo))


async def test_withdrawing_a_module_names_the_users_whose_roles_end(demo: Demo) -> None:  # R19, D13
    jonas = await register(demo, member=JONAS, roles_PQ=["PQ:BASIC"])
    await demo.slack.close(ANNA, clear=True)
    await open_modules(demo)
    await tick(demo, "PR")
    ending = blocks_of(demo, KARIN)["ending"]["text"]["text"]
    assert "Jonas Østergård" in ending
    assert "Basic user" in ending

    await demo.slack.submit(KARIN)

    assert await modules(demo) == ("PR",)
    again = await find_user(demo, jonas.username)
    assert again is not None
    assert again.roles == ()


async def test_the_preview_shows_that_nothing_changes_or_no_role_is_lost(demo: Demo) -> None:
    await open_modules(demo)
    await tick(demo, "PQ", "PR")
    assert _en("No modules are granted or withdrawn.") in view_text(demo, KARIN)
    await demo.slack.close(KARIN)

    anna = await find_user(demo, "aholm")
    assert anna is not None
    await change_user(demo, anna, removed_at=demo.slack.clock.now())
    await open_modules(demo)
    await tick(demo, "PQ")
    assert _en("Nobody holds a role there, so nobody loses one.") in view_text(demo, KARIN)


async def test_the_preview_names_the_modules_that_the_authority_coordinates(
    demo: Demo,
) -> None:  # R24, D18, issue 16: "no module is granted" though a coordinator was
    await open_modules(demo)
    await tick(demo, "PQ", "PR", coordinating=("PR",))
    assert (
        "Coordinates from now on:\n• Patients" in blocks_of(demo, KARIN)["changes"]["text"]["text"]
    )
    assert "No modules are granted" not in view_text(demo, KARIN)
    await demo.slack.submit(KARIN)

    await open_modules(demo)
    await tick(demo, "PQ", "PR")
    assert "No longer coordinates:\n• Patients" in blocks_of(demo, KARIN)["changes"]["text"]["text"]


async def test_without_a_name_an_authority_is_chosen_from_a_menu(demo: Demo) -> None:  # D15
    await demo.slack.command(KARIN, "/imi-modules")
    await demo.slack.suggest(KARIN, "managed_authority:modules", "")

    await demo.slack.fill(KARIN, {"managed_authority:modules": "2"})

    await demo.slack.until(lambda: "modules_0" in blocks_of(demo, KARIN))


async def test_an_access_manager_changes_its_own_modules_from_the_card(demo: Demo) -> None:  # R24
    await demo.slack.command(KARIN, "/imi-authority")
    await demo.slack.click(KARIN, "authority_access")

    await demo.slack.until(lambda: "modules_0" in blocks_of(demo, KARIN))


async def test_an_access_manager_changes_its_own_name_country_and_coordination(
    demo: Demo,
) -> None:  # R25, D15, D18
    await demo.slack.command(KARIN, "/imi-authority")
    await demo.slack.click(KARIN, "authority_edit")
    await demo.slack.until(lambda: "official_name" in blocks_of(demo, KARIN))
    values = {"official_name": "IMI-koordinator", "country": "SE", "languages": ["da"]}
    await demo.slack.fill(KARIN, values)
    assert (await demo.slack.submit(KARIN)).errors == {}
    await demo.slack.close(KARIN, clear=True)
    await demo.slack.command(KARIN, "/imi-authority")
    await demo.slack.click(KARIN, "authority_access")
    await demo.slack.until(lambda: "modules_0" in blocks_of(demo, KARIN))
    await tick(demo, "PQ", "SD", "PW", "PR", "EC", coordinating=("PQ",))
    await demo.slack.submit(KARIN)

    own = await demo.product.store.read(lambda tx: authorities.require(tx, 1))
    assert (own.official_name, own.country) == ("IMI-koordinator", "SE")
    assert await demo.product.store.read(lambda tx: authorities.coordinated_modules(tx, 1)) == {
        "PQ"
    }


async def test_an_ordinary_administrator_cannot_change_name_country_or_modules(
    demo: Demo,
) -> None:  # R25, R26, D15
    await demo.slack.command(ANNA, "/imi-authority")
    assert "authority_access" not in view_text(demo)
    await demo.slack.click(ANNA, "authority_edit")
    await demo.slack.until(lambda: "official_name" in blocks_of(demo))

    assert blocks_of(demo)["official_name"]["type"] == "section"
    assert _("Only your access manager can change the official name.") in view_text(demo)
    assert "country" not in blocks_of(demo)


@pytest.mark.parametrize(
    "command", ["/imi-modules", "/imi-modules sundhed", "/imi-registerauthority"]
)
async def test_an_ordinary_administrator_cannot_change_modules(
    demo: Demo, command: str
) -> None:  # R26
    name, _blank, text = command.partition(" ")

    await demo.slack.command(ANNA, name, text)

    assert last_answer(demo) == ONLY
    assert demo.slack.view(ANNA) is None


@pytest.mark.parametrize("command", ["/imi-modules", "/imi-registerauthority"])
async def test_an_ordinary_user_is_sent_to_the_access_manager(
    demo: Demo, command: str
) -> None:  # R18, R26
    """The administrators of the authority could not do it either."""
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, command)

    assert last_answer(demo, JONAS) == ONLY
    (shown,) = [m for m in demo.slack.messages(JONAS) if m.text == ONLY]
    assert "Adgangsforvalter: IMI-koordinatoren" in str(shown.blocks)


async def open_removal(demo: Demo) -> None:
    await demo.slack.command(KARIN, "/imi-authority", "sundhed")
    await demo.slack.click(KARIN, "authority_remove")
    await demo.slack.until(lambda: "confirmation" in blocks_of(demo, KARIN))


async def test_an_authority_is_removed_after_its_name_is_typed(demo: Demo) -> None:  # D14, D15
    await open_removal(demo)
    assert "1 user will lose access at once." in view_text(demo, KARIN)
    await demo.slack.fill(KARIN, {"confirmation": "Sundhedsstyrelsen"})
    assert set((await demo.slack.submit(KARIN)).errors) == {"confirmation"}

    await demo.slack.fill(KARIN, {"confirmation": "vesterlands sundhedsstyrelse"})
    await demo.slack.submit(KARIN)

    assert "Authority removed: Vesterlands Sundhedsstyrelse" in view_text(demo, KARIN)
    gone = await demo.product.store.read(lambda tx: authorities.require(tx, 2))
    assert gone.removed_at is not None
    assert await find_user(demo, "aholm") is None
    title = _("Your account in IMI has been removed")
    await demo.slack.until(lambda: title in str(demo.slack.messages(ANNA)))
    await demo.slack.until(
        lambda: any("post@sundhed.example" in m.recipients for m in demo.slack.mails[-3:])
    )


async def test_a_former_access_manager_cannot_remove_an_authority(demo: Demo) -> None:  # R38
    await open_removal(demo)
    karin = await find_user(demo, "klindqvist")
    assert karin is not None

    def operation(tx: Any) -> None:  # noqa: ANN401
        from core.users.rows import roles

        roles.revoke(tx, karin.id, karin.roles)

    await demo.product.store.write(operation)
    await demo.slack.fill(KARIN, {"confirmation": "Vesterlands Sundhedsstyrelse"})
    await demo.slack.submit(KARIN)

    assert "Only an administrator of your authority can do this." in view_text(demo, KARIN)
    await demo.slack.close(KARIN)
    await demo.slack.close(KARIN)
    await demo.slack.click(KARIN, "authority_remove")
    assert "Only an administrator of your authority can do this." in view_text(demo, KARIN)


@pytest.mark.parametrize("step", ["ticks", "confirm"])
async def test_a_former_access_manager_cannot_change_modules(demo: Demo, step: str) -> None:  # R38
    from sqlalchemy import update

    await open_modules(demo)
    if step == "confirm":
        await tick(demo, "PQ")

    def operation(tx: Any) -> None:  # noqa: ANN401
        tx.execute(update(authorities_table).values(manager_id=None))

    await demo.product.store.write(operation)
    await demo.slack.submit(KARIN)
    assert _en("This entry no longer exists. Open the list again.") in view_text(demo, KARIN)
    assert await modules(demo) == ("PQ", "PR")


async def test_users_beyond_the_first_whose_roles_end_are_counted(demo: Demo) -> None:
    from core.administration.module_effects import ModuleChangeEffects
    from core.administration.modules import ModuleEdit
    from core.role_keys import RoleKey
    from handlers.authorities.access_manager_views import confirm
    from tests.handlers.sample_values import HEALTH, IDA

    follows = ModuleChangeEffects(
        (), ("PR",), tuple((IDA, (RoleKey("PR", "BASIC"),)) for _n in range(25))
    )
    edit = ModuleEdit(1, {}, {}, since=0)
    view = confirm(HEALTH, edit, follows, demo.product.rulebook.catalogue, "en")

    assert "and 5 more" in str(view)
