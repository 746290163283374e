"""Tests that due reminders are queued in few statements, and as rows that say the same as one."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from core.authorities.rules import Authority
from core.deliveries.rows.deliveries import values_of
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.reminders import service
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries
from core.store.store import Store
from tests.factories import a_member, a_user, an_administrator, an_authority
from tests.statements import count_statements
from tests.times import NOON

POLICY = Policy()
# All reminders of a password that was chosen or given at NOON are due by then.
LATER = NOON + timedelta(days=200)


async def an_office(store: Store, rulebook: Rulebook) -> Authority:
    """Create an authority with an administrator."""

    def set_up(tx: Connection) -> Authority:
        authority = an_authority(tx)
        an_administrator(tx, authority, rulebook)
        return authority

    return await store.write(set_up)


async def people(store: Store, authority: Authority, rulebook: Rulebook, number: int) -> None:
    """Register users, half of whom choose a password while the other half have a temporary one."""

    def set_up(tx: Connection) -> None:
        for _ in range(number // 2):
            chooser, other = (a_user(tx, authority, rulebook) for _ in range(2))
            passwords.choose(tx, PasswordChoice(chooser.id, "own", replaces_id=None), POLICY, NOON)
            passwords.give_temporary(tx, other.id, "t", POLICY, NOON)

    await store.write(set_up)


async def queue(store: Store, now: datetime) -> int:
    """Queue what is due; return how many statements that took."""
    with count_statements(store) as statements:
        await store.write(lambda tx: service.queue_due(tx, now, 500))
    return len(statements)


async def test_the_statements_do_not_grow_with_the_reminders(
    store: Store, rulebook: Rulebook
) -> None:  # C3, D4, D6
    office = await an_office(store, rulebook)
    await people(store, office, rulebook, 2)
    few = await queue(store, LATER)
    await people(store, office, rulebook, 40)

    many = await queue(store, LATER)

    queued = await store.read(lambda tx: tx.execute(select(deliveries.c.kind)).scalars().all())
    assert queued.count(DeliveryKind.REMINDER) == 21
    assert queued.count(DeliveryKind.EXPIRY_DIGEST) == 1
    assert many == few <= 11


async def test_the_statements_do_not_grow_with_the_authorities(
    store: Store, rulebook: Rulebook
) -> None:  # D4
    for _ in range(4):
        await people(store, await an_office(store, rulebook), rulebook, 2)

    assert await queue(store, LATER) <= 11


async def test_a_queued_reminder_is_the_row_that_any_delivery_is(
    store: Store, rulebook: Rulebook
) -> None:  # D6
    office = await an_office(store, rulebook)
    await people(store, office, rulebook, 2)
    await queue(store, LATER)

    table = deliveries
    query = select(table).where(table.c.kind == DeliveryKind.REMINDER)
    row = await store.read(lambda tx: tx.execute(query).mappings().one())

    user, event = row["user_id"], row["event"]
    password, _, threshold = event.partition(":")
    assert int(password) > 0
    assert threshold == "0"
    like = NewDelivery(
        DeliveryKind.REMINDER, row["authority_id"], user, recipient_id=user, event=event
    )
    assert row["authority_id"] == office.id
    assert {name: row[name] for name in values_of(like, LATER)} == values_of(like, LATER)


async def test_a_mail_copy_is_the_row_that_any_delivery_is(
    store: Store, rulebook: Rulebook
) -> None:  # R70, D6
    office = await an_office(store, rulebook)

    def set_up(tx: Connection) -> None:
        bo = a_user(tx, office, rulebook, member=a_member(tx, "U0BO").key)
        passwords.choose(tx, PasswordChoice(bo.id, "own", replaces_id=None), POLICY, NOON)

    await store.write(set_up)
    await queue(store, LATER)

    table = deliveries
    query = select(table).where(table.c.kind == DeliveryKind.REMINDER).order_by(table.c.id)
    by_dm, by_mail = await store.read(lambda tx: tx.execute(query).mappings().all())
    user, event = by_dm["user_id"], by_dm["event"]
    reminder = NewDelivery(DeliveryKind.REMINDER, office.id, user, recipient_id=user, event=event)
    expected = values_of(replace(reminder, mail_copy=True), LATER)
    assert {name: by_mail[name] for name in expected} == expected
    assert by_dm["key"] == reminder.key
