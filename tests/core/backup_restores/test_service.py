"""Tests that messages in a restored database are marked as possibly sent (D6)."""

from datetime import timedelta

from sqlalchemy import Connection, select

from core.backup_restores.service import mark_waiting_possibly_sent
from core.deliveries.rows import leases
from core.deliveries.rules import DeliveryKind, Lane
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.reminders import service as reminders
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries
from core.store.store import Store
from tests.factories import a_member, a_user, an_authority
from tests.times import NOON

BACKUP = NOON + timedelta(days=165)
RESTORE = BACKUP + timedelta(days=9)


async def test_waiting_and_due_messages_of_a_backup_are_possibly_sent(
    store: Store, rulebook: Rulebook
) -> None:
    def queue_and_claim(tx: Connection) -> None:
        user = a_user(tx, an_authority(tx), rulebook, member=a_member(tx, "U0BO").key)
        choice = PasswordChoice(user.id, "own", replaces_id=user.password_id)
        passwords.choose(tx, choice, Policy(), NOON)
        leases.claim(tx, {Lane.SLACK: 1}, NOON)

    await store.write(queue_and_claim)

    await store.write(lambda tx: mark_waiting_possibly_sent(tx, BACKUP, RESTORE))

    kept = await store.read(lambda tx: tx.execute(select(deliveries)).all())
    assert {(row.outcome_unknown, row.leased_until) for row in kept} == {(True, None)}
    queued = {row.kind: row.queued_at for row in kept}
    assert queued[DeliveryKind.USERNAME] == NOON
    assert queued[DeliveryKind.REMINDER] == BACKUP
    # Reminders that are due later are sent as usual.
    assert await store.write(lambda tx: reminders.queue_due(tx, RESTORE, 10)) == 0
