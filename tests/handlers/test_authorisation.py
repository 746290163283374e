"""One table says who may do what: all that is registered is in it, and everybody is tried."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import typer
from sqlalchemy import Connection, select, update

from bot.__main__ import app as command_line
from bot.demo.country import COMMISSION
from core.errors import NobodyToAskError
from core.languages.texts import texts
from core.schema.authorities import authorities
from core.schema.roles import user_roles
from core.schema.tables import TABLES
from core.schema.users import users
from handlers.replies import words
from sandbox import Member
from tests.bot.portal.paths import portal_paths
from tests.handlers import rights
from tests.handlers.forging import clicks, name_of, submissions
from tests.handlers.people import ANNA, JONAS, answers, last_answer, register
from tests.handlers.rights import KINDS, Right
from tests.handlers.sending import posted
from tests.handlers.test_isolation import OTHERS, waiting
from tests.handlers.test_registered import recorded

if TYPE_CHECKING:
    from bot.demo.demo import Demo
    from core.rulebook import Rulebook
    from core.users.rules import User

# Whatever is done, these are written: who was seen, what is on its way, what the clock brings.
PASSING = {"members", "jobs", "deliveries", "audit_heads", "warnings"}


# Slack lets them type nothing; what is sent in their name is tried below.
MUTE = {"bot", "deactivated member"}


@dataclass(frozen=True, slots=True)
class Country:
    """The demo's country, with one of each kind of people."""

    demo: Demo
    people: dict[str, str]


async def linked(demo: Demo, member: str, address: str, first_name: str) -> User:
    """Let Anna register somebody who then is what they are in Slack."""
    await demo.slack.join(Member(member, first_name.lower(), f"{first_name} X", address))
    return await register(demo, member=member)


@pytest.fixture
async def country(demo: Demo) -> Country:
    """Everybody there, and nothing on its way."""
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
        user = await linked(demo, member, f"kind{number}@sundhed.example", f"Kind{number}")
        people[kind] = member
        if changes:
            await demo.product.store.write(_changing(user.id, changes))
    await demo.slack.update_member(people["linked guest"], is_restricted=True)
    await demo.slack.update_member(people["deactivated member"], deleted=True)
    await demo.slack.join(Member("U0ROBOT", "robot", "Robot", is_bot=True))
    await demo.slack.join(Member("U0SHARED", "shared", "Sven Shared", is_stranger=True))
    people |= {"bot": "U0ROBOT", "stranger from a shared channel": "U0SHARED"}
    await demo.product.store.write(_second_access_manager)
    while await demo.product.store.read(waiting):  # noqa: ASYNC110 - nobody is told
        await asyncio.sleep(0.05)
    return Country(demo, people)


def _changing(user_id: int, changes: dict[str, object]) -> Any:  # noqa: ANN401 - a wish
    def wish(tx: Connection) -> None:
        tx.execute(update(users).where(users.c.id == user_id).values(**changes))

    return wish


def _second_access_manager(tx: Connection) -> None:
    of_signe = select(users.c.authority_id).where(users.c.member_id == "U0SIGNE").scalar_subquery()
    tx.execute(update(authorities).where(authorities.c.id == of_signe).values(access_manager=True))


def everything(tx: Connection) -> dict[str, list[Any]]:
    """Return all that is kept, but for what passes."""
    kept = [table for table in TABLES if table.name not in PASSING]
    return {table.name: sorted(tx.execute(select(table)).all(), key=repr) for table in kept}


def test_every_command_action_view_and_page_has_its_row() -> None:
    found = recorded()

    assert set(found.commands) == set(rights.COMMANDS)
    assert set(found.shortcuts) == set(rights.SHORTCUTS)
    assert set(found.events) == set(rights.EVENTS)
    registered = {*found.actions, *found.views, *found.options_}
    assert registered == set(rights.table())


def test_every_page_of_the_portal_has_its_row() -> None:
    pages = set(portal_paths())

    assert pages == rights.PORTAL_DOORS | rights.PORTAL_INSIDE


def test_every_command_of_the_machine_has_its_row() -> None:
    def names(group: Any, before: str = "") -> list[str]:  # noqa: ANN401 - click's own
        found = []
        for name, command in group.commands.items():
            inner = hasattr(command, "commands")
            found += names(command, f"{before}{name} ") if inner else [f"{before}{name}"]
        return found

    assert set(names(typer.main.get_command(command_line))) == rights.COMMAND_LINE


def test_the_kinds_are_those_that_are_tried(country: Country) -> None:
    assert set(country.people) == set(KINDS)


async def test_each_command_is_for_whom_the_table_says(country: Country) -> None:  # R26, R38, D21
    wrong = []
    for kind, member in country.people.items():
        if kind in MUTE:
            continue
        for command, right in rights.COMMANDS.items():
            allowed = await is_allowed(country.demo, member, command)
            if allowed != bool(right & KINDS[kind]):
                wrong.append((kind, command, "allowed" if allowed else "refused"))

    assert wrong == [], "\n".join(map(str, wrong))


async def is_allowed(demo: Demo, member: str, command: str) -> bool:
    """Type the command; say whether something came of it but a refusal."""
    before = len(answers(demo, member))
    if demo.slack.view(member) is not None:
        await demo.slack.close(member, clear=True)
    # Titles are listed in the Commission's channel alone.
    there = COMMISSION if (member, command) == ("U0PETRA", "/imi-titles") else ""
    answer = await demo.slack.command(member, command, channel=there)
    assert answer.ok
    if demo.slack.view(member) is not None:
        return True
    await demo.slack.until(lambda: len(answers(demo, member)) > before)
    said = last_answer(demo, member)
    # They may ask, but are the only administrator of all.
    alone = said == words(NobodyToAskError("Nobody can grant it."), "en")
    return alone or (command == "/imi-help" and "/imi-me" in said)


@pytest.mark.parametrize("kind", [kind for kind, right in KINDS.items() if not right & Right.USER])
async def test_who_is_no_user_changes_nothing_by_whatever_they_send(  # D14, D21
    country: Country, rulebook: Rulebook, kind: str
) -> None:
    member, store = country.people[kind], country.demo.product.store
    before = await store.read(everything)

    for payload in [
        *submissions(rulebook, member, OTHERS),
        *clicks(rulebook, member, OTHERS),
    ]:
        status = await posted(country.demo, payload)
        assert status < 500, payload

    assert await store.read(everything) == before


@pytest.mark.parametrize(
    "kind", ["ordinary user", "user with a blocked password", "administrator until a moment ago"]
)
async def test_an_ordinary_user_changes_nothing_of_others(  # R26, R38
    country: Country, rulebook: Rulebook, kind: str
) -> None:
    member, store = country.people[kind], country.demo.product.store
    before = await store.read(everything)

    for payload in [
        *submissions(rulebook, member, OTHERS),
        *clicks(rulebook, member, OTHERS),
    ]:
        if name_of(payload) not in rights.OWN:
            assert await posted(country.demo, payload) < 500, payload

    assert await store.read(everything) == before


async def test_who_was_demoted_meanwhile_is_refused_at_the_submission(  # R38
    country: Country,
) -> None:
    demo = country.demo
    await demo.slack.command(ANNA, "/imi-reset", "jonas")
    assert demo.slack.view(ANNA) is not None

    def demote(tx: Connection) -> None:
        anna = select(users.c.id).where(users.c.member_id == ANNA).scalar_subquery()
        tx.execute(user_roles.delete().where(user_roles.c.user_id == anna))

    await demo.product.store.write(demote)
    before = await demo.product.store.read(everything)
    await demo.slack.submit(ANNA)

    assert await demo.product.store.read(everything) == before
    only = "Only an administrator of your authority can do this. Ask one of your administrators."
    assert texts("da").gettext(only) in str(demo.slack.view(ANNA))
