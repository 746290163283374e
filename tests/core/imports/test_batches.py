"""Tests that the rows of a batch are registered together, as if each were registered alone."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.audit import service as audit
from core.audit.rows import entries
from core.errors import FormError, NotFoundError
from core.imports.rules import ImportRow, RowStatus
from core.imports.service import UserImport
from core.rulebook import Rulebook
from core.schema.authorities import authorities
from core.schema.deliveries import deliveries
from core.schema.users import users as users_table
from core.store.store import Store
from core.users.rows import users
from core.users.rules import UserForm
from tests.factories import an_authority, executing
from tests.statements import count_statements
from tests.times import NOON

MOST_STATEMENTS = 14
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def people(first: int, number: int) -> tuple[ImportRow, ...]:
    """Return rows of people with names of their own, without usernames."""
    names = [f"{LETTERS[n // 26]}{LETTERS[n % 26]}" for n in range(first, first + number)]
    return tuple(
        ImportRow(2 + n, UserForm("Ida", f"Holm{name}", "da", f"i{name}@x.example", "", "", ()))
        for n, name in enumerate(names)
    )


async def test_the_statements_do_not_grow_with_the_rows(
    store: Store, rulebook: Rulebook
) -> None:  # R12, D33
    office = await store.write(an_authority)
    counted = []
    for rows in (people(0, 2), people(2, 40)):
        operation = UserImport(office.id, None, rulebook).operation_for(rows, NOON)
        with count_statements(store) as statements:
            report = await store.write(operation)
        assert report.count(RowStatus.CREATED) == len(rows)
        counted.append(len(statements))

    assert counted[0] == counted[1] <= MOST_STATEMENTS


async def test_each_user_has_an_audit_entry_and_messages_of_their_own(
    store: Store, rulebook: Rulebook
) -> None:  # R12, D22
    office = await store.write(an_authority)
    operation = UserImport(office.id, None, rulebook).operation_for(people(0, 3), NOON)
    done = (await store.write(operation)).outcomes

    assert await store.read(audit.first_broken_entry) is None
    recorded = await store.read(lambda tx: list(entries.since(tx)))
    query = select(deliveries.c.user_id, deliveries.c.kind, deliveries.c.event)
    queued = {tuple(row) for row in await store.read(lambda tx: tx.execute(query).all())}
    for outcome in done:
        name = outcome.username
        user = await store.read(lambda tx, name=name: users.find_by_username(tx, name))  # type: ignore[misc]
        assert user is not None
        assert user == outcome.registered
        (entry,) = [one for one in recorded if one.audit_event.user_id == user.id]
        assert (user.id, "temporary_password", "") in queued
        assert (user.id, "find_member", str(entry.id)) in queued
    assert len(queued) == 6


async def test_a_username_that_an_earlier_row_of_the_batch_got_is_refused(
    store: Store, rulebook: Rulebook
) -> None:  # R53
    office = await store.write(an_authority)
    bo = UserForm("Bo", "Berg", "da", "bo@x.example", "", "", ())
    third = UserForm("Ada", "Lund", "da", "ada@x.example", "", "bberg2", ())
    typed = (bo, UserForm("Bo", "Berg", "da", "bo2@x.example", "", "", ()), third)
    rows = tuple(ImportRow(number, form) for number, form in enumerate(typed, 2))

    operation = UserImport(office.id, None, rulebook).operation_for(rows, NOON)
    done = (await store.write(operation)).outcomes

    assert [one.username for one in done] == ["bberg", "bberg2", ""]
    assert done[2].status == RowStatus.REFUSED
    assert isinstance(done[2].refusal, FormError)
    assert [error.field for error in done[2].refusal.errors] == ["username"]


async def test_nobody_is_registered_in_an_authority_that_was_removed_meanwhile(
    store: Store, rulebook: Rulebook
) -> None:  # R12
    """The command line waits for a confirmation between the check and the registration."""
    office = await store.write(an_authority)
    of_office = update(authorities).where(authorities.c.id == office.id)
    await store.write(executing(of_office.values(removed_at=NOON)))
    operation = UserImport(office.id, None, rulebook).operation_for(people(0, 3), NOON)

    done = (await store.write(operation)).outcomes

    assert [one.status for one in done] == [RowStatus.REFUSED] * 3
    assert {type(one.refusal) for one in done} == {NotFoundError}
    counted = select(func.count()).select_from(users_table)
    assert await store.read(lambda tx: tx.scalar(counted)) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"roles": ("SD:BASIC",)}, "roles"), ({"username": "holmaa"}, "username")],
    ids=["a role of a module that the authority does not have", "a username that mails show"],
)
async def test_a_row_that_breaks_a_rule_of_registrations_is_refused_among_others(
    store: Store, rulebook: Rulebook, changes: dict[str, Any], field: str
) -> None:  # R12, R55, D13
    office = await store.write(an_authority)
    first, *others = people(0, 3)
    rows = (replace(first, typed=replace(first.typed, **changes)), *others)

    operation = UserImport(office.id, None, rulebook).operation_for(rows, NOON)
    done = (await store.write(operation)).outcomes

    assert [one.status for one in done] == [RowStatus.REFUSED, *[RowStatus.CREATED] * 2]
    assert isinstance(done[0].refusal, FormError)
    assert [error.field for error in done[0].refusal.errors] == [field]
