"""Tests that the quick check passes ordinary stored entries, and nothing altered (D22)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit import chain, service
from core.audit.chain import ChainWalk
from core.audit.rows import entries
from core.audit.rules import (
    GENESIS,
    SYSTEM,
    Act,
    Actor,
    ActorKind,
    AuditEntry,
    AuditEvent,
    details_digest,
    entry_hash_of,
)
from core.audit.stored_entries import COLUMNS, continues_chain, decode
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.store.store import Store

SALT = "0" * 31 + "a"
NUMBERS = st.none() | st.integers(0, 9)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | inner
)
EVENTS = st.builds(
    AuditEvent,
    st.builds(Actor, st.sampled_from(ActorKind), NUMBERS),
    st.sampled_from(Act),
    NUMBERS,
    NUMBERS,
    st.dictionaries(st.text(), JSON_VALUES, max_size=3),
)
MOMENTS = st.integers(0, 10**15).map(lambda number: NOON + timedelta(microseconds=number))
# Values that the product never writes. Some of them end a JSON text too early, or are equal to
# another value without being it.
ODD: dict[str, list[Any]] = {
    "id": [0, 2],
    "at": ["yesterday", 7, "2026-03-02", "2026-03-02 12:00:00+01:00", None, b"\0"],
    "actor_kind": ["x", 'user", 1], "at": "', "ø", 'us"er', None, b"user"],
    "actor_id": ["x", "1", 1.0, True, b"\1", "null"],
    "act": ["x", "user_purged", 'signed_in", "actor": "', "ø", None, b"signed_in"],
    "authority_id": ["x", "1", 1.5, True, 'null, "digest": 1'],
    "user_id": ["x", "1", 1.0, False, "null"],
    "details": ["{", "5", "[]", '{"a": 1, "a": 2}', '{"a":1}', "{} ", "[" * 9999, None, b"{}"],
    "salt": ["", "0" * 31, "0" * 33, SALT.upper(), "ø" * 32, None, b"\0"],
    "digest": ["", "0" * 64, '", "number": 5, "x": "', None],
    "previous_hash": ["", "ø" * 64, '"' * 64, None],
    "entry_hash": ["", "0" * 64, None, b"\0"],
}


def stored(entry: AuditEntry) -> list[Any]:
    """Return the entry as SQLite stores it."""
    values = entries.values_of(entry)
    at = values["at"].strftime("%Y-%m-%d %H:%M:%S.%f")
    values |= {"at": at, "details": json.dumps(values["details"])}
    return [str(value) if isinstance(value, str) else value for value in values.values()]


def naive_hash(row: list[Any]) -> str:
    """Return the entry's hash as somebody computes it who escapes no value."""
    of = {
        name: "null" if value is None else value for name, value in zip(COLUMNS, row, strict=True)
    }
    at = str(of["at"]).replace(" ", "T").removesuffix(".000000") + "+00:00"
    return sha256(
        (
            f'{{"act": "{of["act"]}", "actor": ["{of["actor_kind"]}", {of["actor_id"]}], '
            f'"at": "{at}", "authority": {of["authority_id"]}, "digest": "{of["digest"]}", '
            f'"number": {of["id"]}, "previous": "{of["previous_hash"]}", "user": {of["user_id"]}}}'
        ).encode()
    ).hexdigest()


def naive_digest(row: list[Any]) -> str:
    """Return the digest of the details as they are stored."""
    details, salt = (row[COLUMNS.index(name)] for name in ("details", "salt"))
    return sha256(f"{salt}{details}".encode()).hexdigest()


def fully_checked(row: list[Any], previous_hash: str) -> int:
    """Return how many faults the full check finds in the row."""
    walk = ChainWalk()
    walk._previous_hash = previous_hash  # noqa: SLF001 - as if the entry before it was altered
    walk.check_next(decode(row))
    return walk.faults


@given(EVENTS, MOMENTS)
def test_every_ordinary_entry_passes_the_quick_check(audit_event: AuditEvent, at: Any) -> None:  # noqa: ANN401
    entry = entry_of(audit_event, at)

    is_purge = audit_event.act == Act.USER_PURGED
    assert continues_chain(stored(entry), 0, GENESIS) is not is_purge
    assert decode(stored(entry)) == entry


def entry_of(audit_event: AuditEvent, at: Any = NOON, previous_hash: str = GENESIS) -> AuditEntry:  # noqa: ANN401
    """Return the entry as the product makes it, the first of the chain."""
    digest = details_digest(audit_event.details, SALT)
    entry_hash = entry_hash_of(1, at, audit_event, digest=digest, previous_hash=previous_hash)
    return AuditEntry(1, at, audit_event, SALT, digest, previous_hash, entry_hash)


@pytest.mark.parametrize(
    ("column", "value"), [(name, value) for name, values in ODD.items() for value in values]
)
@pytest.mark.parametrize("rehash", [False, True])
def test_the_quick_check_passes_no_altered_row(column: str, value: object, *, rehash: bool) -> None:
    event = AuditEvent(Actor(ActorKind.USER, 1), Act.SIGNED_IN, None, 1, {"a": 1})
    row = stored(entry_of(event))
    row[COLUMNS.index(column)] = value
    if rehash and column in {"details", "salt"}:
        row[COLUMNS.index("digest")] = naive_digest(row)
    if rehash and column != "entry_hash":
        row[COLUMNS.index("entry_hash")] = naive_hash(row)
    previous_hash = row[COLUMNS.index("previous_hash")] if rehash else GENESIS

    assert not continues_chain(row, 0, previous_hash) or not fully_checked(row, previous_hash)


async def test_entries_in_the_database_pass_the_quick_check(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver of each database returns values that the quick check understands."""
    event = service.event_about(SYSTEM, Act.SIGNED_IN, authority_id=1, user_id=2, name="Ørsted")
    nobody = replace(event, authority_id=None, user_id=None, details={})
    at = NOON + timedelta(microseconds=7)
    await store.write(lambda tx: service.record_all(tx, [event, nobody], at))
    decoded: list[object] = []
    monkeypatch.setattr(chain, "decode", noting(decoded))

    assert await store.read(service.first_broken_entry) is None
    assert decoded == []


def noting(decoded: list[object]) -> Callable[[Any], AuditEntry | int]:
    def decode_and_note(row: Any) -> AuditEntry | int:  # noqa: ANN401
        decoded.append(row)
        return decode(row)

    return decode_and_note


@pytest.mark.parametrize("details", ["5", "[]", "null", "{", "", "{} {}", None, b"{}"])
def test_details_that_are_no_object_make_a_row_unreadable(details: object) -> None:
    row = stored(entry_of(AuditEvent(SYSTEM, Act.SIGNED_IN, 1, 1, {})))
    row[COLUMNS.index("details")] = details

    assert decode(row) == 1
