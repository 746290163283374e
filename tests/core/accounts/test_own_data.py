"""Tests that the export of a user's own data is complete and has no data of others."""

import json

import pytest
from sqlalchemy import Table

from core.accounts import own_data
from core.accounts.own_data import PEOPLE_COLUMNS, SECRET_COLUMNS, SOURCES
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.policy import Policy
from core.resets import service as resets
from core.rulebook import Rulebook
from core.schema.tables import TABLES
from core.store.store import Store
from core.users.principals import principal_of
from core.users.rules import User
from tests.core.accounts.data_everywhere import a_user_with_data_everywhere
from tests.times import NOON

# About authorities, the product itself, or the audit chain as a whole: without data of people.
WITHOUT_PEOPLE = {
    *("authorities", "authority_modules", "authority_keywords", "authority_coordinators"),
    *("authority_translations", "authority_search", "warnings", "catalogues", "jobs"),
    "installation_faults",
    "write_probes",
    *("audit_chain_tip", "audit_checkpoints"),
}
# Found by the Slack member's key instead of the user's id.
BY_MEMBER = {"members"}
# Acts on others: they are exported from the audit trail, by `actor_id`.
IN_THE_RECORD = {
    *("users.registered_by", "users.removed_by", "deliveries.by_user_id"),
    *("reset_requests.decided_by", "authorities.removed_by", "title_tasks.closed_by"),
}


def test_every_table_is_exported_or_is_not_about_people() -> None:
    exported = {source.table.name for source in SOURCES}

    assert {table.name for table in TABLES} == exported | WITHOUT_PEOPLE | BY_MEMBER
    assert not exported & (WITHOUT_PEOPLE | BY_MEMBER)


def people_in(table: Table) -> set[str]:
    """Return the columns that name a person, by foreign key or by name."""
    return {
        column.name
        for column in table.c
        if column.name in PEOPLE_COLUMNS
        or column.name.endswith(("_by", "user_id"))
        or any(key.column.table.name == "users" for key in column.foreign_keys)
    }


def test_every_column_with_the_id_of_a_person_is_searched() -> None:
    looked_in = {
        f"{source.table.name}.{name}" for source in SOURCES for name in source.person_columns
    }
    naming = {f"{table.name}.{name}" for table in TABLES for name in people_in(table)}

    assert naming <= looked_in | IN_THE_RECORD
    assert {name for table in TABLES for name in people_in(table)} <= PEOPLE_COLUMNS


@pytest.fixture
async def bo(store: Store, rulebook: Rulebook) -> User:
    return await store.write(lambda tx: a_user_with_data_everywhere(tx, rulebook))


async def export_data(store: Store, user: User) -> dict[str, list[dict[str, object]]]:
    found = await store.write(lambda tx: own_data.export_own_data(tx, principal_of(user), NOON))
    as_file = json.loads(json.dumps(found))
    assert as_file.pop("taken_at") == NOON.isoformat()
    places: dict[str, list[dict[str, object]]] = as_file
    return places


async def test_the_export_has_rows_of_every_source(store: Store, bo: User) -> None:
    found = await export_data(store, bo)

    assert [name for name in found if not found[name]] == []
    assert found["account"][0]["email"] == bo.email
    assert found["slack_member"][0]["member_id"] == "U0BO"
    assert "own_data_taken" in [entry["act"] for entry in found["record_of_what_was_done"]]


async def test_the_export_has_requests_that_a_stranger_made_for_the_user(
    store: Store, bo: User
) -> None:  # D22
    await store.write(lambda tx: resets.withdraw(tx, bo.id, bo.id, NOON))
    await store.write(lambda tx: resets.request_reset_by_username(tx, bo.username, Policy(), NOON))

    found = await export_data(store, bo)

    (asked,) = [
        entry
        for entry in found["record_of_what_was_done"]
        if entry["act"] == "reset_requested" and entry["actor_kind"] == "stranger"
    ]
    assert (asked["actor_id"], asked["user_id"]) == (None, "you")
    assert isinstance(asked["details"], dict)


async def test_the_export_has_no_secrets(store: Store, bo: User) -> None:  # D4
    found = await export_data(store, bo)

    assert "magpie" not in json.dumps(found).casefold()
    assert not SECRET_COLUMNS & {name for rows in found.values() for row in rows for name in row}


async def test_other_people_are_anonymous_in_the_export(store: Store, bo: User) -> None:
    found = await export_data(store, bo)

    whole = json.dumps(found)
    others = bo.id - 1
    assert f"of-{bo.id}" in whole
    assert f"words-of-{bo.id}" in whole
    assert f"of-{others}" not in whole
    assert f"words-of-{others}" not in whole
    rows = [row for rows in found.values() for row in rows]
    named = {value for row in rows for name, value in row.items() if name in PEOPLE_COLUMNS}
    assert named == {None, "you", "someone else"}


async def test_the_export_is_on_record(store: Store, bo: User) -> None:  # D22
    await export_data(store, bo)

    *_, last = await store.read(lambda tx: list(audit_rows.since(tx)))
    assert (last.audit_event.act, last.audit_event.user_id) == (Act.OWN_DATA_TAKEN, bo.id)
