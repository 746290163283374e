"""A person gets all that is kept about them: no table is forgotten, nothing of others is in it."""

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

# About authorities, the product itself, or the chain as a whole: no person is named there.
ABOUT_NOBODY = {
    *("authorities", "authority_modules", "authority_keywords", "authority_coordinators"),
    *("authority_translations", "authority_search", "warnings", "catalogues", "jobs"),
    *("audit_chain_tip", "audit_checkpoints"),
}
# Found by the Slack member's key instead of the user's number.
BY_MEMBER = {"members"}
# What somebody did to others: it is in the record of what was done, under `actor_id`.
IN_THE_RECORD = {
    *("users.registered_by", "users.removed_by", "deliveries.by_user_id"),
    *("reset_requests.decided_by", "authorities.removed_by", "title_tasks.closed_by"),
}


def test_every_table_is_in_the_file_or_about_nobody() -> None:
    told = {source.table.name for source in SOURCES}

    assert {table.name for table in TABLES} == told | ABOUT_NOBODY | BY_MEMBER
    assert not told & (ABOUT_NOBODY | BY_MEMBER)


def people_in(table: Table) -> set[str]:
    """Return the columns that name a person, by foreign key or by name."""
    return {
        column.name
        for column in table.c
        if column.name in PEOPLE_COLUMNS
        or column.name.endswith(("_by", "user_id"))
        or any(key.column.table.name == "users" for key in column.foreign_keys)
    }


def test_every_column_that_names_a_person_is_looked_in() -> None:
    looked_in = {
        f"{source.table.name}.{name}" for source in SOURCES for name in source.person_columns
    }
    naming = {f"{table.name}.{name}" for table in TABLES for name in people_in(table)}

    assert naming <= looked_in | IN_THE_RECORD
    assert {name for table in TABLES for name in people_in(table)} <= PEOPLE_COLUMNS


@pytest.fixture
async def bo(store: Store, rulebook: Rulebook) -> User:
    return await store.write(lambda tx: a_user_with_data_everywhere(tx, rulebook))


async def taken(store: Store, user: User) -> dict[str, list[dict[str, object]]]:
    found = await store.write(lambda tx: own_data.export_own_data(tx, principal_of(user), NOON))
    as_file = json.loads(json.dumps(found))
    assert as_file.pop("taken_at") == NOON.isoformat()
    places: dict[str, list[dict[str, object]]] = as_file
    return places


async def test_there_is_something_of_every_place(store: Store, bo: User) -> None:
    found = await taken(store, bo)

    assert [name for name in found if not found[name]] == []
    assert found["account"][0]["email"] == bo.email
    assert found["slack_member"][0]["member_id"] == "U0BO"
    assert "own_data_taken" in [entry["act"] for entry in found["record_of_what_was_done"]]


async def test_what_a_stranger_did_in_their_name_is_in_it(store: Store, bo: User) -> None:  # D22
    await store.write(lambda tx: resets.withdraw(tx, bo.id, NOON))
    await store.write(lambda tx: resets.request_reset_by_username(tx, bo.username, Policy(), NOON))

    found = await taken(store, bo)

    (asked,) = [
        entry
        for entry in found["record_of_what_was_done"]
        if entry["act"] == "reset_requested" and entry["actor_kind"] == "stranger"
    ]
    assert (asked["actor_id"], asked["user_id"]) == (None, "you")
    assert isinstance(asked["details"], dict)


async def test_no_secret_is_in_it(store: Store, bo: User) -> None:  # D4
    found = await taken(store, bo)

    assert "magpie" not in json.dumps(found).casefold()
    assert not SECRET_COLUMNS & {name for rows in found.values() for row in rows for name in row}


async def test_of_others_it_says_only_that_it_was_somebody_else(store: Store, bo: User) -> None:
    found = await taken(store, bo)

    whole = json.dumps(found)
    others = bo.id - 1
    assert f"of-{bo.id}" in whole
    assert f"words-of-{bo.id}" in whole
    assert f"of-{others}" not in whole
    assert f"words-of-{others}" not in whole
    rows = [row for rows in found.values() for row in rows]
    named = {value for row in rows for name, value in row.items() if name in PEOPLE_COLUMNS}
    assert named == {None, "you", "somebody else"}


async def test_that_it_was_taken_is_on_record(store: Store, bo: User) -> None:  # D22
    await taken(store, bo)

    *_, last = await store.read(lambda tx: list(audit_rows.since(tx)))
    assert (last.audit_event.act, last.audit_event.user_id) == (Act.OWN_DATA_TAKEN, bo.id)
