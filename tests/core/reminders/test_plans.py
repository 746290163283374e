"""Tests that finding and settling due reminders reads indexes, however many accounts there are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text

from core.policy import Policy
from core.reminders import settlement
from core.reminders.rules import expiry_thresholds
from core.schema.reminders import reminders
from core.schema.users import users
from core.store.sqlite import SqliteStore
from tests.factories import a_user, an_authority
from tests.plans import plan_of, scans_table
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from core.store.store import Store

THRESHOLDS = expiry_thresholds(Policy())
INDEX = "ix_reminders_waiting"
SIZES = pytest.mark.parametrize("accounts", [1000, 8000])


@SIZES
@pytest.mark.parametrize("due", [0, 10])
async def test_the_question_of_the_tick_is_answered_by_an_index(
    store: Store, rulebook: Rulebook, accounts: int, due: int
) -> None:  # C3, D6
    await store.write(lambda tx: fill(tx, rulebook, accounts, due))

    plan = await store.read(lambda tx: plan_of(tx, lambda: settlement.find_due(tx, NOON, 500)))

    assert [line for line in plan if INDEX in line], plan
    assert not [line for line in plan if scans_table(line, "reminders")], plan


@pytest.mark.parametrize("due", [10, 500])
@pytest.mark.parametrize("analysed", [True, False])
async def test_due_reminders_are_settled_by_indexes(
    store: Store, rulebook: Rulebook, due: int, *, analysed: bool
) -> None:  # C3, D6
    """PostgreSQL knows nothing about accounts that were written just before, as by an import."""
    await store.write(lambda tx: fill(tx, rulebook, 12_000, due, analysed=analysed))
    found = await store.read(lambda tx: settlement.find_due(tx, NOON, 500))

    plan = await store.write(
        lambda tx: plan_of(tx, lambda: settlement.settle_due(tx, found, NOON, 500))
    )

    # SQLite finds those that are due, and PostgreSQL each by its key.
    expected = INDEX if isinstance(store, SqliteStore) else "pk_reminders"
    assert [line for line in plan if expected in line], plan
    tables = ("reminders", "users", "later")
    assert not [line for line in plan for table in tables if scans_table(line, table)], plan
    # For no row it reads all that are due, or all users who are not removed.
    assert not [line for line in plan if "hashed SubPlan" in line or "Bitmap" in line], plan


def fill(
    tx: Connection, rulebook: Rulebook, accounts: int, due: int, *, analysed: bool = True
) -> None:
    """Write users who are like one of the factory, with four reminders; the first have one due."""
    user = a_user(tx, an_authority(tx), rulebook, in_bulk=True)
    like = dict(tx.execute(select(users).where(users.c.id == user.id)).mappings().one())
    numbers = range(user.id + 1, user.id + 1 + accounts)
    tx.execute(insert(users), [like | unique_values(number) for number in numbers])
    planned = [
        {
            "user_id": number,
            "password_id": number,
            "threshold": int(threshold),
            "due_at": NOON + timedelta(days=-1 if is_due else 1 + number % 150),
            "state": "waiting",
        }
        for number in numbers
        for threshold in THRESHOLDS
        for is_due in [number <= user.id + due and threshold == THRESHOLDS[0]]
    ]
    tx.execute(insert(reminders), planned)
    if analysed:
        tx.execute(text("ANALYZE"))


def unique_values(number: int) -> dict[str, object]:
    """Return the values of a user's row that no other row may have."""
    address = f"filled{number}@authority.example"
    return {"id": number, "email": address, "email_key": address, "username": f"filled{number}"}
