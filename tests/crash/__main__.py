"""Kill the product at random moments under load, or cut it off from its servers; check the result.

    python -m tests.crash [--kills 200] [--database URL] [--seed 1]
    python -m tests.crash --kills 0 --away slack mail --seconds 600
    python -m tests.crash --kills 0 --away database --seconds 15 --database postgresql://…

Without a URL the database is a new SQLite file. Slack and the mail server are the sandbox's and
fail at random. The product's clock goes six times as fast as the machine's. The exit code is 1 if
anything was lost, sent twice or left incomplete.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from tests.crash.outage import DATABASE, MAIL, SLACK, Outage
from tests.crash.run import CrashOptions, run_crashes

SERVERS = {"database": DATABASE, "slack": SLACK, "mail": MAIL}


def main() -> None:
    """Parse the arguments, run the crashes, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--away", nargs="+", choices=SERVERS, help="the servers in the outage")
    parser.add_argument("--seconds", type=float, default=15, help="the length of the outage")
    asked = parser.parse_args()
    away = tuple(SERVERS[name] for name in asked.away or ())
    outage = Outage(away, asked.seconds) if away else None
    report = asyncio.run(run_crashes(CrashOptions(asked.kills, outage, asked.seed, asked.database)))
    print("\n".join(report.lines()))  # noqa: T201 - what the command is for
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
