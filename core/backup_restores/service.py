"""Prepares a restored database, so that messages sent after the backup are not sent twice (D6).

Reminders that came due since the backup are queued. All waiting messages are marked as possibly
sent, so that the delivery worker looks for them in Slack before it sends them.
"""

from datetime import datetime

from sqlalchemy import Connection

from core.deliveries.rows import leases
from core.reminders import service as reminders

BATCH_SIZE = 500


def mark_waiting_possibly_sent(tx: Connection, made_at: datetime, now: datetime) -> None:
    """Mark every waiting delivery as possibly sent, so that the worker looks for it in Slack first.

    The original database kept sending after the backup was made, at `made_at`: deliveries that
    wait in the backup, and reminders that have come due since, may have been sent. Mails cannot
    be looked for. A mail has the same Message-ID as the first time, except for one with a
    temporary password: that password is a new one, because the one that was sent is not stored.
    """
    while reminders.queue_due(tx, now, BATCH_SIZE):
        pass
    leases.mark_all_possibly_sent(tx, made_at)
