"""The migrations: a database with people in it becomes one of this version."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, insert, select, update

from core.authorities.rows.authorities import authorities
from core.reminders.rules import EXPIRY_THRESHOLDS, due_at
from core.schema.passwords import passwords
from core.schema.reminders import reminders
from core.store import migration
from core.store.store import open_store
from core.users.rows import users
from core.users.search_keys import search_key_of, sort_key_of
from tests import databases
from tests.times import NOON

T = TypeVar("T")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite3'}"
        return
    request.getfixturevalue("postgres_url")
    assert databases.POSTGRES is not None
    with databases.postgres_database(databases.POSTGRES, migrated=False) as url:
        yield url


def written(url: str, wish: Callable[[Connection], T]) -> T:
    async def work() -> T:
        store = open_store(url)
        try:
            return await store.write(wish)
        finally:
            await store.close()

    return asyncio.run(work())


def a_user_of_then(tx: Connection) -> None:
    """Write a user as the first version did."""
    authority = {
        "official_name": "Sundhed",
        "name_key": "sundhed",
        "informal_title": "Sundhed",
        "email": "post@sundhed.example",
        "country": "DK",
        "access_manager": False,
        "registered_at": NOON,
    }
    user = {
        "authority_id": tx.execute(
            insert(authorities).values(authority).returning(authorities.c.id)
        ).scalar_one(),
        "first_name": "Ida",
        "last_name": "Møller",
        "language": "da",
        "email": "ida@sundhed.example",
        "email_key": "ida@sundhed.example",
        "username": "imoeller",
        "registered_at": NOON,
        "wrong_passwords": 0,
    }
    tx.execute(insert(users.users).values(user))


def test_who_was_registered_before_is_found_after(bare_url: str) -> None:  # R57
    written(bare_url, lambda tx: migration.upgrade(tx, "0001"))
    written(bare_url, a_user_of_then)

    written(bare_url, migration.upgrade)

    table = users.users
    keys = written(bare_url, lambda tx: tx.execute(select(table)).one())
    assert keys.search_key == search_key_of(keys, keys.email)
    assert keys.sort_key == sort_key_of(keys)


def passwords_of_then(tx: Connection) -> None:
    """Write a chosen password, and a temporary one, as the fourth version did."""
    for number, temporary in ((1, False), (2, True)):
        values = {"temporary": temporary, "made_at": NOON, "expires_at": NOON + timedelta(days=30)}
        tx.execute(insert(passwords).values(id=number, user_id=number, hash="x", **values))
        tx.execute(update(users.users).where(users.users.c.id == number).values(password_id=number))


def test_passwords_made_before_have_their_reminders_after(bare_url: str) -> None:  # R69, D6
    written(bare_url, lambda tx: migration.upgrade(tx, "0001"))
    written(bare_url, a_user_of_then)
    written(bare_url, lambda tx: migration.upgrade(tx, "0004"))
    written(bare_url, another_user)
    written(bare_url, passwords_of_then)

    written(bare_url, migration.upgrade)

    rows = written(bare_url, lambda tx: tx.execute(select(reminders)).all())
    end = NOON + timedelta(days=30)
    assert {(row.user_id, row.threshold, row.due_at, row.state) for row in rows} == {
        *((1, int(one), due_at(end, one, "UTC"), "waiting") for one in EXPIRY_THRESHOLDS),
        (2, -1, end, "waiting"),
    }
    # D21: whoever is linked now cannot be linked anew by an address.
    assert written(bare_url, lambda tx: [users.was_linked(tx, n) for n in (1, 2)]) == [False, True]


def another_user(tx: Connection) -> None:
    """Write a second user beside the first."""
    table = users.users
    newer = {"id", "purged_at", "once_linked"}
    names = [column for column in table.c if column.name not in newer]
    one = tx.execute(select(*names)).one()._asdict()
    one |= {"username": "second", "email": "second@x.example", "email_key": "second@x.example"}
    one |= {"team_id": "T0IMI", "member_id": "U0SECOND"}
    tx.execute(insert(table).values(one))
