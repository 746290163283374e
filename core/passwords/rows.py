"""The SQL of the users' password hashes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from core.schema.passwords import passwords
from core.store.prepared import Prepared

_ADD = Prepared(insert(passwords).returning(passwords.c.id))
_DELETE_TEMPORARY = Prepared(
    delete(passwords).where(
        passwords.c.user_id == bindparam("of_user"), passwords.c.temporary.is_(True)
    )
)


@dataclass(frozen=True, slots=True)
class NewHash:
    """A password to store, as its hash `digest`."""

    user_id: int
    digest: str
    temporary: bool
    made_at: datetime
    expires_at: datetime


def add(tx: Connection, new: NewHash) -> int:
    """Write a password's hash; return its id."""
    values = {
        "user_id": new.user_id,
        "hash": new.digest,
        "temporary": new.temporary,
        "made_at": new.made_at,
        "expires_at": new.expires_at,
    }
    password_id: int = _ADD.only_row(tx, values).id
    return password_id


def hash_of(tx: Connection, password_id: int) -> str:
    """Return the hash of a password that exists."""
    digest: str = tx.execute(
        select(passwords.c.hash).where(passwords.c.id == password_id)
    ).scalar_one()
    return digest


def replace_hash(tx: Connection, password_id: int, digest: str) -> None:
    """Write another hash of the same password."""
    tx.execute(update(passwords).where(passwords.c.id == password_id).values(hash=digest))


def history(tx: Connection, user_id: int, most: int) -> tuple[str, ...]:
    """Return the hashes of the newest passwords that the user chose, excluding temporary ones (D4).

    They are at most `most`, the newest first.
    """
    hashes = tx.scalars(
        select(passwords.c.hash)
        .where(passwords.c.user_id == user_id, passwords.c.temporary.is_(False))
        .order_by(passwords.c.id.desc())
        .limit(most)
    )
    return tuple(hashes)


def delete_temporary(tx: Connection, user_id: int) -> None:
    """Delete the user's temporary passwords."""
    _DELETE_TEMPORARY.run(tx, {"of_user": user_id})


def delete_all(tx: Connection, user_id: int) -> None:
    """Delete every hash of the user."""
    tx.execute(delete(passwords).where(passwords.c.user_id == user_id))


def trim_history(tx: Connection, user_id: int, most: int) -> None:
    """Delete all but the newest `most` chosen passwords (R71)."""
    kept = (
        select(passwords.c.id)
        .where(passwords.c.user_id == user_id, passwords.c.temporary.is_(False))
        .order_by(passwords.c.id.desc())
        .limit(most)
    ).scalar_subquery()
    tx.execute(
        delete(passwords).where(
            passwords.c.user_id == user_id,
            passwords.c.temporary.is_(False),
            passwords.c.id.not_in(kept),
        )
    )
