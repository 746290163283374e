"""Tests of jobs that several processes try to claim, on SQLite and PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from core.jobs import rows, service
from core.jobs.rules import LEASE_TIME, JobState, Recurrence, backoff_after, is_due
from core.store.store import Store
from tests.times import NOON

HOURLY = Recurrence(timedelta(hours=1))


@pytest.fixture
async def job(store: Store) -> Store:
    """A store with one registered job."""
    await store.write(lambda tx: service.register(tx, "sweep", HOURLY, NOON))
    return store


async def state_in(store: Store) -> JobState:
    found = await store.read(lambda tx: rows.find(tx, "sweep"))
    assert found is not None
    return found


async def test_only_one_of_many_claims_the_job(job: Store) -> None:
    claimed = await asyncio.gather(
        *[job.write(lambda tx: service.claim(tx, "sweep", NOON)) for _ in range(6)]
    )

    assert sorted(claimed) == [False] * 5 + [True]


async def test_a_job_is_due_again_after_its_interval(job: Store) -> None:
    await job.write(lambda tx: service.claim(tx, "sweep", NOON))
    await job.write(lambda tx: service.record_success(tx, "sweep", HOURLY, NOON))

    for minutes, due in ((59, False), (60, True)):
        now = NOON + timedelta(minutes=minutes)
        assert is_due(await state_in(job), now) == due
    state = await state_in(job)
    assert (state.succeeded_at, state.failures, state.error) == (NOON, 0, None)


async def test_a_lease_that_is_not_renewed_expires(job: Store) -> None:
    await job.write(lambda tx: service.claim(tx, "sweep", NOON))

    assert not await job.write(lambda tx: service.claim(tx, "sweep", NOON + LEASE_TIME / 2))
    assert await job.write(lambda tx: service.claim(tx, "sweep", NOON + LEASE_TIME))


async def test_a_renewed_lease_keeps_the_job(job: Store) -> None:
    await job.write(lambda tx: service.claim(tx, "sweep", NOON))
    await job.write(lambda tx: service.renew(tx, "sweep", NOON + LEASE_TIME / 2))

    assert not await job.write(lambda tx: service.claim(tx, "sweep", NOON + LEASE_TIME))


async def test_a_failed_job_is_retried_with_backoff_and_its_error_is_kept(job: Store) -> None:
    for failures in (1, 2, 3):
        await job.write(lambda tx: service.record_failure(tx, "sweep", "OSError", NOON))
        state = await state_in(job)
        assert (state.failures, state.error) == (failures, "OSError")
        assert state.due_at == NOON + backoff_after(failures)

    await job.write(lambda tx: service.record_success(tx, "sweep", HOURLY, NOON))
    assert (await state_in(job)).failures == 0


async def test_a_released_job_is_due_at_once(job: Store) -> None:
    await job.write(lambda tx: service.claim(tx, "sweep", NOON))
    await job.write(lambda tx: service.release(tx, "sweep", NOON))

    assert await job.write(lambda tx: service.claim(tx, "sweep", NOON))


async def test_registering_a_job_again_changes_nothing(job: Store) -> None:
    await job.write(lambda tx: service.record_success(tx, "sweep", HOURLY, NOON))
    await asyncio.gather(
        *[job.write(lambda tx: service.register(tx, "sweep", HOURLY, NOON)) for _ in range(4)]
    )

    (state,) = await job.read(rows.all_jobs)
    assert state.due_at == NOON + timedelta(hours=1)


async def test_only_the_interval_of_a_known_job_is_written(job: Store) -> None:
    await job.write(lambda tx: service.claim(tx, "sweep", NOON))
    await job.write(lambda tx: service.record_failure(tx, "sweep", "TypeError", NOON))
    before = await state_in(job)
    daily = Recurrence(timedelta(days=1))

    await job.write(lambda tx: service.register(tx, "sweep", daily, NOON + timedelta(hours=3)))

    assert await state_in(job) == replace(before, every=timedelta(days=1))


async def test_several_processes_can_register_a_new_job(store: Store) -> None:
    await asyncio.gather(
        *[store.write(lambda tx: service.register(tx, "new", HOURLY, NOON)) for _ in range(8)]
    )

    assert [state.name for state in await store.read(rows.all_jobs)] == ["new"]


async def test_a_daily_job_is_due_at_its_hour(store: Store) -> None:
    nightly = Recurrence(at=time(2))
    await store.write(lambda tx: service.register(tx, "sweep", nightly, NOON))

    assert (await state_in(store)).due_at == datetime.fromisoformat("2026-03-03T02:00+00:00")
    assert nightly.after(NOON.replace(hour=1)) == NOON.replace(hour=2)
    assert nightly.after(NOON.replace(hour=2)) == NOON.replace(hour=2) + timedelta(days=1)


async def test_a_failure_of_an_unknown_job_is_ignored(store: Store) -> None:
    await store.write(lambda tx: service.record_failure(tx, "none", "OSError", NOON))

    assert await store.read(rows.all_jobs) == ()


def test_the_backoff_doubles_up_to_an_hour() -> None:
    minutes = [backoff_after(failures).total_seconds() / 60 for failures in (1, 2, 3, 7, 60)]

    assert minutes == [1, 2, 4, 60, 60]
