"""Tests of the health endpoints, over HTTP."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.monitoring.metrics import Metrics
from bot.web.health_endpoints import HealthEndpoints
from bot.web.server import serving
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.health.rules import ProcessHealth
from core.jobs import service as jobs
from core.jobs.rules import Recurrence
from core.secret import Secret
from tests.bot.flaky_store import FlakyStore
from tests.factories import a_user, an_authority
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from core.store.store import Store

WELL = ProcessHealth(NOON, NOON, 3)
TOKEN = "t" * 32
LATER = NOON + timedelta(minutes=2)


@asynccontextmanager
async def probed(
    store: Store,
    process_health: ProcessHealth = WELL,
    metrics: Metrics | None = None,
    token: str | None = None,
) -> AsyncIterator[str]:
    async def now() -> ProcessHealth:
        return process_health

    secret = None if token is None else Secret(token)
    probes = HealthEndpoints(store, metrics or Metrics(), now, lambda: LATER, secret)
    async with serving(probes, "127.0.0.1", 0, "127.0.0.1") as port:
        yield f"http://127.0.0.1:{port}"


async def get(url: str, **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.get(url, headers=named) as answer:
        return answer.status, await answer.text()


def numbers_in(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_healthz_answers_ok(store: Store) -> None:
    async with probed(store, ProcessHealth(NOON, None, 0)) as url:
        assert await get(f"{url}/healthz") == (200, "ok\n")


async def test_readyz_checks_database_and_slack(store: Store) -> None:
    async with probed(store) as url:
        assert await get(f"{url}/readyz") == (200, "database: ok\nSlack: ok\n")


@pytest.mark.parametrize(
    "process_health",
    [
        ProcessHealth(NOON, None, 0),
        ProcessHealth(NOON, NOON - timedelta(minutes=4), 0),
        ProcessHealth(NOON, NOON, 0, socket=False),
    ],
)
async def test_without_slack_readyz_fails(store: Store, process_health: ProcessHealth) -> None:
    async with probed(store, process_health) as url:
        status, text = await get(f"{url}/readyz")

    assert (status, text) == (503, "database: ok\nSlack: not reachable\n")


async def test_without_its_database_readyz_fails(store: Store) -> None:
    async with probed(FlakyStore(store, set(), {1})) as url:
        status, text = await get(f"{url}/readyz")

    assert (status, text) == (503, "database: not reachable\nSlack: ok\n")


async def test_metrics_cover_database_and_process(store: Store, rulebook: Rulebook) -> None:
    def fill(tx: Connection) -> None:
        user = a_user(tx, an_authority(tx), rulebook)
        tx.execute(deliveries.deliveries.delete())
        one = NewDelivery(DeliveryKind.REMINDER, user.authority_id, user.id)
        deliveries.add(tx, [one], NOON)
        jobs.register(tx, "sweep", Recurrence(timedelta(hours=1)), NOON)
        jobs.record_success(tx, "sweep", Recurrence(timedelta(hours=1)), NOON)
        jobs.register(tx, "broken", Recurrence(timedelta(hours=1)), NOON)
        jobs.record_failure(tx, "broken", "OSError", NOON)
        jobs.register(tx, "stale", Recurrence(timedelta(minutes=2)), NOON)
        jobs.record_success(tx, "stale", Recurrence(), NOON - timedelta(hours=3))

    await store.write(fill)
    metrics = Metrics()
    metrics.count_answer("/imi-adduser", 0.02)
    metrics.count_delivery(DeliveryKind.USERNAME, "sent")
    metrics.count_sign_in("refused")
    metrics.count_job("sweep", "succeeded")
    async with probed(store, metrics=metrics, token=TOKEN) as url:
        status, text = await get(f"{url}/metrics", Authorization=f"Bearer {TOKEN}")

    numbers = numbers_in(text)
    assert status == 200
    assert numbers["imi_deliveries_waiting", ()] == 1
    assert numbers["imi_deliveries_oldest_waiting_seconds", ()] == 120
    assert numbers["imi_job_last_success_timestamp_seconds", ("sweep",)] == NOON.timestamp()
    assert numbers["imi_job_failures_in_a_row", ("broken",)] == 1
    late = {job: numbers["imi_job_late", (job,)] for job in ("sweep", "stale")}
    assert late == {"sweep": 0, "stale": 1}
    assert numbers["imi_jobs_total", ("sweep", "succeeded")] == 1
    assert numbers["imi_hashes_waiting", ()] == 3
    assert numbers["imi_slack_last_seen_timestamp_seconds", ()] == NOON.timestamp()
    assert numbers["imi_answer_seconds_count", ("/imi-adduser",)] == 1
    assert numbers["imi_deliveries_total", ("username", "sent")] == 1
    assert numbers["imi_sign_ins_total", ("refused",)] == 1


async def test_without_contact_to_slack_its_metric_is_zero(store: Store) -> None:
    async with probed(store, ProcessHealth(NOON, None, 0), token=TOKEN) as url:
        numbers = numbers_in((await get(f"{url}/metrics", Authorization=f"Bearer {TOKEN}"))[1])

    assert numbers["imi_slack_last_seen_timestamp_seconds", ()] == 0
    assert numbers["imi_deliveries_oldest_waiting_seconds", ()] == 0


@pytest.mark.parametrize("token", [None, "", " "])
@pytest.mark.parametrize("client", ["", "127.0.0.1", "203.0.113.7", "not an address"])
async def test_without_a_token_nobody_reads_the_metrics(
    store: Store, token: str | None, client: str
) -> None:
    """A proxy on this machine passes on what strangers ask (issue 14, 8)."""
    async with probed(store, token=token) as url:
        for authorization in ("", "Bearer", "Bearer "):
            headers = {"X_Forwarded_For": client, "Authorization": authorization}
            assert (await get(f"{url}/metrics", **headers))[0] == 404


@pytest.mark.parametrize(
    ("said", "status"), [("Bearer secret", 200), ("Bearer secre", 404), ("", 404)]
)
async def test_with_a_token_set_metrics_need_the_token(
    store: Store, said: str, status: int
) -> None:
    async with probed(store, token="secret") as url:
        answer = await get(f"{url}/metrics", Authorization=said, X_Forwarded_For="203.0.113.7")

    assert answer[0] == status
