"""Queues a daily digest of expired temporary passwords to each administrator (D4)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_, select

from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.reminders.rules import digest_day
from core.schema.authorities import authorities
from core.schema.passwords import passwords
from core.schema.users import not_removed
from core.schema.users import users as users_table
from core.users.reset_permissions import reset_approvers_of_each
from core.users.rows import users
from core.users.rows.mapping import SELECT_USER, read_users
from core.users.rules import User

# Maximum number of users that a digest counts; it names fewer.
MOST_EXPIRED = 200


def queue(tx: Connection, user_ids: Collection[int], now: datetime) -> None:
    """Queue today's digest to each administrator who may reset one of these users' passwords.

    An administrator has one digest a day: if today's is queued or sent, there is no other.
    """
    if not user_ids:
        return
    approvers = reset_approvers_of_each(tx, users.find_all(tx, user_ids))
    recipients = {one.id: one for each in approvers.values() for one in each}
    digests = [_digest_to(recipient, now) for recipient in recipients.values()]
    if digests:
        deliveries.add_all_unless_queued(tx, digests, now)


def expired_users(tx: Connection, recipient: User, now: datetime) -> tuple[User, ...]:
    """Return the users whose temporary passwords have expired, latest first.

    Only users whose passwords the recipient may reset, at most `MOST_EXPIRED`.
    """
    managed = select(authorities.c.id).where(authorities.c.manager_id == recipient.authority_id)
    own = users_table.c.authority_id == recipient.authority_id
    query = (
        SELECT_USER.where(not_removed, or_(own, users_table.c.authority_id.in_(managed)))
        .where(passwords.c.temporary, passwords.c.expires_at <= now)
        .where(users_table.c.blocked_at.is_(None))
        .order_by(passwords.c.expires_at.desc(), users_table.c.id)
        .limit(MOST_EXPIRED)
    )
    found = read_users(tx.execute(query))
    approvers = reset_approvers_of_each(tx, found)
    return tuple(user for user in found if recipient.id in {one.id for one in approvers[user.id]})


def _digest_to(recipient: User, now: datetime) -> NewDelivery:
    return NewDelivery(
        DeliveryKind.EXPIRY_DIGEST,
        recipient.authority_id,
        recipient.id,
        recipient_id=recipient.id,
        event=digest_day(now),
    )
