"""Tests of the product's health, and of who may see it, on SQLite and PostgreSQL."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.deliveries.rows import deliveries, leases
from core.deliveries.rules import DeliveryKind, FailureReason, NewDelivery
from core.errors import NotAdministratorError, NotCoordinatorError
from core.health import service
from core.health.rules import SLACK_SEEN_WITHIN, ProcessHealth, is_late
from core.jobs.rules import JobState
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal, principal_of
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON


async def administrator_of(store: Store, rulebook: Rulebook, **changes: object) -> Principal:
    return await store.write(lambda tx: an_administrator(tx, an_authority(tx, **changes), rulebook))


def a_colleague(tx: Connection, of: Principal, rulebook: Rulebook) -> Principal:
    return principal_of(a_user(tx, authorities.require(tx, of.authority_id), rulebook))


async def test_the_national_coordinator_sees_the_health(store: Store, rulebook: Rulebook) -> None:
    karin = await administrator_of(store, rulebook, access_manager=True)

    health = await store.read(lambda tx: service.health_for(tx, karin, NOON))

    assert health.oldest == NOON
    assert health.waiting > 0
    assert (health.failed, health.jobs) == (0, ())


async def test_only_the_national_coordinator_is_allowed(store: Store, rulebook: Rulebook) -> None:
    karin = await administrator_of(store, rulebook, access_manager=True)
    managed = await administrator_of(
        store, rulebook, access_manager=True, manager_id=karin.authority_id
    )
    anna = await administrator_of(store, rulebook)
    user = await store.write(lambda tx: principal_of(a_user(tx, an_authority(tx), rulebook)))

    colleague = await store.write(lambda tx: a_colleague(tx, karin, rulebook))

    for principal, refusal in (
        (colleague, NotAdministratorError),
        (managed, NotCoordinatorError),
        (anna, NotCoordinatorError),
        (user, NotCoordinatorError),
    ):
        with pytest.raises(refusal):
            await store.read(partial(service.health_for, principal=principal, now=NOON))


async def test_deliveries_that_failed_within_a_day_are_counted(
    store: Store, rulebook: Rulebook
) -> None:
    def fail_deliveries(tx: Connection) -> None:
        user = a_user(tx, an_authority(tx), rulebook)
        for number, (reason, hours) in enumerate(
            [(FailureReason.CHANNEL, 1), (FailureReason.OBSOLETE, 1), (FailureReason.CHANNEL, 25)]
        ):
            new_delivery = NewDelivery(
                DeliveryKind.NOTICE, user.authority_id, user.id, event=f"x{number}"
            )
            deliveries.add(tx, [new_delivery], NOON)
            stored = deliveries.newest_like(tx, new_delivery)
            assert stored is not None
            then = NOON - timedelta(hours=hours)
            leases.fail(tx, stored.id, reason, then)

    await store.write(fail_deliveries)

    assert (await store.read(lambda tx: service.current_health(tx, NOON))).failed == 1


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("succeeded_ago", "failures", "late"),
    [
        (timedelta(0), 0, False),
        (2 * HOUR, 0, False),
        (2.01 * HOUR, 0, True),
        (timedelta(0), 1, True),
        # A clock that was ahead wrote it.
        (-timedelta(days=400), 0, True),
        (-timedelta(seconds=10), 0, False),
    ],
)
def test_a_job_is_late_when_it_fails_or_misses_twice_its_interval(
    succeeded_ago: timedelta, failures: int, late: object
) -> None:
    """A job later than twice its interval is shown (B03)."""
    done = NOON - succeeded_ago
    job = JobState("sweep", NOON, done, done, failures, None, every=HOUR)

    assert is_late(job, NOON) == late


def test_a_job_that_was_never_done_is_late_one_interval_after_it_was_due() -> None:
    for late_by, late in ((HOUR, False), (1.01 * HOUR, True)):
        job = JobState("sweep", NOON - late_by, None, None, 0, None, every=HOUR)

        assert is_late(job, NOON) == late


def test_slack_is_reachable_while_it_was_seen_recently() -> None:
    assert ProcessHealth(NOON, NOON - SLACK_SEEN_WITHIN, 0).reaches_slack(NOON)
    assert not ProcessHealth(NOON, NOON - SLACK_SEEN_WITHIN * 1.01, 0).reaches_slack(NOON)
    assert not ProcessHealth(NOON, None, 0).reaches_slack(NOON)
    # A clock that was ahead wrote it (B03).
    assert not ProcessHealth(NOON, NOON + timedelta(days=400), 0).reaches_slack(NOON)
