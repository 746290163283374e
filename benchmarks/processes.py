"""Benchmark of several processes on one PostgreSQL database: registrations a second.

One, two and three processes of the product answer the same load, 64 requests at once in turn:

    python -m benchmarks.processes [--requests 1000]

The load, Slack and PostgreSQL run on the same machine, so that its cores limit the gain.
"""

import argparse
import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import replace

from aiohttp import ClientSession, TCPConnector

from benchmarks.ack import CONCURRENT, at_a_rate, at_once, server
from benchmarks.databases import POSTGRES, new_database
from benchmarks.report import Row, print_rows
from benchmarks.servers import Surroundings, process

MOST = 3


async def rows(requests: int = 1000) -> list[Row]:
    """Measure with each number of processes; without a PostgreSQL server there are no rows."""
    if POSTGRES is None:
        return []
    rates = [await _registrations_a_second(number, requests) for number in range(1, MOST + 1)]
    return [_row(number, rates) for number in range(2, MOST + 1)]


def _row(number: int, rates: list[float]) -> Row:
    return Row(
        f"registrations, {CONCURRENT} at once, {number} processes on PostgreSQL",
        *("one process", rates[number - 1] / rates[0], 0.9, number),
        f"{rates[number - 1]:.0f} to {rates[0]:.0f} a second on {os.cpu_count()} cores, which the"
        " load, Slack and PostgreSQL share",
    )


async def _registrations_a_second(number: int, requests: int) -> float:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(new_database("postgres"))
        slack = await stack.enter_async_context(process("slack"))
        around = Surroundings(url, slack_api_url=slack["api"], smtp_url=slack["smtp"])
        servers = [await stack.enter_async_context(server("product", around))]
        for _ in range(number - 1):
            more = server("product", replace(around, filled=True))
            servers.append(await stack.enter_async_context(more))
        session = await stack.enter_async_context(ClientSession(connector=TCPConnector(limit=0)))
        for each in servers:
            await at_a_rate(session, each, 0.5)
        return await at_once(session, servers, requests)


def main() -> None:
    """Parse the arguments, measure, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    print_rows(asyncio.run(rows(parser.parse_args().requests)))


if __name__ == "__main__":
    main()
