"""Tests that a page of entries is read from an index, not sorted from all about an authority."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import insert, text

from core.audit_log import rows
from core.schema.audit import audit_entries
from core.store.sqlite import SqliteStore
from tests.plans import plan_for_any_values, plan_of
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.store.store import Store

LARGE, ACTIVE = 1, 8
ENTRIES = 40_000
RARE_ACT = "sent_again"
SORTING = ("Sort", "Bitmap", "B-TREE")
# The index that a page with these filters is read from.
INDEXES: list[tuple[dict[str, object], str]] = [
    ({}, "ix_audit_entries_at"),
    ({"since": NOON}, "ix_audit_entries_at"),
    ({"act": RARE_ACT}, "ix_audit_entries_act"),
    ({"act": RARE_ACT, "until": NOON + timedelta(hours=10)}, "ix_audit_entries_act"),
]


async def test_the_page_of_an_active_person_in_a_large_authority_is_not_sorted(
    store: Store,
) -> None:  # D22
    """PostgreSQL knows that the authority is large only if the statement names it."""
    await store.write(fill)
    plan_in_use = plan_of if isinstance(store, SqliteStore) else plan_for_any_values

    plan = await store.write(lambda tx: plan_in_use(tx, lambda: find(tx)))

    assert [line for line in plan if "ix_audit_entries_at" in line], plan
    assert not [line for line in plan for word in SORTING if word in line], plan


async def test_a_page_is_read_from_an_index_without_sorting(store: Store) -> None:  # D22
    await store.write(fill)

    for filters, index in INDEXES:
        plan = await store.read(partial(plan_of_page, filters=filters))

        assert [line for line in plan if index in line], plan
        assert not [line for line in plan for word in SORTING if word in line], plan


def plan_of_page(tx: Connection, filters: dict[str, object]) -> list[str]:
    return plan_of(tx, lambda: rows.find(tx, LARGE, filters, 13, newest_first=True))


async def test_nobody_has_no_entries(store: Store) -> None:
    await store.write(fill)

    assert await store.read(lambda tx: find(tx, people=[])) == 0
    assert await store.read(find) == 13


def find(tx: Connection, people: list[int] | None = None) -> int:
    """Return the number of entries in a page and one more."""
    people = [ACTIVE] if people is None else people
    return len(rows.find(tx, LARGE, {"people": people}, 13, newest_first=True))


def fill(tx: Connection) -> None:
    """Write entries, a tenth of them about the large authority, by one of forty people each."""
    tx.execute(insert(audit_entries), [values_of(number) for number in range(1, ENTRIES + 1)])
    tx.execute(text("ANALYZE"))


def values_of(number: int) -> dict[str, object]:
    """Return a row; the hashes are none, because nothing verifies them."""
    is_large = number % 10 == 0
    user = 1 + number // 10 % 40 if is_large else 1000 + number % 5000
    return {
        "id": number,
        "at": NOON + timedelta(seconds=number),
        "actor_kind": "user",
        "actor_id": user,
        "act": RARE_ACT if number % 100 == 0 else "signed_in",
        "authority_id": LARGE if is_large else 2 + number % 500,
        "user_id": user,
        "details": {},
        **dict.fromkeys(("salt", "digest", "previous_hash", "entry_hash"), ""),
    }
