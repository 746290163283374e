"""Tests that tampering with the audit trail is detected (D22), on SQLite and PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, update

from core.audit import service
from core.audit.chain import ChainFault, ChainFinding, ChainWalk
from core.audit.rows import entries as rows
from core.audit.rules import (
    COMMAND_LINE,
    GENESIS,
    SYSTEM,
    Act,
    Actor,
    AuditEntry,
    AuditEvent,
    details_digest,
    entry_hash_of,
)
from core.schema.audit import audit_entries
from core.store.store import Store
from tests.factories import executing
from tests.times import NOON


def chain_of(count: int) -> list[AuditEntry]:
    made: list[AuditEntry] = []
    for number in range(1, count + 1):
        audit_event = AuditEvent(COMMAND_LINE, Act.SENT_AGAIN, 1, number, {"kind": f"k{number}"})
        salt, previous_hash = f"{number:032x}", made[-1].entry_hash if made else GENESIS
        digest = details_digest(audit_event.details, salt)
        entry_hash = entry_hash_of(
            number, NOON, audit_event, digest=digest, previous_hash=previous_hash
        )
        made.append(AuditEntry(number, NOON, audit_event, salt, digest, previous_hash, entry_hash))
    return made


def findings_in(
    entries: list[AuditEntry],
    tip: AuditEntry,
    checkpoints: dict[int, str] | None = None,
    purged: frozenset[int] = frozenset(),
) -> tuple[ChainFinding, ...]:
    walk = ChainWalk(checkpoints, purged)
    for entry in entries:
        walk.check_next(entry)
    return walk.finish(tip.id, tip.entry_hash)


@given(st.integers(1, 12))
def test_an_intact_chain_has_no_fault(count: int) -> None:
    entries = chain_of(count)

    assert (
        findings_in(entries, entries[-1], {entry.id: entry.entry_hash for entry in entries}) == ()
    )


@given(st.data(), st.integers(2, 10))
def test_removed_and_reordered_entries_are_found(data: st.DataObject, count: int) -> None:
    entries = chain_of(count)
    kept = data.draw(st.lists(st.sampled_from(entries), unique_by=lambda entry: entry.id))
    if kept != entries:
        assert findings_in(kept, entries[-1])


@given(st.integers(2, 10), st.data())
def test_a_removed_tail_is_found_by_a_posted_checkpoint(count: int, data: st.DataObject) -> None:
    entries = chain_of(count)
    left = data.draw(st.integers(1, count - 1))
    kept = entries[:left]

    assert findings_in(kept, kept[-1]) == ()
    assert findings_in(kept, kept[-1], {count: entries[-1].entry_hash}) == (
        ChainFinding(left + 1, ChainFault.CUT_OFF),
    )


def test_a_chain_rewritten_as_a_whole_is_found_by_a_posted_checkpoint() -> None:
    entries = chain_of(4)

    assert ChainFinding(3, ChainFault.UNLIKE_CHECKPOINT) in findings_in(
        entries, entries[-1], {3: "another hash"}
    )


Change = Callable[[Connection], None]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            executing(
                update(audit_entries).where(audit_entries.c.id == 2).values(details={"kind": "y"})
            ),
            ChainFinding(2, ChainFault.ALTERED),
        ),
        (
            executing(update(audit_entries).where(audit_entries.c.id == 3).values(act="signed_in")),
            ChainFinding(3, ChainFault.ALTERED),
        ),
        (
            executing(delete(audit_entries).where(audit_entries.c.id == 2)),
            ChainFinding(2, ChainFault.OUT_OF_PLACE),
        ),
        (
            executing(delete(audit_entries).where(audit_entries.c.id > 3)),
            ChainFinding(4, ChainFault.CUT_OFF),
        ),
        (
            executing(
                update(audit_entries).where(audit_entries.c.id == 2).values(details={}, salt="")
            ),
            ChainFinding(2, ChainFault.ERASED),
        ),
        (
            executing(update(audit_entries).where(audit_entries.c.id == 2).values(salt="")),
            ChainFinding(2, ChainFault.ALTERED),
        ),
    ],
)
async def test_a_change_in_the_database_is_found(
    store: Store, change: Change, finding: ChainFinding
) -> None:
    def record(tx: Connection) -> None:
        for number in range(1, 6):
            audit_event = service.event_about(
                COMMAND_LINE, Act.SENT_AGAIN, authority_id=1, user_id=number, kind="x"
            )
            service.record(tx, audit_event, NOON)

    await store.write(record)
    await store.write(change)

    def find_faults(tx: Connection) -> tuple[ChainFinding, ...]:
        walk = ChainWalk()
        for entry in rows.since(tx):
            walk.check_next(entry)
        return walk.finish(*rows.chain_tip(tx))

    assert finding in await store.read(find_faults)


def test_an_entry_before_the_first_is_found_and_the_rest_is_valid() -> None:
    entries = chain_of(3)

    assert findings_in([replace(entries[0], id=-4), *entries], entries[-1]) == (
        ChainFinding(-4, ChainFault.OUT_OF_PLACE),
    )


def test_an_entry_after_the_tip_of_the_chain_is_found() -> None:
    entries = chain_of(3)

    assert findings_in(entries, entries[1]) == (ChainFinding(3, ChainFault.OUT_OF_PLACE),)


def test_a_tip_with_another_hash_is_found() -> None:
    entries = chain_of(3)

    assert findings_in(entries, replace(entries[2], entry_hash="x")) == (
        ChainFinding(3, ChainFault.UNLIKE_CHECKPOINT),
    )


SALT = "5" * 32
OTHER_EVENT = AuditEvent(COMMAND_LINE, Act.SIGNED_IN, 1, 9, {})
PURGE = AuditEvent(SYSTEM, Act.USER_PURGED, 1, 9, {})


def chain_with(
    *audit_events: AuditEvent, erased: tuple[int, ...], salt: str = SALT
) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number, audit_event in enumerate(audit_events, start=1):
        digest, previous_hash = (
            details_digest({}, salt),
            entries[-1].entry_hash if entries else GENESIS,
        )
        entry_hash = entry_hash_of(
            number, NOON, audit_event, digest=digest, previous_hash=previous_hash
        )
        entries.append(
            AuditEntry(number, NOON, audit_event, salt, digest, previous_hash, entry_hash)
        )
    return [replace(one, salt="") if one.id in erased else one for one in entries]


@pytest.mark.parametrize(
    ("audit_events", "erased", "finding"),
    [
        ((OTHER_EVENT, PURGE), (1,), None),
        ((PURGE, OTHER_EVENT), (2,), 2),
        ((OTHER_EVENT, PURGE, PURGE), (1, 3), 3),
        # A purge entry without details cannot explain another one.
        ((OTHER_EVENT, PURGE, PURGE), (1, 2), 1),
        ((OTHER_EVENT, PURGE, OTHER_EVENT, PURGE), (1, 3), 3),
        ((OTHER_EVENT, replace(PURGE, actor=COMMAND_LINE)), (1,), 1),
        ((OTHER_EVENT, replace(PURGE, actor=Actor.user(9))), (1,), 1),
        ((OTHER_EVENT, replace(PURGE, user_id=8)), (1,), 1),
        ((OTHER_EVENT, replace(PURGE, user_id=None)), (1,), 1),
    ],
)
def test_a_purge_accounts_only_for_earlier_erasures(  # D14
    audit_events: tuple[AuditEvent, ...], erased: tuple[int, ...], finding: int | None
) -> None:
    entries = chain_with(*audit_events, erased=erased)

    expected = () if finding is None else (ChainFinding(finding, ChainFault.ERASED),)
    assert findings_in(entries, entries[-1], purged=frozenset({8, 9})) == expected


def test_the_purge_of_another_user_does_not_account_for_an_erasure() -> None:
    entries = chain_with(OTHER_EVENT, PURGE, erased=(1,))

    assert findings_in(entries, entries[-1], purged=frozenset({8})) == (
        ChainFinding(1, ChainFault.ERASED),
    )


@pytest.mark.parametrize("salt", ["5" * 31, "5" * 33, "5" * 31 + "{", "5" * 31 + "A"])
def test_a_malformed_salt_is_reported_as_altered(salt: str) -> None:
    entries = chain_with(OTHER_EVENT, erased=(), salt=salt)

    assert findings_in(entries, entries[-1]) == (ChainFinding(1, ChainFault.ALTERED),)


def test_a_verification_can_begin_at_any_entry() -> None:
    entries = chain_of(5)

    def findings_from_3(read: list[AuditEntry]) -> tuple[ChainFinding, ...]:
        walk = ChainWalk({3: entries[2].entry_hash}, after=2)
        for entry in read:
            walk.check_next(entry)
        return walk.finish(5, entries[-1].entry_hash)

    assert findings_from_3(entries[2:]) == ()
    assert findings_from_3(
        [entries[2], replace(entries[3], at=NOON + timedelta(1)), entries[4]]
    ) == (ChainFinding(4, ChainFault.ALTERED),)
    assert findings_from_3(entries[3:]) == (ChainFinding(3, ChainFault.OUT_OF_PLACE),)


def test_an_unreadable_entry_is_reported_and_the_rest_is_valid() -> None:
    entries = chain_of(3)
    walk = ChainWalk()

    for one in (entries[0], 2, entries[2]):
        walk.check_next(one)

    assert walk.finish(3, entries[2].entry_hash) == (ChainFinding(2, ChainFault.ALTERED),)


def test_erasing_an_entry_about_no_user_is_reported() -> None:
    (whole,) = chain_of(1)
    audit_event = AuditEvent(COMMAND_LINE, Act.CATALOGUE_LOADED, None, None, {})
    entry_hash = entry_hash_of(1, NOON, audit_event, digest=whole.digest, previous_hash=GENESIS)
    bare = AuditEntry(1, NOON, audit_event, "", whole.digest, GENESIS, entry_hash)

    assert findings_in([bare], bare) == (ChainFinding(1, ChainFault.ALTERED),)
