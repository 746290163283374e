"""Benchmark of the time from Save to the direct message in Slack, on an idle machine.

A form that registers a Slack member is saved, and the time is taken until the sandbox has the
member's message; it is compared with one message that is posted to the sandbox directly:

    python -m benchmarks.message [--rounds 20]
"""

import argparse
import asyncio
import json
import statistics
import time
from typing import Any
from urllib.parse import parse_qs, urlencode

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.ack import Server, post, send, server, submission
from benchmarks.databases import new_database
from benchmarks.report import Row, print_rows
from benchmarks.servers import INSTALL, Surroundings
from bot.demo.country import channels, members
from sandbox import Member, Sandbox

LONGEST_SECONDS = 30
PAUSE_SECONDS = 0.3


async def rows(rounds: int = 20, database: str = "sqlite") -> list[Row]:
    """Measure alternately; the medians are compared."""
    people = [
        Member(f"U0NEW{n:05}", f"new{n}", f"Ida Holm {n}", f"new{n}@sundhed.example")
        for n in range(rounds + 1)
    ]
    known = [*members(), *people]
    async with (
        new_database(database) as url,
        Sandbox(members=known, channels=channels(), app=INSTALL) as slack,
        server("product", Surroundings(url, False, slack.api_url, slack.smtp_url)) as target,
        ClientSession() as session,
    ):
        client = AsyncWebClient(INSTALL.bot_token, base_url=slack.api_url, session=session)
        taken = [
            (await _saved(session, target, slack, n), await _posted(client, people[n].id))
            for n in range(rounds + 1)
        ][1:]
    own, bare = (statistics.median(each[place] for each in taken) for place in (0, 1))
    details = f"{own * 1000:.1f} ms to {bare * 1000:.1f} ms"
    return [
        Row(
            "from Save to the DM in Slack, idle",
            "one post to the sandbox",
            own / bare,
            3,
            2,
            details,
        )
    ]


async def _saved(session: ClientSession, target: Server, slack: Sandbox, number: int) -> float:
    """Save a form that registers a member; return the seconds until the member has a message."""
    member = f"U0NEW{number:05}"
    form = parse_qs(submission(900_000 + number).decode())
    payload = json.loads(form["payload"][0])
    draft = json.loads(payload["view"]["private_metadata"])
    payload["view"]["private_metadata"] = json.dumps({**draft, "member": member})
    await post(session, target, _encoded(_pick_of(payload, member)))
    await asyncio.sleep(PAUSE_SECONDS)
    began = time.perf_counter()
    await send(session, target, _encoded(payload))
    return await _received(slack, member) - began


def _pick_of(submission_payload: dict[str, Any], member: str) -> dict[str, Any]:
    """Return the payload of the member's pick in the first step, which always comes before."""
    picked = {"type": "users_select", "selected_user": member}
    view = {
        **submission_payload["view"],
        "callback_id": "adduser",
        "private_metadata": "{}",
        "state": {"values": {"member": {"member": picked}}},
    }
    action = {**picked, "action_id": "member", "block_id": "member", "action_ts": "1.1"}
    container = {"type": "view", "view_id": view["id"]}
    return {
        **submission_payload,
        "type": "block_actions",
        "view": view,
        "container": container,
        "actions": [action],
    }


def _encoded(payload: dict[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


async def _posted(client: AsyncWebClient, member: str) -> float:
    await asyncio.sleep(PAUSE_SECONDS)
    began = time.perf_counter()
    await client.chat_postMessage(channel=member, text="Hello")
    return time.perf_counter() - began


async def _received(slack: Sandbox, member: str) -> float:
    """Return the moment at which the sandbox has a message to the member."""
    async with asyncio.timeout(LONGEST_SECONDS):
        # The sandbox has no event for a call.
        while not any(_is_message_to(member, call.method, call.body) for call in slack.calls):  # noqa: ASYNC110
            await asyncio.sleep(0.0005)
    return time.perf_counter()


def _is_message_to(member: str, method: str, body: dict[str, Any]) -> bool:
    return method == "chat.postMessage" and body.get("channel") == member


def main() -> None:
    """Parse the arguments, measure, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    print_rows(asyncio.run(rows(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
