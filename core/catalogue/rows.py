"""The SQL that saves a catalogue of modules, roles and keywords, and finds the newest one."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, insert, select

from core.schema.catalogue import catalogues

_newest_first = catalogues.c.id.desc()


def save(tx: Connection, text: str, now: datetime) -> bool:
    """Save the catalogue as the newest; return False if the newest is the same already."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    newest = tx.scalar(select(catalogues.c.digest).order_by(_newest_first).limit(1))
    if newest == digest:
        return False
    tx.execute(insert(catalogues).values(text=text, digest=digest, loaded_at=now))
    return True


def newest(tx: Connection) -> str | None:
    """Return the text of the catalogue loaded last, or None."""
    text: str | None = tx.scalar(select(catalogues.c.text).order_by(_newest_first).limit(1))
    return text
