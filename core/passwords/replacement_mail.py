"""Replaces a temporary password when the user's e-mail address changes, and queues its mail.

The old password, which was mailed to the old address, is invalidated. If it was just being sent,
another mail follows (D4, D9).
"""

from datetime import datetime

from sqlalchemy import Connection

from core.deliveries import service as deliveries
from core.deliveries.rules import Delivery, DeliveryKind, NewDelivery
from core.reminders import service as reminders
from core.sessions import rows as sessions
from core.users.rows import sign_in_state
from core.users.rules import User
from core.users.status import PasswordState, password_state


def replace_after_email_change(tx: Connection, user: User, by_user_id: int, now: datetime) -> None:
    """Void a temporary password that was mailed to the old address, and mail a new one (D4, D9).

    A reader of the old mailbox could sign in with it. A blocked or expired password cannot be used
    to sign in, and stays until a reset (D2, D3). The caller has locked the user.
    """
    if password_state(user.status, now) != PasswordState.TEMPORARY:
        return
    sign_in_state.void_password(tx, user.id)
    sessions.end_of_user(tx, user.id)
    reminders.cancel(tx, user.id)
    mail = NewDelivery(DeliveryKind.TEMPORARY_PASSWORD, user.authority_id, user.id, by_user_id)
    deliveries.queue_again(tx, mail, now)


def resend_if_void(tx: Connection, sent: Delivery, now: datetime) -> bool:
    """Mail another password if the one in `sent` became void while the mail was being sent.

    The operation that voided it found the mail still waiting, and so queued no other. The caller
    has marked `sent` as sent. Returns whether a mail was queued.
    """
    authority_id = sign_in_state.lock_awaiting_password(tx, sent.user_id)
    if authority_id is None:
        return False
    mail = NewDelivery(sent.kind, authority_id, sent.user_id, sent.by_user_id)
    deliveries.queue_again(tx, mail, now)
    return True
