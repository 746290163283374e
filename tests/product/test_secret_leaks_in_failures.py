"""Tests that no planted secret leaks when listeners, pages, endpoints and jobs fail."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession

from bot.jobs import scheduler
from core.store.store import open_store
from sandbox import signed_headers
from tests import databases
from tests.bot.log_capture import log_to_memory
from tests.bot.portal.browser import Browser
from tests.product import leak_scenarios, planted_secrets
from tests.product.database_dump import dump_database, dump_table
from tests.product.leak_payloads import everything_registered, name_of, payloads
from tests.product.leak_product import (
    cutting_connections,
    failing_database,
    product_with_planted_secrets,
)
from tests.product.planted_secrets import LeakDetector
from tests.product.test_secret_leaks import probe_answers

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator

    from bot.demo.demo import Demo
    from core.rulebook import Rulebook
    from tests.handlers.block_kit import Json

pytestmark = pytest.mark.product


@pytest.fixture
def logs() -> io.StringIO:
    return log_to_memory()


@pytest.fixture
async def demo(
    logs: io.StringIO, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Demo]:
    """The product by HTTP, with the planted person registered."""
    assert logs.getvalue() == ""
    monkeypatch.setattr(scheduler, "TICK_SECONDS", 0.1)
    if database_url.startswith("postgresql"):
        store = await open_store(database_url)
        await store.write(databases.empty)
        await store.close()
    async with product_with_planted_secrets(database_url, socket_mode=False) as demo:
        await leak_scenarios.register_and_sign_in(demo)
        yield demo


async def send(demo: Demo, payload: Json) -> int:
    """Send the payload with a valid signature; return the HTTP status."""
    kind = "application/x-www-form-urlencoded"
    if "event" in payload:
        kind, body = "application/json", json.dumps(payload).encode()
    elif "command" in payload:
        body = urlencode(payload).encode()
    else:
        body = urlencode({"payload": json.dumps(payload)}).encode()
    headers = {
        **signed_headers(planted_secrets.SIGNING, body, int(time.time())),
        "Content-Type": kind,
    }
    url = f"{demo.settings.imi_public_url}/slack/events"
    async with ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def send_all(demo: Demo, rulebook: Rulebook) -> set[str]:
    """Send all payloads; return the names of the listeners that accepted one."""
    taken = set()
    for payload in payloads(rulebook):
        status = await send(demo, payload)
        # Slack is asked to send an event again while the database is unavailable.
        assert status < 500 or (status == 503 and "event" in payload), payload
        taken |= {name_of(payload)} if status == 200 else set()
    return taken


async def use_the_portal(demo: Demo) -> None:
    """Sign in while the database fails."""
    async with Browser(demo.settings.imi_public_url) as browser:
        await browser.sign_in(planted_secrets.USERNAME, planted_secrets.OWN)
        await browser.get("/account")


async def logged(logs: io.StringIO, *events: str) -> None:
    """Wait until the log contains each of the events."""
    async with asyncio.timeout(20):
        while not all(f'"event": "{event}"' in logs.getvalue() for event in events):  # noqa: ASYNC110 - a log wakes nobody
            await asyncio.sleep(0.05)


async def check_everything(detector: LeakDetector, printed: str) -> None:
    read = detector.demo.product.store.read
    detector.check_slack()
    detector.check_mails()
    detector.forbid(
        (*detector.passwords, *planted_secrets.SECRETS), await read(dump_database), "database"
    )
    detector.forbid_all(await read(lambda tx: dump_table(tx, "audit_entries")), "audit")
    detector.forbid_all(await probe_answers(detector.demo), "probes")
    detector.forbid_all(printed, "logs")


@pytest.mark.timeout(180)
async def test_no_planted_secret_leaks_when_the_database_fails(  # D4, D22
    demo: Demo,
    rulebook: Rulebook,
    logs: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    detector = LeakDetector(demo)
    async with failing_database(demo, monkeypatch):
        broken = await send_all(demo, rulebook)
        await use_the_portal(demo)
        await probe_answers(demo)
        # A step of the clock makes every job check the database.
        demo.slack.advance(timedelta(minutes=1))
        await logged(logs, "unexpected_error", "jobs_not_checked", "deliveries_not_claimed")
        await logged(logs, "library_message")
    demo.slack.faults.add("chat.postMessage", "error:is_archived", times=9)
    demo.slack.advance(timedelta(days=1))
    await logged(logs, "job_failed")
    demo.slack.faults.clear()

    assert sorted(everything_registered() - broken) == []
    await check_everything(detector, logs.getvalue() + "".join(capfd.readouterr()))
    assert detector.leaks == []


@pytest.mark.timeout(180)
async def test_no_planted_secret_leaks_from_any_payload(  # D4, D10, D22
    demo: Demo, rulebook: Rulebook, logs: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    detector = LeakDetector(demo)
    taken = await send_all(demo, rulebook)

    assert sorted(everything_registered() - taken) == []
    await check_everything(detector, logs.getvalue() + "".join(capfd.readouterr()))
    assert detector.leaks == []


@pytest.mark.postgres
@pytest.mark.timeout(180)
async def test_no_planted_secret_leaks_while_postgresql_restarts(
    postgres_url: str,
    rulebook: Rulebook,
    logs: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = await open_store(postgres_url)
    await store.write(databases.empty)
    await store.close()
    monkeypatch.setattr(scheduler, "TICK_SECONDS", 0.1)
    async with product_with_planted_secrets(postgres_url, socket_mode=False) as demo:
        await leak_scenarios.register_and_sign_in(demo)
        detector = LeakDetector(demo)
        async with cutting_connections(postgres_url):
            await send_all(demo, rulebook)
            await use_the_portal(demo)
            await logged(logs, "unexpected_error")

        await check_everything(detector, logs.getvalue() + "".join(capfd.readouterr()))
    assert detector.leaks == []
