"""Tests that every listener is in the permission table, and that every kind of person obeys it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, select, update

from bot.demo.country import COMMISSION
from core.errors import NobodyToAskError
from core.languages.texts import texts
from core.schema.authorities import authorities
from core.schema.roles import user_roles
from core.schema.users import users
from handlers.refusal_texts import refusal_text
from sandbox import Member
from tests.bot.cli.shell import every_command
from tests.bot.portal.paths import portal_paths
from tests.handlers import permission_table
from tests.handlers.demo_actions import ANNA, JONAS, answers, last_answer, register, wait_until_sent
from tests.handlers.forged_requests import clicks, id_of, submissions
from tests.handlers.permission_table import PERMISSIONS_OF, Permission
from tests.handlers.recording_app import recording_app
from tests.handlers.signed_requests import send_for_status
from tests.handlers.stored_state import OTHER_AUTHORITY, lasting_rows

if TYPE_CHECKING:
    from bot.demo.demo import Demo
    from core.rulebook import Rulebook
    from core.users.rules import User


# Slack does not let them type; requests in their name are tested below.
MUTE = {"bot", "deactivated member"}


@dataclass(frozen=True, slots=True)
class Country:
    """The demo's country, with one member of each kind of people."""

    demo: Demo
    people: dict[str, str]


async def register_linked(demo: Demo, member: str, address: str, first_name: str) -> User:
    """Register somebody as Anna who then becomes another kind of Slack member."""
    await demo.slack.join(Member(member, first_name.lower(), f"{first_name} X", address))
    return await register(demo, member=member)


@pytest.fixture
async def country(demo: Demo) -> Country:
    """The country with all kinds of people, and no waiting deliveries."""
    people = {
        "administrator": ANNA,
        "administrator of another authority": "U0ELISE",
        "administrator of the national coordinator": "U0KARIN",
        "administrator of another access manager": "U0SIGNE",
        "ordinary user": JONAS,
        "colleague without an account": "U0NIKOS",
        "member of the Commission's channel": "U0PETRA",
    }
    await register(demo, member=JONAS)
    values: dict[str, dict[str, object]] = {
        "user with a blocked password": {"blocked_at": demo.slack.clock.now()},
        "administrator until a moment ago": {},
        "removed user": {"removed_at": demo.slack.clock.now()},
        "linked guest": {},
        "deactivated member": {},
    }
    for number, (kind, changes) in enumerate(values.items()):
        member = f"U0KIND{number}"
        user = await register_linked(demo, member, f"kind{number}@sundhed.example", f"Kind{number}")
        people[kind] = member
        if changes:
            await demo.product.store.write(_change_user(user.id, changes))
    await demo.slack.update_member(people["linked guest"], is_restricted=True)
    await demo.slack.update_member(people["deactivated member"], deleted=True)
    await demo.slack.join(Member("U0ROBOT", "robot", "Robot", is_bot=True))
    await demo.slack.join(Member("U0SHARED", "shared", "Sven Shared", is_stranger=True))
    people |= {"bot": "U0ROBOT", "stranger from a shared channel": "U0SHARED"}
    await demo.product.store.write(_second_access_manager)
    await wait_until_sent(demo)
    return Country(demo, people)


def _change_user(user_id: int, changes: dict[str, object]) -> Any:  # noqa: ANN401 - an operation
    def operation(tx: Connection) -> None:
        tx.execute(update(users).where(users.c.id == user_id).values(**changes))

    return operation


def _second_access_manager(tx: Connection) -> None:
    of_signe = select(users.c.authority_id).where(users.c.member_id == "U0SIGNE").scalar_subquery()
    tx.execute(update(authorities).where(authorities.c.id == of_signe).values(access_manager=True))


def test_every_listener_has_a_permission() -> None:
    found = recording_app()

    assert set(found.commands) == set(permission_table.COMMANDS)
    assert set(found.shortcuts) == set(permission_table.SHORTCUTS)
    assert set(found.events) == set(permission_table.EVENTS)
    registered = {*found.actions, *found.views, *found.options_}
    assert registered == set(permission_table.permission_by_id())


def test_every_page_of_the_portal_has_a_permission() -> None:
    pages = set(portal_paths())

    assert pages == permission_table.PORTAL_PUBLIC | permission_table.PORTAL_SIGNED_IN


def test_every_cli_command_has_a_permission() -> None:
    assert {" ".join(words) for words in every_command()} == permission_table.COMMAND_LINE


def test_every_kind_of_person_is_tested(country: Country) -> None:
    assert set(country.people) == set(PERMISSIONS_OF)


async def test_each_command_is_allowed_exactly_as_in_the_permission_table(
    country: Country,
) -> None:  # R26, R38, D21
    wrong = []
    for kind, member in country.people.items():
        if kind in MUTE:
            continue
        for command, right in permission_table.COMMANDS.items():
            allowed = await is_allowed(country.demo, member, command)
            if allowed != bool(right & PERMISSIONS_OF[kind]):
                wrong.append((kind, command, "allowed" if allowed else "refused"))

    assert wrong == [], "\n".join(map(str, wrong))


async def is_allowed(demo: Demo, member: str, command: str) -> bool:
    """Type the command; return whether the answer is anything but a refusal."""
    before = len(answers(demo, member))
    if demo.slack.view(member) is not None:
        await demo.slack.close(member, clear=True)
    # Titles are listed only in the Commission's channel.
    there = COMMISSION if (member, command) == ("U0PETRA", "/imi-titles") else ""
    answer = await demo.slack.command(member, command, channel=there)
    assert answer.ok
    if demo.slack.view(member) is not None:
        return True
    await demo.slack.until(lambda: len(answers(demo, member)) > before)
    text = last_answer(demo, member)
    # They may request a reset, but nobody could grant it.
    alone = text == refusal_text(NobodyToAskError("Nobody can grant it."), "en")
    return alone or (command == "/imi-help" and "/imi-me" in text)


@pytest.mark.sweep
@pytest.mark.parametrize(
    "kind", [kind for kind, right in PERMISSIONS_OF.items() if not right & Permission.USER]
)
async def test_requests_of_people_without_an_account_change_nothing(  # D14, D21
    country: Country, rulebook: Rulebook, kind: str
) -> None:
    member, store = country.people[kind], country.demo.product.store
    before = await store.read(lasting_rows)

    for payload in [
        *submissions(rulebook, member, OTHER_AUTHORITY),
        *clicks(rulebook, member, OTHER_AUTHORITY),
    ]:
        status = await send_for_status(country.demo, payload)
        assert status < 500, payload

    assert await store.read(lasting_rows) == before


@pytest.mark.sweep
@pytest.mark.parametrize(
    "kind", ["ordinary user", "user with a blocked password", "administrator until a moment ago"]
)
async def test_requests_of_ordinary_users_change_nothing_of_others(  # R26, R38
    country: Country, rulebook: Rulebook, kind: str
) -> None:
    member, store = country.people[kind], country.demo.product.store
    before = await store.read(lasting_rows)

    for payload in [
        *submissions(rulebook, member, OTHER_AUTHORITY),
        *clicks(rulebook, member, OTHER_AUTHORITY),
    ]:
        if id_of(payload) not in permission_table.FOR_USERS:
            assert await send_for_status(country.demo, payload) < 500, payload

    assert await store.read(lasting_rows) == before


async def test_an_administrator_demoted_meanwhile_is_refused_on_submission(  # R38
    country: Country,
) -> None:
    demo = country.demo
    await demo.slack.command(ANNA, "/imi-reset", "jonas")
    assert demo.slack.view(ANNA) is not None

    def demote(tx: Connection) -> None:
        anna = select(users.c.id).where(users.c.member_id == ANNA).scalar_subquery()
        tx.execute(user_roles.delete().where(user_roles.c.user_id == anna))

    await demo.product.store.write(demote)
    before = await demo.product.store.read(lasting_rows)
    await demo.slack.submit(ANNA)

    assert await demo.product.store.read(lasting_rows) == before
    only = "Only an administrator of your authority can do this. Ask one of your administrators."
    assert texts("da").gettext(only) in str(demo.slack.view(ANNA))
