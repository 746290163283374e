"""Tests of registering a colleague in Slack, from the command to the confirmation."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from bot.demo.demo import Demo
from core.audit import service as audit
from core.languages.texts import texts
from core.schema.members import members
from core.schema.users import users as users_table
from tests.factories import executing
from tests.handlers.demo_actions import (
    ANNA,
    IDA,
    LUKASZ,
    blocks_of,
    change_user,
    fill_first_step,
    find_user,
    open_form,
    register,
    view_text,
)

_ = texts("da").gettext


async def test_the_form_offers_roles_of_the_authoritys_modules_only(demo: Demo) -> None:  # R48, D13
    await open_form(demo)

    assert {"roles_PQ", "roles_PR", "administrator"} <= set(blocks_of(demo))
    assert "roles_SD" not in blocks_of(demo)
    languages = blocks_of(demo)["language:0"]["element"]["options"]
    assert len(languages) == 24  # D20


@pytest.mark.parametrize(
    ("field", "typed", "block", "sentence"),
    [
        (
            "phone",
            "12",
            "phone",
            "This is not a valid telephone number. Write it with the country code: {example}",
        ),
        ("first_name", "123", "first_name:0", "A name must contain at least one letter."),
        (
            "email",
            "anna.holm@sundhed.example",
            "email:0",
            (
                "Another IMI user already has this e-mail address. Every user needs an"
                " address of their own."
            ),
        ),
        (
            "email",
            "ida@sundhed.invalid",
            "email:0",
            "This is not a valid e-mail address. Write it like this: name@authority.example.",
        ),
    ],
)
async def test_an_error_is_shown_at_its_field_and_no_input_is_lost(  # R41-R47
    demo: Demo, field: str, typed: str, block: str, sentence: str
) -> None:
    await open_form(demo)
    await demo.slack.fill(ANNA, {**IDA, field: typed})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {block: _(sentence, example="+45…")}
    view = demo.slack.view(ANNA)
    assert view is not None
    assert view["state"]["values"]["last_name:0"]["last_name"]["value"] == "Møller"


async def test_every_field_of_the_form_reaches_the_registered_user(
    demo: Demo,
) -> None:  # R41-R44, R47, R48, R52, C2
    ticked = {"roles_PQ": ["PQ:ALLOCATOR"], "roles_PR": ["PR:BASIC"], "administrator": [":ADMIN"]}
    await fill_first_step(demo, language="pl", phone="33445566", **ticked)
    await demo.slack.fill(ANNA, {"username": "chosen.one"})
    await demo.slack.submit(ANNA)

    ida = await find_user(demo, "chosen.one")
    assert ida is not None
    assert (ida.first_name, ida.last_name, ida.email) == ("Ida", "Møller", IDA["email"])
    assert (ida.language, ida.phone) == ("pl", "+4533445566")
    assert {str(key) for key in ida.roles} == {":ADMIN", "PQ:ALLOCATOR", "PR:BASIC"}


async def test_going_back_keeps_all_input(demo: Demo) -> None:
    await fill_first_step(demo, phone="33445566", roles_PR=["PR:BASIC"], administrator=[":ADMIN"])

    await demo.slack.click(ANNA, "adduser_back")

    blocks = blocks_of(demo)
    assert blocks["first_name:0"]["element"]["initial_value"] == "Ida"
    assert blocks["phone"]["element"]["initial_value"] == "33445566"
    assert blocks["roles_PR"]["element"]["initial_options"][0]["value"] == "PR:BASIC"
    assert blocks["administrator"]["element"]["initial_options"][0]["value"] == ":ADMIN"
    answer = await demo.slack.submit(ANNA)
    assert answer.errors == {}


async def test_an_address_taken_meanwhile_leads_back_to_the_first_step(demo: Demo) -> None:  # R46
    await fill_first_step(demo)
    await open_form(demo, "U0KARIN")
    await demo.slack.fill("U0KARIN", {**IDA, "first_name": "Ib"})
    await demo.slack.submit("U0KARIN")
    await demo.slack.submit("U0KARIN")

    await demo.slack.submit(ANNA)

    blocks = blocks_of(demo)
    assert "first_name:0" in blocks
    assert (
        _(
            "Another IMI user already has this e-mail address. Every user needs an address"
            " of their own."
        )
        in blocks["refused"]["text"]["text"]
    )
    assert blocks["email:0"]["element"]["initial_value"] == IDA["email"]


async def test_submitting_a_form_twice_registers_one_user(demo: Demo) -> None:
    await fill_first_step(demo)
    view = demo.slack.view(ANNA)
    assert view is not None

    await asyncio.gather(
        demo.slack.submit(ANNA, view_id=view["id"]), demo.slack.submit(ANNA, view_id=view["id"])
    )

    def count(tx: Connection) -> int:
        return len(
            tx.execute(select(users_table.c.id).where(users_table.c.first_name == "Ida")).all()
        )

    assert await demo.product.store.read(count) == 1
    assert await demo.product.store.read(audit.first_broken_entry) is None


async def test_the_shortcut_opens_the_registration_form(demo: Demo) -> None:
    answer = await demo.slack.shortcut(ANNA, "add_user")

    assert answer.ok
    assert "first_name:0" in blocks_of(demo)


async def test_names_are_shown_as_typed_without_formatting(demo: Demo) -> None:
    ida = await register(demo)
    await change_user(demo, ida, first_name="<!channel> *Ida*")  # a name from before D32
    await demo.slack.close(ANNA)
    await demo.slack.command(ANNA, "/imi-users", "møller")

    await demo.slack.until(lambda: "&lt;!channel&gt;" in view_text(demo))
    assert "<!channel>" not in view_text(demo)


async def test_a_stale_member_is_fetched_from_slack_when_saving(demo: Demo) -> None:  # D21
    await fill_first_step(demo, member=LUKASZ, email="other@sundhed.example")
    long_ago = demo.slack.clock.now() - timedelta(days=3)
    await demo.product.store.write(executing(members.update().values(seen_at=long_ago)))

    await demo.slack.submit(ANNA)

    assert await find_user(demo, "lwojcik") is not None


async def test_an_unlinked_administrator_is_linked_by_their_address_when_saving(  # D21
    demo: Demo,
) -> None:
    await fill_first_step(demo)
    await demo.product.store.write(
        executing(
            users_table.update()
            .where(users_table.c.member_id == ANNA)
            .values(team_id=None, member_id=None, ever_linked=False)
        )
    )
    await demo.product.store.write(executing(members.delete()))

    await demo.slack.submit(ANNA)

    assert await find_user(demo, "imoeller") is not None
