"""Benchmark of answers to Slack: a saved form, compared with a Bolt app that only acknowledges.

Both run as separate processes and get the same signed requests alternately, so that a slow moment
of the machine affects both. The product is paused while the bare app answers, because the messages
about its registrations take it longer than the answers:

    python -m benchmarks.ack [--seconds 10] [--requests 2000] [--database postgres]

Its rows: the ratio of medians at 20 requests a second, the ratio of throughputs at 64 concurrent
requests, and the 99th percentile in milliseconds at 20 requests a second while a busy thread and
eight real password hashes run in the process.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from aiohttp import ClientSession, TCPConnector

from benchmarks.databases import new_database
from benchmarks.letters import in_letters
from benchmarks.report import Row, print_rows
from benchmarks.servers import ALL_NEW, Surroundings, process, product_process
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
    saves: bool
    pid: int | None = None


@asynccontextmanager
async def server(kind: str, around: Surroundings = ALL_NEW) -> AsyncIterator[Server]:
    """Run the product, alone or `busy`, or the bare app until the block ends."""
    started = process(kind) if kind == "bare" else product_process(kind, around)
    async with started as server_info:
        pid = int(server_info["pid"])
        yield Server(server_info["url"], server_info["secret"], saves=kind != "bare", pid=pid)


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
    return await send(session, target, submission(next(_numbers)))


async def send(session: ClientSession, target: Server, body: bytes) -> float:
    """Send this body of the last step of `/imi-adduser`; return the seconds until its answer."""
    took, text = await post(session, target, body)
    assert ("adduser_saved" in text) == target.saves, text
    return took


async def post(session: ClientSession, target: Server, body: bytes) -> tuple[float, str]:
    """Post this body as Slack does; return the seconds until its answer, and the answer."""
    headers = {
        **signed_headers(target.secret, body, int(time.time())),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    began = time.perf_counter()
    async with session.post(target.url, data=body, headers=headers) as answer:
        text = await answer.text()
        took = time.perf_counter() - began
    assert answer.status == 200, (answer.status, text)
    return took, text


async def at_a_rate(session: ClientSession, target: Server, seconds: float) -> list[float]:
    """Send 20 requests a second without waiting for answers; return their seconds."""
    tasks = []
    began = time.perf_counter()
    for number in range(int(seconds * RATE)):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(send_request(session, target)))
    return list(await asyncio.gather(*tasks))


async def at_once(session: ClientSession, targets: Sequence[Server], requests: int) -> float:
    """Send so many requests to the servers in turn, 64 at a time; return the answers a second."""
    left = iter(range(requests))

    async def one_after_the_other() -> None:
        for number in left:
            await send_request(session, targets[number % len(targets)])

    began = time.perf_counter()
    await asyncio.gather(*[one_after_the_other() for _ in range(CONCURRENT)])
    return requests / (time.perf_counter() - began)


@contextmanager
def paused(target: Server) -> Iterator[None]:
    """Keep the server's process from running until the block ends."""
    assert target.pid is not None
    os.kill(target.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(target.pid, signal.SIGCONT)


async def side_by_side(seconds: float, requests: int, around: Surroundings) -> list[Row]:
    """Measure product and bare app alternately."""
    times: dict[str, list[float]] = {"product": [], "bare": []}
    rates: dict[str, list[float]] = {"product": [], "bare": []}
    connector = TCPConnector(limit=0)
    async with (
        server("product", around) as product,
        server("bare") as bare,
        ClientSession(connector=connector) as session,
    ):
        for target in (product, bare):
            await at_a_rate(session, target, 1)
        for _ in range(ROUNDS):
            times["product"] += await at_a_rate(session, product, seconds / ROUNDS)
            with paused(product):
                times["bare"] += await at_a_rate(session, bare, seconds / ROUNDS)
        for _ in range(ROUNDS):
            rates["product"].append(await at_once(session, [product], requests // ROUNDS))
            with paused(product):
                rates["bare"].append(await at_once(session, [bare], requests // ROUNDS))
    own, other = (statistics.median(times[name]) for name in ("product", "bare"))
    rate, bare_rate = (statistics.mean(rates[name]) for name in ("product", "bare"))
    answers = "answer to a saved form"
    return [
        Row(
            f"{answers}, median at {RATE}/s",
            *("bare Bolt", own / other, 2.5, 1.5),
            f"{own * 1000:.2f} ms to {other * 1000:.2f} ms",
        ),
        Row(
            f"{answers}, throughput at {CONCURRENT} at once",
            *("bare Bolt", rate / bare_rate, 0.2, 0.5),
            f"{rate:.0f} to {bare_rate:.0f} a second",
        ),
    ]


async def in_a_bad_neighbourhood(seconds: float, around: Surroundings) -> Row:
    """Measure the product while a busy thread and eight hash operations run in its process."""
    async with server("busy", around) as busy, ClientSession() as session:
        await at_a_rate(session, busy, 1)
        taken = sorted(await at_a_rate(session, busy, seconds))
    worst = taken[min(len(taken) - 1, int(len(taken) * 0.99))] * 1000
    work = f"answer to a saved form beside a busy thread and 8 hashes, at {RATE}/s"
    return Row(work, "– (ms, 99th percentile)", worst, 150, 50, f"of {len(taken)} answers")


async def rows(seconds: float = 10, requests: int = 2000, database: str = "sqlite") -> list[Row]:
    """Measure beside a bare app, then beside a busy thread; each in a new database."""
    async with new_database(database) as url:
        measured = await side_by_side(seconds, requests, Surroundings(url))
    async with new_database(database) as url:
        return [*measured, await in_a_bad_neighbourhood(seconds, Surroundings(url))]


def main() -> None:
    """Parse the arguments, measure, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    chosen = parser.parse_args()
    print_rows(asyncio.run(rows(chosen.seconds, chosen.requests, chosen.database)))


if __name__ == "__main__":
    main()
