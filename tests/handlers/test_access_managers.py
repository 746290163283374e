"""What an access manager's administrators may do to those they look after, and nothing more.

They edit the authority's data, grant its modules and reset its administrators (D11, D15); its
ordinary users are its own: neither their passwords nor their details nor that they are there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core.schema.passwords import passwords
from core.schema.resets import requests
from core.schema.roles import user_roles
from core.schema.users import users
from tests.handlers import permission_table
from tests.handlers.forged_requests import clicks, id_of, submissions, suggestions
from tests.handlers.signed_requests import calls_since, readable, send_interaction
from tests.handlers.two_authorities import OTHERS, TRACE, words_about_them

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from tests.handlers.two_authorities_demo import IsolationDemo

KARIN = "U0KARIN"
ADMINISTRATOR = OTHERS[0][2]
# The first one administers; the others are ordinary users, the last one removed.
ORDINARY = re.compile("|".join(re.escape(word) for person in OTHERS[1:] for word in person))


def ordinary_users_of(tx: Connection, theirs: int) -> list[Any]:
    """Return all that is kept of the authority's people but its one administrator."""
    here = select(users.c.id).where(users.c.authority_id == theirs)
    ordinary = here.where(users.c.username != ADMINISTRATOR)
    concerned = {
        users: users.c.id,
        user_roles: user_roles.c.user_id,
        passwords: passwords.c.user_id,
        requests: requests.c.user_id,
    }
    return [
        sorted(tx.execute(select(table).where(column.in_(ordinary))).all(), key=repr)
        for table, column in concerned.items()
    ]


async def administrators_password(place: IsolationDemo) -> int | None:
    query = select(users.c.password_id).where(users.c.username == ADMINISTRATOR)
    return await place.demo.product.store.read(lambda tx: tx.scalar(query))


async def all_sent(place: IsolationDemo, rulebook: Rulebook, number: int) -> str:
    """Let Karin send everything about this number; return all that is said to it."""
    demo, said = place.demo, []
    calls = len(demo.slack.calls)
    for forged in (submissions, clicks, suggestions):
        for payload in forged(rulebook, KARIN, number):
            status, body = await send_interaction(demo, payload)
            assert status < 500, id_of(payload)
            said.append(readable(body))
    await place.settled()
    return calls_since(demo, calls) + "\n".join(said)


# The authority, its administrator, three ordinary users, and a message about one of them.
@pytest.mark.parametrize("which", [0, 1, 2, 3, 4, 7])
async def test_an_access_manager_cannot_reach_ordinary_users(  # D11, D15
    place: IsolationDemo, rulebook: Rulebook, which: int
) -> None:
    store, theirs = place.demo.product.store, place.both.theirs
    before = await store.read(lambda tx: ordinary_users_of(tx, theirs))

    said = await all_sent(place, rulebook, place.both.their_numbers[which])

    assert await store.read(lambda tx: ordinary_users_of(tx, theirs)) == before
    assert ORDINARY.findall(said) == []


async def test_an_access_manager_only_resets_administrators_passwords(  # D11
    place: IsolationDemo, rulebook: Rulebook
) -> None:
    before, number = await administrators_password(place), place.both.their_numbers[1]

    said = await all_sent(place, rulebook, number)

    assert await administrators_password(place) != before
    first, last, _, address = OTHERS[0]
    words = {found.group() for found in TRACE.finditer(said) if not found.group().isdecimal()}
    # Whose it is, and where the mail goes.
    assert words == {first, last, address}


async def test_no_command_finds_the_people_of_a_managed_authority(
    place: IsolationDemo,
) -> None:  # D15
    slack, calls = place.demo.slack, len(place.demo.slack.calls)

    for command in sorted(permission_table.COMMANDS):
        for text in words_about_them():
            assert (await slack.command(KARIN, command, text)).ok

    assert TRACE.findall(calls_since(place.demo, calls)) == []
