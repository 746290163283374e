"""Tests of refusals: people who may not register users, and members who cannot be users."""

import json

import pytest
from sqlalchemy import delete, update

from bot.demo.demo import Demo
from core.languages.texts import texts
from core.schema.members import members
from core.schema.roles import user_roles
from core.schema.users import users as users_table
from tests.factories import executing
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    LUKASZ,
    blocks_of,
    fill_first_step,
    find_user,
    last_answer,
    view_text,
)

_ = texts("da").gettext


@pytest.mark.parametrize(
    ("member", "language", "sentence"),
    [
        (
            "U0GUEST",
            "en",
            (
                "Guests of the workspace cannot have or manage accounts in IMI. Ask the"
                " owner of the workspace for full membership."
            ),
        ),
        (
            "U0NIKOS",
            "el",
            ("You have no account in IMI yet. Ask an administrator of your authority to add you."),
        ),
    ],
)
async def test_a_person_who_may_not_register_users_is_refused(
    demo: Demo, member: str, language: str, sentence: str
) -> None:  # R38, D20, D21
    told = texts(language).gettext(sentence)
    await demo.slack.command(member, "/imi-adduser")
    assert told in last_answer(demo, member)

    await demo.slack.shortcut(member, "add_user")
    assert told in view_text(demo, member)


async def test_a_stranger_from_a_shared_channel_is_refused(demo: Demo) -> None:  # D21
    await demo.slack.update_member("U0NIKOS", is_stranger=True)
    await demo.slack.command("U0NIKOS", "/imi-adduser")

    assert "Τα μέλη άλλου χώρου εργασίας" in last_answer(demo, "U0NIKOS")


async def test_an_ordinary_user_is_refused(demo: Demo) -> None:  # R38
    await fill_first_step(demo, email="jonas.oestergaard@sundhed.example")
    await demo.slack.submit(ANNA)
    await demo.product.store.write(
        executing(
            update(users_table)
            .where(users_table.c.first_name == "Ida")
            .values(team_id="T0IMI", member_id=JONAS)
        )
    )

    await demo.slack.command(JONAS, "/imi-adduser")

    assert last_answer(demo, JONAS) == _(
        "Only an administrator of your authority can do this. Ask one of your administrators."
    )


async def test_an_administrator_demoted_meanwhile_is_refused(demo: Demo) -> None:  # R38
    await fill_first_step(demo)
    await demo.product.store.write(
        executing(delete(user_roles).where(user_roles.c.role == "ADMIN"))
    )

    await demo.slack.submit(ANNA)

    assert _(
        "Only an administrator of your authority can do this. Ask one of your administrators."
    ) in view_text(demo)
    assert await find_user(demo, "imoeller") is None
    below = demo.slack.views(ANNA)[0]
    assert "imoeller" in json.dumps(below["state"])


async def test_a_member_turned_guest_meanwhile_is_refused_when_saving(demo: Demo) -> None:  # D21
    await fill_first_step(demo, member=LUKASZ)
    await demo.product.store.write(
        executing(members.update().where(members.c.member_id == LUKASZ).values(guest=True))
    )

    await demo.slack.submit(ANNA)

    assert "email:1" in blocks_of(demo)
    assert "Gæster i arbejdsområdet" in view_text(demo)
