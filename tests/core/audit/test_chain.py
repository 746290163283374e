"""Whatever is done to the trail behind the product's back is found (D22); on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, update

from core.audit import service
from core.audit.chain import Fault, Finding, Walk
from core.audit.rows import entries as rows
from core.audit.rules import (
    COMMAND_LINE,
    GENESIS,
    SYSTEM,
    Act,
    Actor,
    Entry,
    Happening,
    digest_of,
    seal_of,
)
from core.schema.audit import audit_entries
from core.store.store import Store
from tests.data import doing
from tests.times import NOON


def chain_of(count: int) -> list[Entry]:
    made: list[Entry] = []
    for number in range(1, count + 1):
        happening = Happening(COMMAND_LINE, Act.SENT_AGAIN, 1, number, {"kind": f"k{number}"})
        salt, previous = f"{number:032x}", made[-1].seal if made else GENESIS
        digest = digest_of(happening.details, salt)
        seal = seal_of(number, NOON, happening, digest=digest, previous=previous)
        made.append(Entry(number, NOON, happening, salt, digest, previous, seal))
    return made


def found(
    entries: list[Entry],
    head: Entry,
    heads: dict[int, str] | None = None,
    purged: frozenset[int] = frozenset(),
) -> tuple[Finding, ...]:
    walk = Walk(heads, purged)
    for entry in entries:
        walk.take(entry)
    return walk.end(head.id, head.seal)


@given(st.integers(1, 12))
def test_a_whole_chain_has_no_fault(count: int) -> None:
    entries = chain_of(count)

    assert found(entries, entries[-1], {entry.id: entry.seal for entry in entries}) == ()


@given(st.data(), st.integers(2, 10))
def test_whatever_is_removed_or_reordered_is_found(data: st.DataObject, count: int) -> None:
    entries = chain_of(count)
    kept = data.draw(st.lists(st.sampled_from(entries), unique_by=lambda entry: entry.id))
    if kept != entries:
        assert found(kept, entries[-1])


@given(st.integers(2, 10), st.data())
def test_a_tail_cut_off_with_its_head_is_found_by_a_posted_one(
    count: int, data: st.DataObject
) -> None:
    entries = chain_of(count)
    left = data.draw(st.integers(1, count - 1))
    kept = entries[:left]

    assert found(kept, kept[-1]) == ()
    assert found(kept, kept[-1], {count: entries[-1].seal}) == (Finding(left + 1, Fault.CUT_OFF),)


def test_a_chain_that_is_whole_and_another_one_is_found_by_a_posted_head() -> None:
    entries = chain_of(4)

    assert Finding(3, Fault.UNLIKE_HEAD) in found(entries, entries[-1], {3: "another seal"})


Change = Callable[[Connection], None]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            doing(
                update(audit_entries).where(audit_entries.c.id == 2).values(details={"kind": "y"})
            ),
            Finding(2, Fault.ALTERED),
        ),
        (
            doing(update(audit_entries).where(audit_entries.c.id == 3).values(act="signed_in")),
            Finding(3, Fault.ALTERED),
        ),
        (
            doing(delete(audit_entries).where(audit_entries.c.id == 2)),
            Finding(2, Fault.OUT_OF_PLACE),
        ),
        (
            doing(delete(audit_entries).where(audit_entries.c.id > 3)),
            Finding(4, Fault.CUT_OFF),
        ),
        (
            doing(update(audit_entries).where(audit_entries.c.id == 2).values(details={}, salt="")),
            Finding(2, Fault.ERASED),
        ),
        (
            doing(update(audit_entries).where(audit_entries.c.id == 2).values(salt="")),
            Finding(2, Fault.ALTERED),
        ),
    ],
)
async def test_what_is_changed_in_the_database_is_found(
    store: Store, change: Change, finding: Finding
) -> None:
    def record(tx: Connection) -> None:
        for number in range(1, 6):
            happening = service.about(
                COMMAND_LINE, Act.SENT_AGAIN, authority_id=1, user_id=number, kind="x"
            )
            service.record(tx, happening, NOON)

    await store.write(record)
    await store.write(change)

    def walk(tx: Connection) -> tuple[Finding, ...]:
        walking = Walk()
        for entry in rows.since(tx):
            walking.take(entry)
        return walking.end(*rows.newest(tx))

    assert finding in await store.read(walk)


def test_what_stands_before_the_first_is_found_and_the_rest_is_whole() -> None:
    entries = chain_of(3)

    assert found([replace(entries[0], id=-4), *entries], entries[-1]) == (
        Finding(-4, Fault.OUT_OF_PLACE),
    )


def test_what_stands_after_the_head_is_found() -> None:
    entries = chain_of(3)

    assert found(entries, entries[1]) == (Finding(3, Fault.OUT_OF_PLACE),)


def test_a_head_with_another_seal_is_found() -> None:
    entries = chain_of(3)

    assert found(entries, replace(entries[2], seal="x")) == (Finding(3, Fault.UNLIKE_HEAD),)


SALT = "5" * 32
THEIRS = Happening(COMMAND_LINE, Act.SIGNED_IN, 1, 9, {})
PURGE = Happening(SYSTEM, Act.USER_PURGED, 1, 9, {})


def chain_with(*happenings: Happening, erased: tuple[int, ...], salt: str = SALT) -> list[Entry]:
    entries: list[Entry] = []
    for number, happening in enumerate(happenings, start=1):
        digest, previous = digest_of({}, salt), entries[-1].seal if entries else GENESIS
        seal = seal_of(number, NOON, happening, digest=digest, previous=previous)
        entries.append(Entry(number, NOON, happening, salt, digest, previous, seal))
    return [replace(one, salt="") if one.id in erased else one for one in entries]


@pytest.mark.parametrize(
    ("happenings", "erased", "finding"),
    [
        ((THEIRS, PURGE), (1,), None),
        ((PURGE, THEIRS), (2,), 2),
        ((THEIRS, PURGE, PURGE), (1, 3), 3),
        # The purge itself tells of nobody.
        ((THEIRS, PURGE, PURGE), (1, 2), 1),
        ((THEIRS, PURGE, THEIRS, PURGE), (1, 3), 3),
        ((THEIRS, replace(PURGE, actor=COMMAND_LINE)), (1,), 1),
        ((THEIRS, replace(PURGE, actor=Actor.user(9))), (1,), 1),
        ((THEIRS, replace(PURGE, user_id=8)), (1,), 1),
        ((THEIRS, replace(PURGE, user_id=None)), (1,), 1),
    ],
)
def test_one_purge_by_the_product_accounts_for_what_was_erased_before_it(  # D14
    happenings: tuple[Happening, ...], erased: tuple[int, ...], finding: int | None
) -> None:
    entries = chain_with(*happenings, erased=erased)

    expected = () if finding is None else (Finding(finding, Fault.ERASED),)
    assert found(entries, entries[-1], purged=frozenset({8, 9})) == expected


def test_the_purge_of_somebody_who_is_still_there_accounts_for_nothing() -> None:
    entries = chain_with(THEIRS, PURGE, erased=(1,))

    assert found(entries, entries[-1], purged=frozenset({8})) == (Finding(1, Fault.ERASED),)


@pytest.mark.parametrize("salt", ["5" * 31, "5" * 33, "5" * 31 + "{", "5" * 31 + "A"])
def test_a_salt_of_another_form_is_none_of_ours(salt: str) -> None:
    entries = chain_with(THEIRS, erased=(), salt=salt)

    assert found(entries, entries[-1]) == (Finding(1, Fault.ALTERED),)


def test_a_walk_may_begin_at_any_entry() -> None:
    entries = chain_of(5)

    def found_from(some: list[Entry]) -> tuple[Finding, ...]:
        walk = Walk({3: entries[2].seal}, after=2)
        for one in some:
            walk.take(one)
        return walk.end(5, entries[-1].seal)

    assert found_from(entries[2:]) == ()
    assert found_from([entries[2], replace(entries[3], at=NOON + timedelta(1)), entries[4]]) == (
        Finding(4, Fault.ALTERED),
    )
    assert found_from(entries[3:]) == (Finding(3, Fault.OUT_OF_PLACE),)


def test_an_entry_that_cannot_be_read_is_named_and_the_rest_is_whole() -> None:
    entries = chain_of(3)
    walk = Walk()

    for one in (entries[0], 2, entries[2]):
        walk.take(one)

    assert walk.end(3, entries[2].seal) == (Finding(2, Fault.ALTERED),)


def test_an_entry_about_nobody_cannot_be_erased() -> None:
    (whole,) = chain_of(1)
    happening = Happening(COMMAND_LINE, Act.CATALOGUE_LOADED, None, None, {})
    seal = seal_of(1, NOON, happening, digest=whole.digest, previous=GENESIS)
    bare = Entry(1, NOON, happening, "", whole.digest, GENESIS, seal)

    assert found([bare], bare) == (Finding(1, Fault.ALTERED),)
