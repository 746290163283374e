"""Tests of sending all failed messages of an authority again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from core.authorities.rows import authorities
from core.deliveries import bulk_resend
from core.deliveries.bulk_resend import BATCH_SIZE, ResendReport
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, DeliveryState, FailureReason
from core.errors import NotAdministratorError
from core.schema.deliveries import deliveries as deliveries_table
from core.users.principals import principal_of
from tests.factories import a_user, an_administrator, an_authority, executing
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from core.deliveries.bulk_resend import FailedMessages
    from core.rulebook import Rulebook
    from core.store.store import Store
    from core.users.principals import Principal
    from core.users.rules import User


@pytest.fixture
async def anna(store: Store, rulebook: Rulebook) -> Principal:
    def register(tx: Connection) -> Principal:
        return an_administrator(tx, an_authority(tx, team_channel=None), rulebook)

    return await store.write(register)


@pytest.fixture
async def elsewhere(store: Store, rulebook: Rulebook) -> User:
    """An ordinary user of another authority."""
    return await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook))


async def fail_all(store: Store, reason: FailureReason = FailureReason.MAIL_FAULT) -> None:
    failed = update(deliveries_table).values(state=DeliveryState.FAILED, reason=reason)
    await store.write(executing(failed))


async def failed_of(store: Store, who: Principal, up_to: int | None = None) -> FailedMessages:
    return await store.read(lambda tx: bulk_resend.failed_messages(tx, who, up_to))


async def send_again(store: Store, who: Principal, ids: Sequence[int]) -> ResendReport:
    return await store.write(lambda tx: bulk_resend.send_again(tx, who, ids, NOON))


async def test_the_principals_own_password_is_left_out(store: Store, anna: Principal) -> None:
    """R67, D11: nobody sends themselves a password."""
    await fail_all(store)
    failed = await failed_of(store, anna)

    report = await send_again(store, anna, failed.ids)

    kinds = (DeliveryKind.USERNAME, DeliveryKind.TEMPORARY_PASSWORD, DeliveryKind.NOTICE)
    assert failed.by_kind == tuple((kind, 1) for kind in kinds)
    assert report == ResendReport(queued=2, own=True)
    assert report.done == 3


async def test_messages_of_another_authority_are_neither_counted_nor_sent(
    store: Store, anna: Principal, elsewhere: User
) -> None:
    await fail_all(store)
    newest = await store.read(lambda tx: deliveries.newest_about(tx, elsewhere.id))
    theirs = [delivery.id for delivery in newest]

    report = await send_again(store, anna, theirs)

    assert theirs
    assert not {*theirs} & {*(await failed_of(store, anna)).ids}
    assert report == ResendReport(not_needed=len(theirs))


async def test_what_is_of_no_use_is_left_out(store: Store, anna: Principal) -> None:
    await fail_all(store, FailureReason.OBSOLETE)

    assert (await failed_of(store, anna)).ids == ()


async def test_what_failed_after_the_confirmation_was_shown_is_left_out(
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    await fail_all(store)
    shown = await failed_of(store, anna)
    await store.write(lambda tx: an_administrator_beside(tx, anna, rulebook))
    await fail_all(store)

    assert len((await failed_of(store, anna)).ids) > len(shown.ids)
    assert await failed_of(store, anna, shown.newest_id) == shown


def an_administrator_beside(tx: Connection, anna: Principal, rulebook: Rulebook) -> Principal:
    return an_administrator(tx, authorities.require(tx, anna.authority_id), rulebook)


async def test_an_ordinary_user_sends_nothing(
    store: Store, anna: Principal, elsewhere: User
) -> None:
    await fail_all(store)
    failed = await failed_of(store, anna)

    with pytest.raises(NotAdministratorError):
        await failed_of(store, principal_of(elsewhere))
    with pytest.raises(NotAdministratorError):
        await send_again(store, principal_of(elsewhere), failed.ids)


def test_many_messages_go_in_batches() -> None:
    ids = range(2 * BATCH_SIZE + 1)

    assert [len(batch) for batch in bulk_resend.in_batches(ids)] == [BATCH_SIZE, BATCH_SIZE, 1]
