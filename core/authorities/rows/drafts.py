"""The SQL of the drafts of edits: what administrators have typed in a form and not saved yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from core.errors import FormExpiredError
from core.schema.authorities import authority_drafts
from core.store.locks import locking


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """The authority that a draft is about, and its content, which the form gave it."""

    authority_id: int
    content: Mapping[str, Any]


def add(
    tx: Connection, user_id: int, authority_id: int, content: Mapping[str, Any], now: datetime
) -> int:
    """Insert a draft of the user's; return its number."""
    values = {"user_id": user_id, "authority_id": authority_id, "content": content}
    new = insert(authority_drafts).values(**values, changed_at=now)
    number: int = tx.execute(new.returning(authority_drafts.c.id)).scalar_one()
    return number


def require(tx: Connection, draft_id: int, user_id: int) -> StoredDraft:
    """Return the user's draft with its row locked.

    Raises:
        FormExpiredError: there is none; drafts are deleted after some days.
    """
    table = authority_drafts
    query = select(table.c.authority_id, table.c.content).where(
        table.c.id == draft_id, table.c.user_id == user_id
    )
    row = tx.execute(locking(query)).one_or_none()
    if row is None:
        raise FormExpiredError("No such draft.")
    return StoredDraft(row.authority_id, row.content)


def write(tx: Connection, draft_id: int, content: Mapping[str, Any], now: datetime) -> None:
    """Replace the content of a draft."""
    draft = update(authority_drafts).where(authority_drafts.c.id == draft_id)
    tx.execute(draft.values(content=content, changed_at=now))


def delete_changed_before(tx: Connection, before: datetime) -> None:
    """Delete the drafts that were last changed before this moment."""
    tx.execute(delete(authority_drafts).where(authority_drafts.c.changed_at < before))


def delete_of(tx: Connection, user_id: int) -> None:
    """Delete the drafts of a user."""
    tx.execute(delete(authority_drafts).where(authority_drafts.c.user_id == user_id))
