"""Replaces temporary passwords that must not be used or were not received, and queues the mails.

When the user's e-mail address changes, the old password, which was mailed to the old address, is
invalidated. If it was just being sent, another mail follows (D4, D9). A user who is restored gets
a new password if the last one was not sent (D14).
"""

from datetime import datetime

from sqlalchemy import Connection

from core.deliveries import service as deliveries
from core.deliveries.rows import deliveries as delivery_rows
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, NewDelivery
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


def replace_if_unsent(tx: Connection, user: User, by_user_id: int, now: datetime) -> bool:
    """Queue a mail with a temporary password for a user who was restored without having got one.

    They have no password, or a temporary one whose mail did not go out before they were removed,
    which is voided. A blocked password stays until a reset (D3). Returns whether a mail is queued.
    """
    if not _is_unsent(tx, user):
        return False
    sign_in_state.void_password(tx, user.id)
    reminders.cancel(tx, user.id)
    mail = NewDelivery(DeliveryKind.TEMPORARY_PASSWORD, user.authority_id, user.id, by_user_id)
    deliveries.queue_again(tx, mail, now)
    return True


def _is_unsent(tx: Connection, user: User) -> bool:
    if user.password_id is None:
        return True
    if not user.status.temporary or user.status.blocked_at is not None:
        return False
    last = delivery_rows.last_of_kind(tx, DeliveryKind.TEMPORARY_PASSWORD, user.id)
    return last is not None and last.state != DeliveryState.SENT


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
