"""Benchmark of answers to Slack while a hundred people sign in on the portal.

The product runs as a separate process with the real parameters of argon2id. It gets commands and
saved forms at a steady rate, alternately without and with waves of sign-ins, so that a slow moment
of the machine affects both:

    python -m benchmarks.signins [--seconds 20]

It prints the 50th and 99th percentile of the answers without and with sign-ins, their ratio, and
the most concurrent hash operations, which is one fewer than the machine has cores.
"""

import argparse
import asyncio
import os
import time
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from aiohttp import ClientSession, TCPConnector

from benchmarks.ack import RATE, Server, send_request
from benchmarks.report import Row, print_rows
from benchmarks.servers import PEOPLE, process
from sandbox import signed_headers

ROUNDS = 2
# Milliseconds.
MUST = 300
AIM = 150

_numbers = count(1)


@dataclass
class Times:
    """The measured times, in seconds."""

    quiet: list[float] = field(default_factory=list)
    with_sign_ins: list[float] = field(default_factory=list)
    sign_ins: list[float] = field(default_factory=list)


def percentile(taken: list[float], share: float) -> float:
    """Return the time that this share of the answers stays below."""
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * share))]


async def type_command(session: ClientSession, target: Server) -> float:
    """Send `/imi-help`; return the seconds until its answer is complete."""
    form = {
        "command": "/imi-help",
        "text": "",
        "team_id": "T0IMI",
        "team_domain": "imi",
        "channel_id": "C0HEALTH",
        "channel_name": "health",
        "user_id": "U0ANNA",
        "user_name": "anna",
        "api_app_id": "A0IMI",
        "token": "t",
        "is_enterprise_install": "false",
        "trigger_id": f"{next(_numbers)}.1.b",
        "response_url": f"{target.url}/nowhere",
    }
    body = urlencode(form).encode()
    headers = {
        **signed_headers(target.secret, body, int(time.time())),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    began = time.perf_counter()
    async with session.post(target.url, data=body, headers=headers) as answer:
        await answer.text()
        took = time.perf_counter() - began
    assert answer.status == 200, answer.status
    return took


async def slack_at_a_rate(session: ClientSession, target: Server, seconds: float) -> list[float]:
    """Send 20 requests a second, commands and forms alternately, without waiting for answers."""
    tasks = []
    began = time.perf_counter()
    for number in range(max(2, int(seconds * RATE))):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        request = send_request(session, target) if number % 2 else type_command(session, target)
        tasks.append(asyncio.create_task(request))
    return list(await asyncio.gather(*tasks))


async def rows(seconds: float = 20) -> list[Row]:
    """Measure alternately without and with sign-ins."""
    times = Times()
    async with (
        process("sign_ins") as output,
        ClientSession(connector=TCPConnector(limit=0)) as session,
    ):
        target = Server(output["url"], output["secret"], saves=True)
        await slack_at_a_rate(session, target, 1)
        for _ in range(ROUNDS):
            times.quiet += await slack_at_a_rate(session, target, seconds / ROUNDS / 2)
            async with process("crowd", output["site"]) as crowd:
                times.with_sign_ins += await slack_at_a_rate(session, target, seconds / ROUNDS / 2)
            times.sign_ins += map(float, crowd["taken"].split())
            await asyncio.sleep(1)
    return [_row(times, int(output["most"]))]


def _row(times: Times, most: int) -> Row:
    threads = max(1, (os.cpu_count() or 1) - 1)
    quiet, beside = (percentile(taken, 0.99) * 1000 for taken in (times.quiet, times.with_sign_ins))
    return Row(
        f"answers to Slack beside {PEOPLE} sign-ins at once, at {RATE}/s",
        *("– (ms, 99th percentile)", beside, MUST, AIM),
        f"{quiet:.0f} ms without; {len(times.sign_ins)} sign-ins, the slowest"
        f" {max(times.sign_ins):.2f} s; at most {most} hashes at once, on {threads} threads",
    )


def main() -> None:
    """Parse the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    print_rows(asyncio.run(rows(parser.parse_args().seconds)))


if __name__ == "__main__":
    main()
