"""Tests of correcting times stored by a clock that was ahead, on SQLite and PostgreSQL (B03)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core.administration import data_review
from core.authorities.rows import authorities, drafts
from core.clock_corrections import service
from core.deliveries.rows import leases
from core.deliveries.rules import DeliveryKind, DeliveryState
from core.errors import FormExpiredError, SignInRefusedError
from core.leavers import rows as leavers
from core.leavers import service as leaver_service
from core.members.rules import MemberKey
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.reminders import service as reminders
from core.reminders.rules import next_digest
from core.resets import rows as requests
from core.resets import service as resets
from core.resets.rules import RequestSource, ResetRequestState
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.members import members
from core.schema.passwords import passwords as password_table
from core.schema.reminders import reminders as reminder_table
from core.schema.users import users as user_table
from core.schema.warnings import warnings as warning_table
from core.secret import Secret
from core.signin import service as signin
from core.users.status import is_temporary_expired
from core.warnings import service as warnings
from tests.factories import TEAM, a_member, a_user, an_administrator, an_authority, executing
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from core.store.store import Store
    from core.users.principals import Principal
    from core.users.rules import User

POLICY = Policy()
FAR = NOON + timedelta(days=366)
LATER = NOON + timedelta(minutes=10)


@pytest.fixture
async def anna(store: Store, rulebook: Rulebook) -> Principal:
    return await store.write(lambda tx: an_administrator(tx, an_authority(tx), rulebook))


@pytest.fixture
async def ada(store: Store, anna: Principal, rulebook: Rulebook) -> User:
    """A user who chose a password at NOON, and is linked to a Slack member."""

    def register(tx: Connection) -> User:
        member = a_member(tx, "U0ADA", tz="UTC").key
        here = authorities.require(tx, anna.authority_id)
        user = a_user(tx, here, rulebook, member=member)
        choice = PasswordChoice(user.id, "own", replaces_id=None)
        return passwords.choose(tx, choice, POLICY, NOON)

    return await store.write(register)


async def correct(store: Store, now: datetime = LATER) -> None:
    """Correct, and see that there was something to correct and is nothing any more."""
    assert await store.read(lambda tx: service.is_any_wrong(tx, POLICY, now))
    await store.write(lambda tx: service.correct(tx, POLICY, now))
    assert not await store.read(lambda tx: service.is_any_wrong(tx, POLICY, now))


async def rows_of(store: Store, query: Any) -> list[Any]:  # noqa: ANN401 - any SELECT
    return list(await store.read(lambda tx: tx.execute(query).all()))


async def test_a_right_clock_leaves_nothing_to_correct(store: Store, ada: User) -> None:
    """Neither at once, nor in the weeks in which reminders and warnings are due."""
    for days in (0, 1, 170, 183, 300):
        now = NOON + timedelta(days=days)
        assert not await store.read(lambda tx, now=now: service.is_any_wrong(tx, POLICY, now))  # type: ignore[misc]
        await store.write(lambda tx, now=now: reminders.queue_due(tx, now, 100))  # type: ignore[misc]
    assert ada.id


async def test_reminders_that_were_settled_early_are_sent_when_they_are_due(
    store: Store, ada: User
) -> None:
    """A minute in the wrong year takes nobody's reminders away (R69, R70, D6, B03)."""
    planned = select(reminder_table).where(reminder_table.c.user_id == ada.id)
    planned = planned.order_by(reminder_table.c.threshold.desc())
    before = await rows_of(store, planned)
    for _ in range(2):
        # The clock may be wrong more than once.
        await store.write(lambda tx: reminders.queue_due(tx, FAR, 100))
        sent = deliveries_table.c.kind == DeliveryKind.REMINDER
        settled = deliveries_table.update().where(sent)
        await store.write(executing(settled.values(state=DeliveryState.SENT, done_at=NOON)))

        await correct(store)

        assert await rows_of(store, planned) == before
    due = before[0].due_at
    await store.write(lambda tx: reminders.queue_due(tx, due, 100))
    kinds = select(deliveries_table.c.state).where(deliveries_table.c.kind == DeliveryKind.REMINDER)
    assert sorted(row.state for row in await rows_of(store, kinds)) == [
        # By DM and by e-mail, at the expiry (R70).
        *(["sent"] * 4),
        "waiting",
    ]


async def test_a_reminder_that_waits_wrongly_is_not_sent(store: Store, ada: User) -> None:
    await store.write(lambda tx: reminders.queue_due(tx, FAR, 100))

    await correct(store)

    kind = deliveries_table.c.kind
    assert not await rows_of(store, select(kind).where(kind == DeliveryKind.REMINDER))
    assert ada.id


async def test_a_temporary_password_made_ahead_lasts_no_longer_than_others(
    store: Store, anna: Principal, ada: User
) -> None:
    """Valid for seven days, not until the wrong day and seven more (D4, B03)."""
    await store.write(lambda tx: resets.reset(tx, anna, ada.id, NOON))
    user, _ = await store.write(lambda tx: passwords.give_temporary(tx, ada.id, "x", POLICY, FAR))

    await correct(store)

    (row,) = await rows_of(
        store, select(password_table).where(password_table.c.temporary.is_(True))
    )
    assert (row.made_at, row.expires_at) == (LATER, LATER + timedelta(days=7))
    (planned,) = await rows_of(
        store, select(reminder_table).where(reminder_table.c.state == "waiting")
    )
    assert planned.due_at == next_digest(row.expires_at, 9)
    assert not is_temporary_expired(user.status, LATER)


async def test_a_session_opened_ahead_ends(store: Store, ada: User) -> None:
    """A session lasts eight hours, not until the wrong day (B03)."""
    token = Secret("token")
    await store.write(lambda tx: signin.open_session(tx, ada.id, token, FAR))

    with pytest.raises(SignInRefusedError):
        await store.read(lambda tx: signin.user_of_session(tx, token, POLICY, LATER))
    await correct(store)
    with pytest.raises(SignInRefusedError):
        await store.read(lambda tx: signin.user_of_session(tx, token, POLICY, FAR))


async def test_a_session_survives_a_clock_that_is_set_back_a_little(
    store: Store, ada: User
) -> None:
    token = Secret("token")
    await store.write(lambda tx: signin.open_session(tx, ada.id, token, LATER))

    user, touched = await store.read(lambda tx: signin.user_of_session(tx, token, POLICY, NOON))

    assert (user.id, touched) == (ada.id, True)


async def test_a_request_made_ahead_expires_in_time(
    store: Store, anna: Principal, ada: User
) -> None:
    """A request is open for three days (D11, B03)."""
    request = await store.write(
        lambda tx: resets.request_reset(tx, ada.id, RequestSource.PORTAL, POLICY, FAR)
    )

    await correct(store)

    over = LATER + timedelta(days=POLICY.request_days)
    assert await store.write(lambda tx: resets.expire_due(tx, POLICY, over, 10)) == 1
    closed = await store.read(lambda tx: requests.find(tx, request.id))
    assert closed is not None
    assert closed.state == ResetRequestState.EXPIRED
    assert anna.user_id


async def test_a_leaver_who_was_kept_ahead_is_asked_about_in_a_month(
    store: Store, anna: Principal, ada: User
) -> None:
    """Administrators are asked again after a month, not after a year and a month (D14, B03)."""

    def keep(tx: Connection) -> None:
        leaver_service.check_member(tx, a_member(tx, "U0ADA", deleted=True), FAR)
        leaver_service.keep_user(tx, anna, ada.id, POLICY, FAR)

    await store.write(keep)

    await correct(store)

    leaver = await store.read(lambda tx: leavers.find(tx, ada.id))
    assert leaver is not None
    assert leaver.ask_at == LATER + timedelta(days=POLICY.leaver_days)


@pytest.mark.parametrize("found_at", [NOON, FAR])
async def test_a_gap_is_warned_of_in_time_after_a_clock_was_ahead(
    store: Store, anna: Principal, rulebook: Rulebook, found_at: datetime
) -> None:
    """A gap that was found or warned of in the wrong year is found again (R39, B03)."""
    gaps = await store.read(lambda tx: warnings.current_gaps(tx, rulebook))
    await store.write(lambda tx: warnings.record_new(tx, gaps, found_at))
    await store.write(lambda tx: warnings.queue_due(tx, FAR, 100))

    await correct(store)
    await store.write(lambda tx: warnings.record_new(tx, gaps, LATER))

    soon = LATER + timedelta(days=1, minutes=1)
    assert await store.write(lambda tx: warnings.queue_due(tx, soon, 100)) == len(gaps)
    nexts = await rows_of(store, select(warning_table.c.next_at))
    assert all(row.next_at <= soon + timedelta(days=7) for row in nexts)
    assert anna.user_id


async def test_an_authority_that_was_asked_ahead_is_asked_again_in_time(
    store: Store, anna: Principal
) -> None:
    """Data is confirmed twice a year (R2, B03)."""
    assert await store.write(lambda tx: data_review.request_due_reviews(tx, POLICY, FAR, 9)) == 1
    await store.write(lambda tx: data_review.confirm(tx, anna, anna.authority_id, FAR))

    await correct(store)

    half_a_year = LATER + timedelta(days=184)
    asked = await store.write(
        lambda tx: data_review.request_due_reviews(tx, POLICY, half_a_year, 9)
    )
    assert asked == 1


async def test_what_was_done_ahead_was_done_now(store: Store, ada: User) -> None:
    """A removal is undone within days and erased after years, both counted from now (D14, B03)."""
    await store.write(executing(user_table.update().values(removed_at=FAR, registered_at=FAR)))
    await store.write(executing(members.update().values(seen_at=FAR)))

    await correct(store)

    (row,) = await rows_of(store, select(user_table).where(user_table.c.id == ada.id))
    assert (row.removed_at, row.registered_at) == (LATER, LATER)
    ada_in_slack = select(members).where(members.c.member_id == "U0ADA")
    (member,) = await rows_of(store, ada_in_slack)
    assert (MemberKey(TEAM, member.member_id), member.seen_at) == (MemberKey(TEAM, "U0ADA"), LATER)


async def test_deliveries_are_among_what_is_corrected(store: Store, ada: User) -> None:
    await store.write(executing(deliveries_table.update().values(due_at=FAR)))

    await correct(store)

    assert not await store.read(lambda tx: leases.is_any_far_ahead(tx, LATER))
    assert ada.id


async def test_unsaved_input_is_no_longer_kept_than_other_input(
    store: Store, anna: Principal
) -> None:  # B03, R23
    await store.write(lambda tx: drafts.add(tx, anna.user_id, anna.authority_id, {}, FAR))

    await correct(store)

    await store.write(lambda tx: drafts.delete_changed_before(tx, LATER + timedelta(seconds=1)))
    with pytest.raises(FormExpiredError):
        await store.read(lambda tx: drafts.require(tx, 1, anna.user_id))
