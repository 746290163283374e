"""Kill the product at random moments under load, restart it, and check the result.

    python -m tests.crash [--kills 200] [--database URL] [--seed 1]

Without a URL the database is a new SQLite file. Slack and the mail server are the sandbox's and
fail at random. The exit code is 1 if anything was lost, sent twice or left incomplete.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from tests.crash.run import CrashOptions, run_crashes


def main() -> None:
    """Parse the arguments, run the crashes, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    report = asyncio.run(run_crashes(CrashOptions(asked.kills, asked.seed, asked.database)))
    print("\n".join(report.lines()))  # noqa: T201 - what the command is for
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
