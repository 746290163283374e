"""What a restored database must not say a second time (D6)."""

from datetime import datetime

from sqlalchemy import Connection

from core.deliveries.rows import leases
from core.reminders import service as reminders

BATCH_SIZE = 500


def mark_waiting_possibly_sent(tx: Connection, made_at: datetime, now: datetime) -> None:
    """Let whatever waits be looked for in Slack before it is sent.

    The database that the backup was made of went on speaking after it: what waited was sent, and
    reminders that have come due since then were too. A letter cannot be looked for; it has the same
    Message-ID as the first time, but for a temporary password: that is a new one, since nobody
    knows the one that was sent.
    """
    while reminders.queue_due(tx, now, BATCH_SIZE):
        pass
    leases.mark_all_possibly_sent(tx, made_at)
