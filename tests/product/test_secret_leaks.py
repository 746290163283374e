"""Tests that no planted secret leaks while every function of the product is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from sqlalchemy import Connection, select

from bot.jobs import scheduler
from core.audit import service as audit
from core.deliveries.rules import DeliveryKind
from core.schema.jobs import jobs
from core.store.store import open_store
from tests import databases
from tests.bot.log_capture import log_to_memory
from tests.product import leak_scenarios, planted_secrets
from tests.product.database_dump import dump_database, dump_table
from tests.product.leak_product import product_with_planted_secrets, wait_until_idle
from tests.product.planted_secrets import LeakDetector

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator

    from bot.demo.demo import Demo

pytestmark = pytest.mark.product


@pytest.fixture
def logs() -> io.StringIO:
    return log_to_memory()


@pytest.fixture
async def demo(
    logs: io.StringIO, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Demo]:
    """The product by HTTP on SQLite and by Socket Mode on PostgreSQL, with a fast scheduler."""
    assert logs.getvalue() == ""
    monkeypatch.setattr(scheduler, "TICK_SECONDS", 0.1)
    postgres = database_url.startswith("postgresql")
    if postgres:
        store = await open_store(database_url)
        await store.write(databases.empty)
        await store.close()
    async with product_with_planted_secrets(database_url, socket_mode=postgres) as demo:
        yield demo


def never_run(tx: Connection) -> list[str]:
    """Return the jobs that have not succeeded yet."""
    return list(tx.scalars(select(jobs.c.name).where(jobs.c.succeeded_at.is_(None))))


async def probe_answers(demo: Demo) -> str:
    """Return the answers of the health endpoints, with the right token and a wrong one."""
    told = ""
    async with aiohttp.ClientSession() as session:
        for path in ("/healthz", "/readyz", "/metrics"):
            for token in (planted_secrets.METRICS, "wrong"):
                headers = {"Authorization": f"Bearer {token}"}
                async with session.get(demo.settings.imi_public_url + path, headers=headers) as got:
                    told += await got.text()
    return told


@pytest.mark.timeout(180)
async def test_no_planted_secret_leaks_in_normal_use(  # D4, D10, D14, D22, R55
    demo: Demo, logs: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    detector = LeakDetector(demo)
    for act in (
        leak_scenarios.register_and_sign_in,
        leak_scenarios.decide_requests,
        leak_scenarios.edit,
        leak_scenarios.take_files,
        leak_scenarios.change_the_authority,
        leak_scenarios.leave_and_be_removed,
        leak_scenarios.walk_through_the_portal,
    ):
        await act(demo)
    kinds = await leak_scenarios.let_time_pass(demo)
    await leak_scenarios.be_undeliverable(demo)
    await leak_scenarios.remove_for_good(demo)
    kinds |= await wait_until_idle(demo)

    # Only databases of earlier versions have deliveries of the last kind.
    assert set(DeliveryKind) - kinds == {DeliveryKind.TEMPORARY_EXPIRED}
    assert await demo.product.store.read(never_run) == []
    detector.check_slack()
    detector.check_mails()
    read = demo.product.store.read
    detector.forbid(
        (*detector.passwords, *planted_secrets.SECRETS), await read(dump_database), "database"
    )
    detector.forbid_all(await read(lambda tx: dump_table(tx, "audit_entries")), "audit")
    detector.forbid_all(await read(lambda tx: dump_table(tx, "deliveries")), "deliveries")
    detector.forbid_all(await probe_answers(demo), "probes")
    detector.forbid_all(logs.getvalue() + "".join(capfd.readouterr()), "logs")
    assert detector.leaks == []
    assert await read(audit.first_broken_entry) is None
