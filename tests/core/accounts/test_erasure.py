"""Tests that a purge erases each column with data about people, or has a reason not to (D14)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Integer,
    String,
    Table,
    or_,
    select,
    update,
)

from core.accounts import purge
from core.accounts.own_data import SOURCES, DataSource
from core.policy import Policy
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries
from core.schema.users import users
from core.store.columns import Instant
from core.store.store import Store
from tests.core.accounts.data_everywhere import a_user_with_data_everywhere
from tests.times import NOON

Key = tuple[object, ...]
Row = dict[str, object]

PSEUDONYM = "the number is the pseudonym, by which the audit trail names the user"
AUTHORITY = "about the authority"
HISTORY = "a moment or a count in the history of the pseudonym"
BY_WHOM = "the number of another user"
TRAIL = "the hash chain is verified by it"
TASK = "about the authority's title"
# Every column that an erasure keeps, with the reason. A new column stands here or is erased.
KEPT = {
    "users.id": PSEUDONYM,
    "users.authority_id": AUTHORITY,
    "users.ever_linked": "says only that there was a link to Slack, not to whom",
    "users.registered_at": HISTORY,
    "users.registered_by": BY_WHOM,
    "users.first_signed_in_at": HISTORY,
    "users.last_signed_in_at": HISTORY,
    "users.wrong_passwords": HISTORY,
    "users.blocked_at": HISTORY,
    "users.stranger_failures": HISTORY,
    "users.stranger_blocks": HISTORY,
    "users.strangers_blocked_at": HISTORY,
    "users.strangers_blocked_until": HISTORY,
    "users.username_handed_over_at": HISTORY,
    "users.removed_at": HISTORY,
    "users.removed_by": BY_WHOM,
    "reset_requests.id": "the audit trail names the request by it",
    "reset_requests.user_id": PSEUDONYM,
    "reset_requests.authority_id": AUTHORITY,
    "reset_requests.source": HISTORY,
    "reset_requests.state": HISTORY,
    "reset_requests.requested_at": HISTORY,
    "reset_requests.decided_at": HISTORY,
    "reset_requests.decided_by": BY_WHOM,
    "title_tasks.id": TASK,
    "title_tasks.authority_id": TASK,
    "title_tasks.old_title": TASK,
    "title_tasks.new_title": TASK,
    "title_tasks.opened_by": PSEUDONYM,
    "title_tasks.opened_at": TASK,
    "title_tasks.closed_by": "the Slack member of another person",
    "title_tasks.closed_at": TASK,
    "audit_entries.id": TRAIL,
    "audit_entries.at": TRAIL,
    "audit_entries.actor_kind": TRAIL,
    "audit_entries.actor_id": PSEUDONYM,
    "audit_entries.act": TRAIL,
    "audit_entries.authority_id": AUTHORITY,
    "audit_entries.user_id": PSEUDONYM,
    "audit_entries.digest": TRAIL,
    "audit_entries.previous_hash": TRAIL,
    "audit_entries.entry_hash": TRAIL,
}
# A purge is due by the one and writes the other.
_SET_BY_THE_TEST = {"removed_at": NOON, "purged_at": None}


def recognisable_value(column: Column[object]) -> object:
    """Return a value that no erasure would write."""
    if isinstance(column.type, Instant):
        return NOON - timedelta(days=1)
    if isinstance(column.type, String):
        return f"kept.{column.name}"[: column.type.length]
    if isinstance(column.type, JSON):
        return {"kept": column.name}
    if isinstance(column.type, Boolean):
        return True
    assert isinstance(column.type, Integer), column
    return 4711


def fillable_columns(table: Table) -> Iterator[Column[object]]:
    """Yield the columns that can have any value."""
    for column in table.c:
        names_a_person = column.name in {"user_id", "actor_id", "recipient_id", "opened_by"}
        if not (column.primary_key or column.foreign_keys or names_a_person):
            yield column


def rows_of(tx: Connection, source: DataSource, user_id: int) -> dict[Key, Row]:
    table = source.table
    is_about_user = or_(*(table.c[name] == user_id for name in source.person_columns))
    return {
        tuple(row[column.name] for column in table.primary_key): dict(row)
        for row in tx.execute(select(table).where(is_about_user)).mappings()
    }


def fill(tx: Connection, user_id: int) -> None:
    """Write a recognisable value into every column of the user's rows."""
    for source in SOURCES:
        table = source.table
        for number, key in enumerate(rows_of(tx, source, user_id)):
            values = {column.name: recognisable_value(column) for column in fillable_columns(table)}
            if table is users:
                values |= _SET_BY_THE_TEST
            if table is deliveries:
                values["key"] = f"kept.{number}"
            if values:
                row = zip(table.primary_key, key, strict=True)
                is_row = [column == part for column, part in row]
                tx.execute(update(table).where(*is_row).values(**values))


@pytest.fixture
async def unchanged_columns(store: Store, rulebook: Rulebook) -> set[str]:
    """Pseudonymise a user with data everywhere; return the columns that stayed as they were."""

    def erase(tx: Connection) -> set[str]:
        user = a_user_with_data_everywhere(tx, rulebook)
        fill(tx, user.id)
        before = {source.name: rows_of(tx, source, user.id) for source in SOURCES}
        assert all(before.values())
        now = NOON.replace(year=NOON.year + Policy().purge_years)
        assert purge.due(tx, Policy(), now) == (user.id,)
        purge.purge(tx, user.id, now)
        return {
            f"{source.table.name}.{name}"
            for source in SOURCES
            for key, row in rows_of(tx, source, user.id).items()
            for name, value in before[source.name].get(key, {}).items()
            # An act of the user on another person is about that person.
            if row[name] == value and row.get("user_id", user.id) == user.id
        }

    return await store.write(erase)


async def test_every_column_is_erased_or_kept_for_a_reason(unchanged_columns: set[str]) -> None:
    assert unchanged_columns - set(KEPT) == set()


async def test_every_reason_is_about_a_column_that_is_kept(unchanged_columns: set[str]) -> None:
    assert set(KEPT) - unchanged_columns == set()
