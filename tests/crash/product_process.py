"""Runs the product on a fast clock: `python -m tests.crash.product_process`."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop

from bot.cli.run import run_until_stopped
from bot.jobs import scheduler
from bot.monitoring.logs import set_up_logs
from bot.settings.settings import read_settings
from bot.wiring import running_product
from core.jobs import service as jobs
from core.passwords.hashing import Hasher

# Leases, backoffs and intervals then last seconds.
SPEED = 6
HASHER = Hasher(memory_kib=8, rounds=1)


def fast_clock() -> datetime:
    """Return the time of the fast clock that all processes share."""
    began = float(os.environ["IMI_CRASH_BEGAN"])
    skipped = float(os.environ.get("IMI_CRASH_SKIPPED", "0"))
    return datetime.fromtimestamp(began + (time.time() - began) * SPEED + skipped, UTC)


async def main() -> None:
    """Run until a stop signal, or until killed."""
    # Read no settings file of the person who runs this.
    settings = read_settings(Path(os.devnull))
    product = running_product(settings, clock=fast_clock, hasher=HASHER)
    await run_until_stopped(product, lambda _: None)


if __name__ == "__main__":
    scheduler.TICK_SECONDS = 1
    jobs.LEASE_TIME = timedelta(seconds=30)  # type: ignore[attr-defined] # a name it imports
    with Path(os.environ["IMI_CRASH_LOG"]).open("a", encoding="utf-8") as log:
        set_up_logs(log)
        uvloop.run(main())
