"""Tests of the health endpoints, over HTTP."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, text

from bot.monitoring.database_probe import VALID_SECONDS, DatabaseProbe, DatabaseState
from bot.monitoring.metrics import Metrics
from bot.web.health_endpoints import HealthEndpoints
from bot.web.server import serving
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.health.rules import ProcessHealth, SignedRequests
from core.jobs import service as jobs
from core.jobs.rules import Recurrence
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.write_probes import write_probes
from core.secret import Secret
from core.store import migration
from core.store.store import open_store
from tests.bot.flaky_store import CountingStore, FlakyStore
from tests.factories import a_user, an_authority, executing
from tests.flooded_database import fill_disk, free_disk
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

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


@pytest.mark.parametrize(
    "process_health",
    [
        ProcessHealth(NOON, None, 0),
        ProcessHealth(NOON, NOON, 0, socket=False),
        replace(WELL, clock_ahead=timedelta(hours=1)),
    ],
)
async def test_without_slack_the_database_alone_is_ready(
    store: Store, process_health: ProcessHealth
) -> None:
    """D2: signing in on the portal needs no Slack, so this is what a load balancer asks for."""
    async with probed(store, process_health) as url:
        assert await get(f"{url}/readyz?only=database") == (200, "database: ok\n")
        assert (await get(f"{url}/readyz"))[0] == 503


async def test_without_its_database_not_even_the_database_alone_is_ready(store: Store) -> None:
    async with probed(FlakyStore(store, set(), {1})) as url:
        answer = await get(f"{url}/readyz?only=database")

    assert answer == (503, "database: not reachable\n")


@pytest.mark.parametrize("query", ["only=slack", "only=", "only=database&only=slack"])
async def test_readyz_refuses_what_it_cannot_check_alone(store: Store, query: str) -> None:
    """A slip in the path of a probe shows at once, not when Slack first fails."""
    async with probed(store) as url:
        answer = await get(f"{url}/readyz?{query}")

    assert answer == (400, "only=database is the one choice\n")


@pytest.mark.parametrize(
    ("seconds", "socket", "status", "line"),
    [
        (60, None, 200, ""),
        (-61, None, 200, "clock: 61 seconds behind Slack's\n"),
        (299, None, 200, "clock: 299 seconds ahead of Slack's\n"),
        (360, None, 503, "clock: 360 seconds ahead of Slack's; its requests are refused\n"),
        (-360, None, 503, "clock: 360 seconds behind Slack's; its requests are refused\n"),
        # Over a socket nothing depends on the clock.
        (360, True, 200, "clock: 360 seconds ahead of Slack's\n"),
    ],
)
async def test_readyz_says_that_the_clock_is_wrong(
    store: Store, seconds: int, *, socket: bool | None, status: int, line: str
) -> None:
    """B18: with the clocks six minutes apart all requests are refused, and readyz was green."""
    ahead = timedelta(seconds=seconds)
    async with probed(store, replace(WELL, socket=socket, clock_ahead=ahead)) as url:
        assert await get(f"{url}/readyz") == (status, f"database: ok\nSlack: ok\n{line}")


@pytest.mark.parametrize(
    ("requests", "line"),
    [
        (SignedRequests(0, 0), ""),
        (SignedRequests(1, 7), ""),
        (SignedRequests(0, 7), "signatures: 7 wrong, none right; check SLACK_SIGNING_SECRET\n"),
    ],
)
async def test_readyz_names_the_secret_when_every_signature_was_wrong(
    store: Store, requests: SignedRequests, line: str
) -> None:
    """It stays ready: strangers can send wrong signatures too."""
    async with probed(store, replace(WELL, signed_requests=requests)) as url:
        assert await get(f"{url}/readyz") == (200, f"database: ok\nSlack: ok\n{line}")


async def test_without_its_database_readyz_fails(store: Store) -> None:
    async with probed(FlakyStore(store, set(), {1})) as url:
        status, text = await get(f"{url}/readyz")

    assert (status, text) == (503, "database: not reachable\nSlack: ok\n")


async def test_with_a_full_disk_readyz_fails(store: Store, database_url: str) -> None:
    """A database that takes no writes is not ready, although it can be read."""
    await fill_disk(store, database_url)
    async with probed(store) as url:
        full = await get(f"{url}/readyz")
    await free_disk(store, database_url)
    async with probed(store) as url:
        freed = await get(f"{url}/readyz")

    state = "cannot be written (is its disk full?)"
    assert full == (503, f"database: {state}\nSlack: ok\n")
    assert freed == (200, "database: ok\nSlack: ok\n")


async def test_readyz_writes_once_however_many_ask(store: Store) -> None:
    """A storm of requests costs one write in ten seconds."""
    counting = CountingStore(store)
    async with probed(counting) as url:
        answers = await asyncio.gather(*[get(f"{url}/readyz") for _ in range(30)])

    assert {status for status, _ in answers} == {200}
    assert counting.writes == 1
    kept = await store.read(lambda tx: tx.execute(select(write_probes.c.written_at)).all())
    assert [row.written_at for row in kept] == [LATER]


async def test_the_state_of_the_database_is_asked_again_after_ten_seconds(store: Store) -> None:
    seconds = 0.0
    probe = DatabaseProbe(FlakyStore(store, set(), {1}), lambda: NOON, lambda: seconds)
    seen = []
    for later in (0, VALID_SECONDS - 1, VALID_SECONDS):
        seconds = later
        seen.append(await probe.state())

    assert seen == [DatabaseState.UNAVAILABLE, DatabaseState.UNAVAILABLE, DatabaseState.OK]


async def test_a_database_of_another_version_is_not_ready(store: Store) -> None:
    version = text("UPDATE alembic_version SET version_num = :number")
    known = await store.read(migration.version_of)
    await store.write(executing(version.bindparams(number="0000")))
    async with probed(store) as url:
        answer = await get(f"{url}/readyz")
    await store.write(executing(version.bindparams(number=known)))

    assert answer == (503, "database: of another version\nSlack: ok\n")


async def test_without_its_database_there_are_no_metrics() -> None:
    unavailable = await open_store("postgresql://imi:hunter2@127.0.0.1:9/imi")
    async with probed(unavailable, token="secret") as url:
        answer = await get(f"{url}/metrics", Authorization="Bearer secret")
    await unavailable.close()

    assert answer == (503, "database: not reachable\n")


async def test_metrics_cover_database_and_process(store: Store, rulebook: Rulebook) -> None:
    def fill(tx: Connection) -> None:
        user = a_user(tx, an_authority(tx), rulebook)
        tx.execute(deliveries_table.delete())
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
    metrics.count_refused_request("signature")
    health = replace(WELL, clock_ahead=timedelta(seconds=-7))
    async with probed(store, health, metrics, TOKEN) as url:
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
    assert numbers["imi_slack_requests_refused_total", ("signature",)] == 1
    assert numbers["imi_clock_ahead_of_slack_seconds", ()] == -7


async def test_metrics_say_whether_the_database_can_be_written(store: Store) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    async with probed(store, token=TOKEN) as url:
        well = numbers_in((await get(f"{url}/metrics", **bearer))[1])
    async with probed(FlakyStore(store, {1}), token=TOKEN) as url:
        full = numbers_in((await get(f"{url}/metrics", **bearer))[1])

    assert well["imi_database_writable", ()] == 1
    assert full["imi_database_writable", ()] == 0


async def test_metrics_say_how_much_room_an_sqlite_files_disk_has(
    store: Store, tmp_path: Path
) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    async with probed(store, metrics=Metrics(tmp_path / "imi.sqlite3"), token=TOKEN) as url:
        here = numbers_in((await get(f"{url}/metrics", **bearer))[1])
    async with probed(store, metrics=Metrics(tmp_path / "gone" / "x.sqlite3"), token=TOKEN) as url:
        status, gone = await get(f"{url}/metrics", **bearer)
    async with probed(store, token=TOKEN) as url:
        on_postgresql = numbers_in((await get(f"{url}/metrics", **bearer))[1])

    size, free = (here[f"imi_database_disk_{kind}_bytes", ()] for kind in ("size", "free"))
    assert size == shutil.disk_usage(tmp_path).total
    assert 0 < free < size
    assert (status, "imi_database_disk_free_bytes NaN" in gone) == (200, True)
    assert ("imi_database_disk_free_bytes", ()) not in on_postgresql


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
