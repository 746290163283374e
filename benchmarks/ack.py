"""Benchmark of answers to Slack: a saved form, compared with a Bolt app that only acknowledges.

Both run as separate processes and get the same signed requests alternately, so that a slow moment
of the machine affects both:

    python -m benchmarks.ack [--seconds 10] [--requests 2000]

It prints three figures: the ratio of medians at 20 requests a second, the ratio of throughputs at
64 concurrent requests, and the 99th percentile at 20 requests a second while a busy thread and
eight real password hashes run in the process.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from aiohttp import ClientSession, TCPConnector

from benchmarks.letters import in_letters
from benchmarks.servers import process
from sandbox import signed_headers

RATE = 20
CONCURRENT = 64
ROUNDS = 2

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server process."""

    url: str
    secret: str


@asynccontextmanager
async def server(kind: str) -> AsyncIterator[Server]:
    """Run the product or the bare app until the block ends."""
    async with process(kind) as server_info:
        yield Server(server_info["url"], server_info["secret"])


def submission(number: int) -> bytes:
    """Return the body of the last step of `/imi-adduser`, for a new person each time."""
    draft = {
        "language": "da",
        "member": "",
        "first_name": "Ida",
        "last_name": f"Holm{in_letters(number)}",
        "email": f"ida{number}@sundhed.example",
        "phone": "",
        "roles": ["PQ:BASIC"],
        "username": "",
        "round": 0,
    }
    typed = {"type": "plain_text_input", "value": f"iholm.{number}x"}
    view = {
        "id": f"V{number:09d}",
        "team_id": "T0IMI",
        "type": "modal",
        "callback_id": "adduser_check",
        "private_metadata": json.dumps(draft),
        "state": {"values": {"username": {"username": typed}}},
        "hash": "1.a",
        "root_view_id": f"V{number:09d}",
        "app_id": "A0IMI",
        "bot_id": "B0IMI",
        "blocks": [],
    }
    payload = {
        "type": "view_submission",
        "team": {"id": "T0IMI", "domain": "imi"},
        "user": {"id": "U0ANNA", "username": "anna", "name": "anna", "team_id": "T0IMI"},
        "api_app_id": "A0IMI",
        "token": "t",
        "trigger_id": f"{number}.1.a",
        "view": view,
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


async def send_request(session: ClientSession, target: Server) -> float:
    """Send one submission; return the seconds until its answer is complete."""
    body = submission(next(_numbers))
    headers = {
        **signed_headers(target.secret, body, int(time.time())),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    began = time.perf_counter()
    async with session.post(target.url, data=body, headers=headers) as answer:
        text = await answer.text()
        took = time.perf_counter() - began
    assert answer.status == 200, (answer.status, text)
    assert not text or "adduser_saved" in text, text
    return took


async def at_a_rate(session: ClientSession, target: Server, seconds: float) -> list[float]:
    """Send 20 requests a second without waiting for answers; return their seconds."""
    tasks = []
    began = time.perf_counter()
    for number in range(int(seconds * RATE)):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(send_request(session, target)))
    return list(await asyncio.gather(*tasks))


async def at_once(session: ClientSession, target: Server, requests: int) -> float:
    """Send so many requests, 64 at a time; return the answers a second."""
    left = iter(range(requests))

    async def one_after_the_other() -> None:
        for _ in left:
            await send_request(session, target)

    began = time.perf_counter()
    await asyncio.gather(*[one_after_the_other() for _ in range(CONCURRENT)])
    return requests / (time.perf_counter() - began)


async def side_by_side(seconds: float, requests: int) -> None:
    """Measure product and bare app alternately, and print the ratios."""
    times: dict[str, list[float]] = {"product": [], "bare": []}
    rates: dict[str, list[float]] = {"product": [], "bare": []}
    connector = TCPConnector(limit=0)
    async with (
        server("product") as product,
        server("bare") as bare,
        ClientSession(connector=connector) as session,
    ):
        targets = {"product": product, "bare": bare}
        for target in targets.values():
            await at_a_rate(session, target, 1)
        for _ in range(ROUNDS):
            for name, target in targets.items():
                times[name] += await at_a_rate(session, target, seconds / ROUNDS)
        for _ in range(ROUNDS):
            for name, target in targets.items():
                rates[name].append(await at_once(session, target, requests // ROUNDS))
    for name, taken in times.items():
        print(f"{name}: median {statistics.median(taken) * 1000:.2f} ms at {RATE}/s", end=", ")
        print(f"{statistics.mean(rates[name]):.0f} answers/s at {CONCURRENT} concurrent")
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"ratio of medians: {medians['product'] / medians['bare']:.2f} (aim: 1.5 at most)")
    through = statistics.mean(rates["product"]) / statistics.mean(rates["bare"])
    print(f"ratio of throughputs: {through:.2f} (aim: 0.25 at least)")


async def in_a_bad_neighbourhood(seconds: float) -> None:
    """Measure the product while a busy thread and eight hash operations run in its process."""
    async with server("busy") as busy, ClientSession() as session:
        await at_a_rate(session, busy, 1)
        taken = sorted(await at_a_rate(session, busy, seconds))
    worst = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
    print(f"busy: 99th percentile {worst * 1000:.0f} ms at {RATE}/s (aim: under 300 ms)")


def main() -> None:
    """Parse the arguments, measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--requests", type=int, default=2000)
    chosen = parser.parse_args()
    asyncio.run(side_by_side(chosen.seconds, chosen.requests))
    asyncio.run(in_a_bad_neighbourhood(chosen.seconds))


if __name__ == "__main__":
    main()
