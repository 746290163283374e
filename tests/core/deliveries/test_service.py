"""Tests of queueing, claiming and finishing deliveries, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, update

from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries import service, settlement
from core.deliveries.rows import deliveries, failures, leases
from core.deliveries.rules import (
    FEWEST_ATTEMPTS,
    GIVE_UP_AFTER,
    LEASE_TIME,
    MAX_BACKOFF,
    Delivery,
    DeliveryKind,
    DeliveryState,
    FailureReason,
    Lane,
    NewDelivery,
    is_given_up,
)
from core.deliveries.settlement import NotSent
from core.errors import (
    NotAdministratorError,
    NotFoundError,
    NothingToSendError,
    OwnPasswordError,
    ResetNeededError,
)
from core.members.rules import MemberKey
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.role_keys import ADMINISTRATOR
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.users import users as users_table
from core.store.store import Store
from core.users.principals import Principal, principal_of
from core.users.rows import sign_in_state
from core.users.rules import User
from tests.factories import a_user, an_administrator, an_authority, executing, settle_sent
from tests.times import NOON


@pytest.fixture
async def authority(store: Store) -> Authority:
    return await store.write(lambda tx: an_authority(tx, team_channel=None))


@pytest.fixture
async def anna(store: Store, authority: Authority, rulebook: Rulebook) -> Principal:
    principal = await store.write(lambda tx: an_administrator(tx, authority, rulebook))
    await store.write(lambda tx: claim(tx, Lane.MAIL, NOON))
    await finish_all(store)
    return principal


@pytest.fixture
async def ada(store: Store, anna: Principal, authority: Authority, rulebook: Rulebook) -> User:
    assert anna.administrator
    return await store.write(lambda tx: a_user(tx, authority, rulebook, in_bulk=True))


async def finish_all(store: Store) -> None:
    await store.write(executing(update(deliveries_table).values(state=DeliveryState.SENT)))


def claim(
    tx: Connection, lane: Lane, now: datetime, most: int = 10, sending: Collection[int] = ()
) -> tuple[Delivery, ...]:
    return leases.claim(tx, {lane: most}, now, sending)[lane]


def put_off(tx: Connection, delivery: Delivery, now: datetime, pause: timedelta) -> None:
    """Record an attempt that failed for now."""
    reason = FailureReason.MAIL_UNREACHABLE
    ended = NotSent(delivery, now, reason, final=False, pause=pause, outcome_unknown=False)
    settlement.settle(tx, [ended])


async def newest_mail(store: Store, user: User) -> Delivery:
    (mail,) = await store.read(lambda tx: deliveries.newest_about(tx, user.id))
    return mail


async def test_a_due_delivery_is_claimed_once(store: Store, ada: User) -> None:
    batches = await asyncio.gather(
        *[store.write(lambda tx: claim(tx, Lane.MAIL, NOON)) for _ in range(4)]
    )

    assert [d.user_id for batch in batches for d in batch] == [ada.id]


async def test_a_lease_that_ran_out_frees_the_delivery(store: Store, ada: User) -> None:
    await store.write(lambda tx: claim(tx, Lane.MAIL, NOON))

    (again,) = await store.write(lambda tx: claim(tx, Lane.MAIL, NOON + LEASE_TIME))

    assert again.user_id == ada.id


async def test_urgent_deliveries_are_claimed_before_reminders(store: Store, ada: User) -> None:
    kinds = [
        DeliveryKind.REMINDER,
        DeliveryKind.WARNING,
        DeliveryKind.ONBOARDING,
        DeliveryKind.REQUEST,
        DeliveryKind.USERNAME,
    ]
    for minutes, kind in enumerate(kinds):
        delivery = NewDelivery(kind, ada.authority_id, ada.id)
        queued_at = NOON + timedelta(minutes=minutes)
        await store.write(partial(deliveries.add, new_deliveries=[delivery], now=queued_at))
    an_hour_later = NOON + timedelta(hours=1)

    some = await store.write(lambda tx: claim(tx, Lane.SLACK, an_hour_later, 3))
    rest = await store.write(lambda tx: claim(tx, Lane.SLACK, an_hour_later, 9))

    assert [d.kind for d in some] == [
        DeliveryKind.REQUEST,
        DeliveryKind.USERNAME,
        DeliveryKind.ONBOARDING,
    ]
    assert [d.kind for d in rest] == [
        DeliveryKind.FIND_MEMBER,
        DeliveryKind.REMINDER,
        DeliveryKind.WARNING,
    ]


async def test_a_sent_delivery_is_settled_as_sent(store: Store, ada: User) -> None:
    mail = await newest_mail(store, ada)

    await store.write(lambda tx: settle_sent(tx, mail))

    sent = await newest_mail(store, ada)
    assert (sent.state, sent.done_at, sent.attempts) == (DeliveryState.SENT, NOON, 1)
    assert await store.write(lambda tx: claim(tx, Lane.MAIL, NOON + LEASE_TIME)) == ()


async def test_a_failed_delivery_is_listed_until_it_is_sent_again(
    store: Store, ada: User, anna: Principal
) -> None:
    mail = await newest_mail(store, ada)
    await store.write(lambda tx: service.mark_failed(tx, mail, FailureReason.MAIL_REFUSED, NOON))

    (failed,) = await store.read(lambda tx: failures.failed_of(tx, anna.authority_id))
    assert (failed.id, failed.reason) == (mail.id, FailureReason.MAIL_REFUSED)

    await store.write(lambda tx: service.send_again(tx, anna, mail.id, NOON))
    assert await store.read(lambda tx: failures.failed_of(tx, anna.authority_id)) == ()


async def test_a_retried_delivery_waits_until_it_is_due(store: Store, ada: User) -> None:
    mail = await newest_mail(store, ada)

    await store.write(lambda tx: put_off(tx, mail, NOON, timedelta(seconds=30)))

    soon = NOON + timedelta(seconds=29)
    assert await store.write(lambda tx: claim(tx, Lane.MAIL, soon)) == ()
    assert (
        len(await store.write(lambda tx: claim(tx, Lane.MAIL, NOON + timedelta(seconds=30)))) == 1
    )


async def test_a_delivery_that_is_retried_for_days_fails(store: Store, ada: User) -> None:
    for waited, state in (
        (GIVE_UP_AFTER - timedelta(seconds=1), DeliveryState.WAITING),
        (GIVE_UP_AFTER, DeliveryState.FAILED),
    ):
        mail, now = await newest_mail(store, ada), NOON + waited

        tried = replace(mail, attempts=FEWEST_ATTEMPTS)
        await store.write(partial(put_off, delivery=tried, now=now, pause=timedelta(0)))

        assert (await newest_mail(store, ada)).state == state


async def test_an_administrator_sees_the_states_of_deliveries(
    store: Store, ada: User, anna: Principal
) -> None:
    seen = await store.read(lambda tx: service.newest_about(tx, anna, ada.id))

    assert [(d.kind, d.state) for d in seen] == [
        (DeliveryKind.TEMPORARY_PASSWORD, DeliveryState.WAITING)
    ]


async def test_only_an_administrator_sees_deliveries(
    store: Store, ada: User, anna: Principal, rulebook: Rulebook
) -> None:
    stranger = await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook))

    with pytest.raises(NotAdministratorError):
        await store.read(lambda tx: service.newest_about(tx, principal_of(ada), ada.id))
    with pytest.raises(NotFoundError):
        await store.read(lambda tx: service.newest_about(tx, anna, stranger.id))


async def test_a_waiting_delivery_is_not_queued_twice(
    store: Store, ada: User, anna: Principal
) -> None:
    mail = await newest_mail(store, ada)

    again = await store.write(lambda tx: service.send_again(tx, anna, mail.id, NOON))

    assert again == mail


async def test_sending_again_is_on_record(store: Store, ada: User, anna: Principal) -> None:  # D22
    mail = await newest_mail(store, ada)
    await store.write(lambda tx: settle_sent(tx, mail))

    again = await store.write(lambda tx: service.send_again(tx, anna, mail.id, NOON))

    assert (again.serial, again.state, again.by_user_id) == (2, DeliveryState.WAITING, anna.user_id)
    entry = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert (entry.audit_event.act, entry.audit_event.user_id) == (Act.SENT_AGAIN, ada.id)


async def test_a_delivery_of_another_authority_is_not_found(
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    stranger = await store.write(
        lambda tx: a_user(tx, an_authority(tx, team_channel=None), rulebook)
    )
    mail = await newest_mail(store, stranger)

    for delivery_id in (mail.id, mail.id + 999):
        with pytest.raises(NotFoundError):
            await store.write(
                partial(service.send_again, principal=anna, delivery_id=delivery_id, now=NOON)
            )


async def test_a_temporary_password_is_not_sent_again_after_another_was_chosen(
    store: Store, ada: User, anna: Principal
) -> None:
    mail = await newest_mail(store, ada)
    choice = PasswordChoice(ada.id, "own", replaces_id=None)
    await store.write(lambda tx: passwords.choose(tx, choice, Policy(), NOON))

    with pytest.raises(NothingToSendError):
        await store.write(lambda tx: service.send_again(tx, anna, mail.id, NOON))


async def test_an_expired_temporary_password_needs_a_reset(
    store: Store, ada: User, anna: Principal
) -> None:  # D2
    mail = await newest_mail(store, ada)
    await store.write(lambda tx: passwords.give_temporary(tx, ada.id, "t1", Policy(), NOON))
    await store.write(lambda tx: settle_sent(tx, mail))

    later = NOON + timedelta(days=8)
    with pytest.raises(ResetNeededError):
        await store.write(lambda tx: service.send_again(tx, anna, mail.id, later))


async def test_an_administrator_cannot_send_their_own_temporary_password_again(  # R67, D11
    store: Store, authority: Authority, rulebook: Rulebook
) -> None:
    roles = frozenset({ADMINISTRATOR})
    bo = await store.write(lambda tx: a_user(tx, authority, rulebook, roles=roles, in_bulk=True))
    mail = await newest_mail(store, bo)

    with pytest.raises(OwnPasswordError):
        await store.write(lambda tx: service.send_again(tx, principal_of(bo), mail.id, NOON))


async def test_a_notice_caused_by_another_authority_is_sent_again(  # D19
    store: Store, anna: Principal, authority: Authority, rulebook: Rulebook
) -> None:
    other = await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook, in_bulk=True))
    delivery = NewDelivery(DeliveryKind.AUTHORITY_NOTICE, authority.id, other.id, event="7")
    await store.write(partial(deliveries.add, new_deliveries=[delivery], now=NOON))
    (failed,) = await store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.AUTHORITY_NOTICE, other.id, "7")
    )
    await store.write(lambda tx: service.mark_failed(tx, failed, FailureReason.MAIL_REFUSED, NOON))

    again = await store.write(lambda tx: service.send_again(tx, anna, failed.id, NOON))

    assert (again.kind, again.serial) == (DeliveryKind.AUTHORITY_NOTICE, 2)


async def test_no_message_is_resent_to_a_removed_user(
    store: Store, ada: User, anna: Principal
) -> None:  # D14
    mail = await newest_mail(store, ada)
    await removed(store, ada)

    with pytest.raises(NotFoundError):
        await store.write(lambda tx: service.send_again(tx, anna, mail.id, NOON))


async def removed(store: Store, user: User) -> None:
    changed = update(users_table).where(users_table.c.id == user.id).values(removed_at=NOON)
    await store.write(executing(changed))


@pytest.mark.parametrize(
    ("kind", "sent"), [(DeliveryKind.NOTICE, False), (DeliveryKind.AUTHORITY_NOTICE, True)]
)
async def test_of_a_removed_user_only_a_notice_about_the_authority_is_resent_by_the_operator(
    store: Store, ada: User, kind: DeliveryKind, *, sent: bool
) -> None:  # D14
    notice = NewDelivery(kind, ada.authority_id, ada.id, event="7")
    await store.write(partial(deliveries.add, new_deliveries=[notice], now=NOON))
    (failed,) = await store.read(lambda tx: deliveries.about_event(tx, kind, ada.id, "7"))
    await store.write(lambda tx: service.mark_failed(tx, failed, FailureReason.MAIL_REFUSED, NOON))
    await removed(store, ada)

    def send(tx: Connection) -> Delivery:
        return service.send_again_from_command_line(tx, failed.id, NOON)

    if sent:
        assert (await store.write(send)).serial == 2
    else:
        with pytest.raises(NotFoundError):
            await store.write(send)


async def test_an_unknown_delivery_is_not_found(store: Store) -> None:
    assert await store.read(lambda tx: deliveries.find(tx, 404)) is None


async def test_a_username_can_be_sent_again(
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    linked = await store.write(
        lambda tx: a_user(
            tx,
            authorities.require(tx, anna.authority_id),
            rulebook,
            member=MemberKey("T0IMI", "U7"),
        )
    )
    about = await store.read(lambda tx: deliveries.newest_about(tx, linked.id))
    dm = next(delivery for delivery in about if delivery.kind == DeliveryKind.USERNAME)
    choice = PasswordChoice(linked.id, "own", replaces_id=None)
    await store.write(lambda tx: passwords.choose(tx, choice, Policy(), NOON))
    await store.write(lambda tx: settle_sent(tx, dm))

    again = await store.write(lambda tx: service.send_again(tx, anna, dm.id, NOON))

    assert (again.kind, again.state) == (DeliveryKind.USERNAME, DeliveryState.WAITING)


async def test_queueing_no_deliveries_writes_nothing(store: Store) -> None:
    await store.write(lambda tx: service.queue(tx, [], NOON))

    assert await store.read(leases.backlog) == (0, None)


async def test_a_delivery_that_is_being_sent_is_not_claimed_again(store: Store, ada: User) -> None:
    """A lease that expired because the clock was set starts nothing twice (B03)."""
    (mail,) = await store.write(lambda tx: claim(tx, Lane.MAIL, NOON))
    later, sending = NOON + timedelta(days=366), (mail.id,)

    assert Lane.MAIL not in await store.read(lambda tx: leases.next_due(tx, later, sending))
    assert await store.write(lambda tx: claim(tx, Lane.MAIL, later, 9, sending)) == ()
    assert len(await store.write(lambda tx: claim(tx, Lane.MAIL, later, 9))) == 1
    assert mail.user_id == ada.id


async def test_moments_of_a_clock_that_was_ahead_are_pulled_back(store: Store, ada: User) -> None:
    """A delivery put off while the clock was ahead is due again, and its lease ends (B03)."""
    far = NOON + timedelta(days=400)
    await store.write(lambda tx: claim(tx, Lane.MAIL, NOON))
    values = {"due_at": far, "queued_at": far, "leased_until": far}
    await store.write(lambda tx: tx.execute(update(deliveries_table).values(values)))

    assert await store.read(lambda tx: leases.is_any_far_ahead(tx, NOON))
    await store.write(lambda tx: leases.pull_back(tx, NOON))

    (mail,) = await store.write(lambda tx: claim(tx, Lane.MAIL, NOON))
    assert (mail.user_id, mail.outcome_unknown) == (ada.id, True)
    assert mail.queued_at < NOON
    assert not await store.read(lambda tx: leases.is_any_far_ahead(tx, NOON))


async def test_pauses_and_leases_of_a_right_clock_are_kept(store: Store, ada: User) -> None:
    mail = await newest_mail(store, ada)
    # The other side asked for a longer pause than there is.
    pause = timedelta(hours=9)
    await store.write(lambda tx: put_off(tx, mail, NOON, pause))

    assert not await store.read(lambda tx: leases.is_any_far_ahead(tx, NOON))
    assert (await newest_mail(store, ada)).due_at == NOON + MAX_BACKOFF


def test_one_attempt_while_the_clock_is_days_ahead_ends_no_delivery() -> None:
    """A delivery that waits fails for good only after many attempts (B03)."""
    few, many = (
        Delivery(
            *(1, "key", DeliveryKind.NOTICE, 1, 1, None, 1, DeliveryState.WAITING),
            *(attempts, NOON, NOON, None, None),
        )
        for attempts in (0, FEWEST_ATTEMPTS - 1)
    )
    later = NOON + timedelta(days=366)

    assert (is_given_up(few, later), is_given_up(many, later)) == (False, True)
    assert not is_given_up(many, NOON + timedelta(days=3))


@pytest.mark.parametrize("has_password", [True, False])
async def test_a_blocked_temporary_password_needs_a_reset(  # D3
    store: Store,
    ada: User,
    anna: Principal,
    has_password: bool,  # noqa: FBT001 - a table
) -> None:
    mail = await newest_mail(store, ada)
    if has_password:
        await store.write(lambda tx: passwords.give_temporary(tx, ada.id, "t1", Policy(), NOON))
    await store.write(lambda tx: sign_in_state.write_failures(tx, ada.id, 5, NOON))
    await store.write(lambda tx: settle_sent(tx, mail))

    with pytest.raises(ResetNeededError):
        await store.write(lambda tx: service.send_again(tx, anna, mail.id, NOON))
