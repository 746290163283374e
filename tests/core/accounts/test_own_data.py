"""A person gets all that is kept about them: no table is forgotten, nothing of others is in it."""

import json

import pytest
from sqlalchemy import Connection, Table

from core.accounts import own_data
from core.accounts.own_data import PEOPLE_COLUMNS, SECRET_COLUMNS, SOURCES
from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act, Actor
from core.contacts import email_of
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import MemberFault
from core.leavers import rows as leavers
from core.leavers.rules import Leaver
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.rulebook import Rulebook
from core.schema.authorities import title_tasks
from core.schema.tables import TABLES
from core.secret import Secret
from core.signin import service as signin
from core.store.store import Store
from core.users.principals import Principal, principal_of
from core.users.rules import User
from tests.factories import a_member, a_user, an_administrator, an_authority
from tests.times import NOON

# About authorities, the product itself, or the chain as a whole: no person is named there.
ABOUT_NOBODY = {
    *("authorities", "authority_modules", "authority_keywords", "authority_coordinators"),
    *("authority_texts", "authority_search", "warnings", "catalogues", "jobs"),
    *("audit_head", "audit_heads"),
}
# Found by the Slack member's key instead of the user's number.
BY_MEMBER = {"members"}
# What somebody did to others: it is in the record of what was done, under `actor_id`.
IN_THE_RECORD = {
    *("users.registered_by", "users.removed_by", "deliveries.by_user_id"),
    *("reset_requests.decided_by", "authorities.removed_by", "title_tasks.closed_by"),
}


def test_every_table_is_in_the_file_or_about_nobody() -> None:
    told = {place.table.name for place in SOURCES}

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
    looked_in = {f"{place.table.name}.{name}" for place in SOURCES for name in place.whose}
    naming = {f"{table.name}.{name}" for table in TABLES for name in people_in(table)}

    assert naming <= looked_in | IN_THE_RECORD
    assert {name for table in TABLES for name in people_in(table)} <= PEOPLE_COLUMNS


@pytest.fixture
async def bo(store: Store, rulebook: Rulebook) -> User:
    """A user about whom something stands in every place, and who did something to another."""

    def wish(tx: Connection) -> User:
        authority = an_authority(tx)
        anna = an_administrator(
            tx, authority, rulebook, first_name="Magpie", email=email_of("magpie@a.example")
        )
        bo = a_user(tx, authority, rulebook, member=a_member(tx, "U0BO").key)
        passwords.choose(tx, PasswordChoice(bo.id, "magpie-hash", replaces_id=None), Policy(), NOON)
        signin.open_session(tx, bo.id, Secret("magpie-token"), NOON)
        resets.request_reset(tx, bo.id, RequestSource.SLACK, Policy(), NOON)
        leavers.save(tx, Leaver(bo.id, authority.id, MemberFault.GUEST, NOON, None, 1))
        tx.execute(title_tasks.insert().values(_task(authority.id, bo.id)))
        _between(tx, anna, bo)
        return bo

    return await store.write(wish)


def _task(authority_id: int, user_id: int) -> dict[str, object]:
    titles = {"old_title": "Old", "new_title": "New"}
    return {"authority_id": authority_id, "opened_by": user_id, "opened_at": NOON, **titles}


def _between(tx: Connection, anna: Principal, bo: User) -> None:
    """Let each do and be told something of the other."""
    for by, to in ((anna.user_id, bo.id), (bo.id, anna.user_id)):
        audit_event = audit.event_about(
            Actor.user(by), Act.USER_EDITED, authority_id=1, user_id=to, fields=[f"of-{to}"]
        )
        audit.record(tx, audit_event, NOON)
        told = NewDelivery(
            DeliveryKind.REPORT, anna.authority_id, to, by, 9, by, "9", {"text": f"words-of-{to}"}
        )
        deliveries.add(tx, [told], NOON)


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
