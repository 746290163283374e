"""Tests that no e-mail contains a username, whatever names and titles became later (R55, C4)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from core.administration.notices import AuthorityEvent
from core.deliveries import notices
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rows import deliveries
from core.deliveries.rules import EVENT_KEY, DeliveryKind, DeliveryState, NewDelivery
from core.passwords import service as passwords
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.schema.authorities import authorities
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.users import users as users_table
from core.secret import Secret
from tests.bot.delivery_worker import HASHER, Registry, running_worker
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from core.rulebook import Rulebook
    from core.users.rules import User
    from sandbox import Sandbox

USERNAME = re.compile(r"(?<!\w)(holm|moeller|møller)(?!\w)", re.IGNORECASE)
TABLE = deliveries_table
# The details of a delivery of each kind but notices to users and the first temporary password.
DETAILS: dict[DeliveryKind, dict[str, object]] = {
    DeliveryKind.REPORT: {"text": "My username holm is misspelt"},
    DeliveryKind.HELP_REQUEST: {"topic": "/imi-users"},
    DeliveryKind.AUTHORITY_NOTICE: {EVENT_KEY: AuthorityEvent.EDITED, "fields": ["email"]},
    DeliveryKind.OLD_ADDRESS: {"to": "old@authority.example"},
    DeliveryKind.DATA_REVIEW: {},
    DeliveryKind.WARNING: {"role": ":ADMIN"},
    DeliveryKind.UNDELIVERED: {},
    DeliveryKind.EXPIRY_DIGEST: {},
}
SENT_OTHERWISE = {DeliveryKind.NOTICE, DeliveryKind.TEMPORARY_PASSWORD, DeliveryKind.REQUEST}


def set_up(tx: Connection, rulebook: Rulebook) -> tuple[User, int]:
    """Register a user, an administrator without Slack, and a user whose password has expired.

    Afterwards the first two and the authority get names that contain the usernames.
    """
    office = an_authority(tx, team_channel=None)
    user = a_user(tx, office, rulebook, first_name="Henrik", last_name="Olm", username="holm")
    by = an_administrator(tx, office, rulebook, member=None, username="moeller")
    expired = a_user(tx, office, rulebook)
    digest = HASHER.hash_of(Secret("Temporary-1"))
    was_sent = TABLE.c.user_id.in_([by.user_id, expired.id])
    tx.execute(update(TABLE).where(was_sent).values(state=DeliveryState.FAILED))
    passwords.give_temporary(tx, expired.id, digest, rulebook.policy, NOON.replace(year=2020))
    for one, name in ((by.user_id, "Holm"), (expired.id, "Møller")):
        tx.execute(update(users_table).where(users_table.c.id == one).values(last_name=name))
    titles = {"official_name": "Holm Office", "informal_title": "Office of (Holm)"}
    tx.execute(update(authorities).where(authorities.c.id == office.id).values(**titles))
    resets.request_reset(tx, user.id, RequestSource.SLACK, rulebook.policy, NOON)
    return user, by.user_id


def new_delivery(kind: DeliveryKind, user: User, by_id: int) -> NewDelivery:
    about = by_id if kind == DeliveryKind.EXPIRY_DIGEST else user.id
    to = None if kind == DeliveryKind.OLD_ADDRESS else by_id
    return NewDelivery(
        kind, user.authority_id, about, by_id, recipient_id=to, event="77", details=DETAILS[kind]
    )


def failed_id(tx: Connection) -> int:
    return tx.scalars(select(TABLE.c.id).where(TABLE.c.state == DeliveryState.FAILED)).first() or 0


def queue_all(tx: Connection, rulebook: Rulebook) -> None:
    """Queue a message of every kind that goes by mail."""
    user, by_id = set_up(tx, rulebook)
    details = {"reason": "You are holm, says Møller"}
    for entry_id, what in enumerate(NoticeType):
        notices.queue_notice(tx, Notice(what, user, by_id, entry_id, details), NOON)
    others = {kind: new_delivery(kind, user, by_id) for kind in DETAILS}
    undelivered = others[DeliveryKind.UNDELIVERED]
    others[DeliveryKind.UNDELIVERED] = replace(undelivered, details={"delivery": failed_id(tx)})
    deliveries.add(tx, others.values(), NOON)


async def test_no_mail_contains_the_username_of_anybody_in_it(  # R55, C4, D10
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    await registry.store.write(lambda tx: queue_all(tx, registry.rulebook))

    async with running_worker(dependencies):
        waiting = select(TABLE.c.id).where(
            TABLE.c.state == DeliveryState.WAITING, TABLE.c.attempts == 0
        )
        while await registry.store.read(lambda tx: tx.scalars(waiting).all()):
            await slack.until(lambda: True)

    sent = select(TABLE.c.kind).where(TABLE.c.state == DeliveryState.SENT)
    kinds = set(await registry.store.read(lambda tx: tx.scalars(sent).all()))
    assert kinds == DETAILS.keys() | SENT_OTHERWISE
    written = [f"{mail.subject}\n{mail.plain}\n{mail.html}" for mail in slack.mails]
    # Of those in the digest, nobody has the username `holm`: it is the name of its reader alone.
    digest = [text for text in written if "expired unused" in text]
    assert "Møller" not in str(digest)
    assert [text for text in written if USERNAME.search(text) and text not in digest] == []
    assert any("By: Ada H." in text for text in written)
    assert any("Authority: Office of (H.)." in text for text in written)
