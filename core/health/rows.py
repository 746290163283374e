"""The SQL that writes a test row, to check that the database can be written."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from core.schema.write_probes import write_probes

# Random, so that no database compresses it: a write that needs pages of its own, as any other.
FILLER_BYTES = 4000


def probe_write(tx: Connection, now: datetime) -> None:
    """Replace the test row by a new one, which fails if the disk is full."""
    filler = secrets.token_hex(FILLER_BYTES)
    written = tx.execute(
        insert(write_probes).values(written_at=now, filler=filler).returning(write_probes.c.id)
    )
    tx.execute(delete(write_probes).where(write_probes.c.id != written.scalar_one()))
