"""Tests of what an access manager's administrators can do to a managed authority.

They edit the authority's data, grant its modules and reset its administrators (D11, D15). Its
ordinary users are out of reach: their passwords, their details, and that they exist.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core.schema.passwords import passwords
from core.schema.resets import reset_requests
from core.schema.roles import user_roles
from core.schema.users import users
from tests.handlers import permission_table
from tests.handlers.forged_requests import clicks, id_of, submissions, suggestions
from tests.handlers.signed_requests import calls_since, readable, send_interaction
from tests.handlers.two_authorities import OTHERS, TRACE, inputs_about_other_users

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from tests.handlers.two_authorities_demo import IsolationDemo

pytestmark = pytest.mark.sweep

KARIN = "U0KARIN"
ADMINISTRATOR = OTHERS[0][2]
# The first is the administrator, the others are ordinary users, the last one is removed.
ORDINARY = re.compile("|".join(re.escape(word) for person in OTHERS[1:] for word in person))


def ordinary_users_of(tx: Connection, theirs: int) -> list[Any]:
    """Return all rows about the authority's users except its one administrator."""
    here = select(users.c.id).where(users.c.authority_id == theirs)
    ordinary = here.where(users.c.username != ADMINISTRATOR)
    concerned = {
        users: users.c.id,
        user_roles: user_roles.c.user_id,
        passwords: passwords.c.user_id,
        reset_requests: reset_requests.c.user_id,
    }
    return [
        sorted(tx.execute(select(table).where(column.in_(ordinary))).all(), key=repr)
        for table, column in concerned.items()
    ]


async def administrators_password(isolation: IsolationDemo) -> int | None:
    query = select(users.c.password_id).where(users.c.username == ADMINISTRATOR)
    return await isolation.demo.product.store.read(lambda tx: tx.scalar(query))


async def send_all_forged_requests(
    isolation: IsolationDemo, rulebook: Rulebook, number: int
) -> str:
    """Send every forged request about this id as Karin; return all output."""
    demo, text = isolation.demo, []
    calls = len(demo.slack.calls)
    for forged in (submissions, clicks, suggestions):
        for payload in forged(rulebook, KARIN, number):
            status, body = await send_interaction(demo, payload)
            assert status < 500, id_of(payload)
            text.append(readable(body))
    await isolation.wait_until_delivered()
    return calls_since(demo, calls) + "\n".join(text)


# The ids of the authority, its administrator, three ordinary users, and a delivery.
@pytest.mark.parametrize("which", [0, 1, 2, 3, 4, 7])
async def test_an_access_manager_cannot_reach_ordinary_users(  # D11, D15
    isolation: IsolationDemo, rulebook: Rulebook, which: int
) -> None:
    store, theirs = isolation.demo.product.store, isolation.both.theirs
    before = await store.read(lambda tx: ordinary_users_of(tx, theirs))

    text = await send_all_forged_requests(isolation, rulebook, isolation.both.their_numbers[which])

    assert await store.read(lambda tx: ordinary_users_of(tx, theirs)) == before
    assert ORDINARY.findall(text) == []


async def test_an_access_manager_only_resets_administrators_passwords(  # D11
    isolation: IsolationDemo, rulebook: Rulebook
) -> None:
    before, number = await administrators_password(isolation), isolation.both.their_numbers[1]

    text = await send_all_forged_requests(isolation, rulebook, number)

    assert await administrators_password(isolation) != before
    first, last, _, address = OTHERS[0]
    words = {found.group() for found in TRACE.finditer(text) if not found.group().isdecimal()}
    # The administrator's name and address.
    assert words == {first, last, address}


async def test_only_a_reset_finds_people_of_a_managed_authority_its_administrators(
    isolation: IsolationDemo,
) -> None:  # D11, D15
    slack, calls = isolation.demo.slack, len(isolation.demo.slack.calls)

    for command in sorted(set(permission_table.COMMANDS) - {"/imi-reset"}):
        for text in inputs_about_other_users():
            assert (await slack.command(KARIN, command, text)).ok
    others_found = TRACE.findall(calls_since(isolation.demo, calls))
    for text in inputs_about_other_users():
        assert (await slack.command(KARIN, "/imi-reset", text)).ok

    assert others_found == []
    first, last, _, address = OTHERS[0]
    found = TRACE.finditer(calls_since(isolation.demo, calls))
    words = {one.group() for one in found if not one.group().isdecimal()}
    assert words == {first, last, address}
