"""Fills a database with accounts, set by set, each of which has a password and four reminders."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    TextClause,
    bindparam,
    insert,
    text,
)

from benchmarks.databases import gather_statistics, new_database
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import NewAuthority
from core.policy import Policy
from core.reminders.rules import expiry_thresholds
from core.schema.reminders import reminders
from core.store import migration
from core.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

EXPIRY_THRESHOLDS = expiry_thresholds(Policy())
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BATCH = 100_000


def at_moment(statement: str) -> TextClause:
    """Return the statement, whose parameter `now` is a moment as the tables store it."""
    made = text(statement)
    if ":now" not in statement:
        return made
    return made.bindparams(bindparam("now", type_=reminders.c.due_at.type))


NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT CAST(:first AS INTEGER) UNION ALL"
    " SELECT n + 1 FROM numbers WHERE n < :last)"
)


def for_each_number(statement: str) -> TextClause:
    """Return the statement, which selects from `numbers`, for those from `first` to `last`."""
    return at_moment(f"{NUMBERS} {statement}")


ACCOUNTS = for_each_number(
    "INSERT INTO users (id, authority_id, first_name, last_name, language, email, email_key,"
    " username, registered_at, wrong_passwords, password_id)"
    " SELECT n, 1, 'Person', 'Number ' || n, 'da', 'p' || n || '@sundhed.example',"
    " 'p' || n || '@sundhed.example', 'person' || n, :now, 0, n FROM numbers"
)
PASSWORDS = for_each_number(
    "INSERT INTO passwords (id, user_id, hash, temporary, made_at, expires_at)"
    " SELECT n, n, 'x', FALSE, :now, :now FROM numbers"
)
# One reminder that was due yesterday, or all due later.
REMINDERS = for_each_number(
    "INSERT INTO reminders (user_id, password_id, threshold, due_at, state)"
    " SELECT n, n, threshold, moment, 'waiting'"
    " FROM numbers CROSS JOIN thresholds JOIN days ON day = CASE"
    " WHEN n <= :due AND threshold = :soonest THEN -1 ELSE 30 + n % 150 - threshold END"
)
OF_BENCHMARK = MetaData()
Table(
    "plain_copy",
    OF_BENCHMARK,
    *(Column(name, Integer) for name in ("user_id", "password_id", "threshold")),
)
THRESHOLDS = Table("thresholds", OF_BENCHMARK, Column("threshold", Integer, primary_key=True))
# The moment of each day after today.
DAYS = Table(
    "days",
    OF_BENCHMARK,
    Column("day", Integer, primary_key=True),
    Column("moment", reminders.c.due_at.type),
)


@asynccontextmanager
async def filled(accounts: int, due: int, database: str) -> AsyncIterator[Store]:
    """Open a database of accounts, some of which have a reminder due at NOW."""
    async with new_database(database) as url:
        store = await open_store(url)
        try:
            await store.write(create_tables)
            for first in range(1, accounts + 1, BATCH):
                some = range(first, min(first + BATCH, accounts + 1))
                await store.write(writing_accounts(some, due))
            await store.write(gather_statistics)
            yield store
        finally:
            await store.close()


def create_tables(tx: Connection) -> None:
    """Make the tables and one authority, and the tables from which the accounts are made."""
    migration.upgrade(tx)
    OF_BENCHMARK.create_all(tx)
    tx.execute(insert(THRESHOLDS), [{"threshold": int(one)} for one in EXPIRY_THRESHOLDS])
    days = range(-1, 200)
    tx.execute(insert(DAYS), [{"day": day, "moment": NOW + timedelta(day)} for day in days])
    new_authority = NewAuthority("Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ",))
    authority_registration.register(tx, new_authority, COMMAND_LINE, NOW)


def writing_accounts(some: range, due: int) -> Callable[[Connection], None]:
    """Return the operation that writes these accounts; the first `due` have a due reminder."""
    values = {"first": some[0], "last": some[-1], "due": due, "now": NOW}
    values |= {"soonest": EXPIRY_THRESHOLDS[0]}

    def write(tx: Connection) -> None:
        for statement in (ACCOUNTS, PASSWORDS, REMINDERS):
            tx.execute(statement, {name: values[name] for name in statement.compile().params})

    return write
