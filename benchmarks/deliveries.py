"""Measures how much of Slack's rate limit the delivery worker uses; the sandbox enforces the limit.

Reminders to many people are queued at once, as when a batch was registered on one day, and a
delivery worker sends them:

    python -m benchmarks.deliveries [--minutes 4] [--per-minute 300]

Its row is the ratio of messages sent to messages allowed, of the slowest minute, with how often
Slack answered 429.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Connection, Executable

from benchmarks.report import Row, print_rows
from bot.delivery.dependencies import DeliveryDependencies
from bot.delivery.worker import DeliveryWorker
from bot.mail.smtp import Mailer
from bot.monitoring.logs import set_up_logs
from bot.runtime.hash_pool import HashPool
from bot.settings.smtp_url import parse_smtp_url
from bot.slack.client import SlackSender
from bot.slack.connection import slack_client
from bot.slack.rate_limits import RateLimiter, RateLimits
from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import NewAuthority
from core.catalogue.load import load, shipped
from core.contacts import email_of
from core.deliveries.rules import DeliveryState
from core.members import rows as members
from core.members.rules import Member as Known
from core.members.rules import MemberKey
from core.passwords import service as passwords
from core.passwords.hashing import Hasher
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.reminders import service as reminders
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries as deliveries_table
from core.secret import Secret
from core.store import migration
from core.store.store import Store, open_store
from core.users.rules import NewUser, RegistrationRequest
from sandbox import AppInstall, Member, Sandbox

RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))
TEAM = "T0IMI"
MANIFEST = {
    "display_information": {"name": "IMI"},
    "features": {"bot_user": {"display_name": "imi"}},
    "oauth_config": {"scopes": {"bot": ["chat:write", "users:read", "im:write", "im:history"]}},
}


@dataclass(frozen=True, slots=True)
class Used:
    """Messages sent and answers with status 429 in each whole minute."""

    sent: tuple[int, ...]
    refused: tuple[int, ...]


async def measure(minutes: float, per_minute: int) -> Used:
    """Let a worker send for so many minutes; return its figures minute by minute."""
    people = int(per_minute * (minutes + 1))
    with tempfile.TemporaryDirectory() as folder:
        async with workspace(Path(folder), people) as slack, database(folder) as store:
            slack.rate_limits.posts_per_minute = per_minute
            slack.rate_limits.enabled = True
            await fill(store, people, slack.clock.now())
            return await let_send(slack, store, minutes, per_minute)


async def let_send(slack: Sandbox, store: Store, minutes: float, per_minute: int) -> Used:
    """Run a worker for so many minutes."""
    async with slack_client(Secret("xoxb-1"), slack.api_url) as client:
        clock, hashing = slack.clock.now, HashPool(Hasher(memory_kib=8, rounds=1))
        parts = DeliveryDependencies(
            store=store,
            rulebook=RULEBOOK,
            slack=SlackSender(client, RateLimiter(RateLimits.of(per_minute, 1.05), clock)),
            mailer=Mailer(parse_smtp_url(Secret(slack.smtp_url)), "imi@imi.example", clock),
            hashing=hashing,
            clock=clock,
            public_url="http://127.0.0.1",
        )
        worker = DeliveryWorker(parts)
        worker.start()
        marks = [count(slack)]
        for _ in range(max(1, int(minutes))):
            await asyncio.sleep(60 if minutes >= 1 else 60 * minutes)
            marks.append(count(slack))
        await worker.stop(5)
        hashing.close()
    sent = tuple(after[0] - before[0] for before, after in pairwise(marks))
    return Used(sent, tuple(after[1] - before[1] for before, after in pairwise(marks)))


def count(slack: Sandbox) -> tuple[int, int]:
    """Return how many messages were posted so far, and how many were refused by the rate limit."""
    answers = [call.answer for call in slack.calls if call.method == "chat.postMessage"]
    refused = sum(answer.get("error") == "ratelimited" for answer in answers)
    return sum(bool(answer.get("ok")) for answer in answers), refused


@asynccontextmanager
async def workspace(folder: Path, people: int) -> AsyncIterator[Sandbox]:
    """Run a sandbox workspace with the given number of members."""
    manifest = folder / "manifest.yml"
    manifest.write_text(json.dumps(MANIFEST), encoding="utf-8")
    install = AppInstall(manifest, "s", "xoxb-1")
    everybody = [
        Member(f"U{n:08}", f"p{n}", f"Person {n}", f"p{n}@sundhed.example") for n in range(people)
    ]
    async with Sandbox(members=everybody, channels=[], app=install) as slack:
        yield slack


@asynccontextmanager
async def database(folder: str) -> AsyncIterator[Store]:
    """Create a new database."""
    store = await open_store(f"sqlite:///{Path(folder) / 'imi.sqlite3'}")
    await store.write(migration.upgrade)
    yield store
    await store.close()


async def fill(store: Store, people: int, now: datetime) -> None:
    """Register the people, and let a reminder be due to each."""
    new_authority = NewAuthority("Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ",))
    authority = await store.write(
        lambda tx: authority_registration.register(tx, new_authority, COMMAND_LINE, now)
    )
    for first in range(0, people, 200):
        await store.write(_registering(authority.id, range(first, min(first + 200, people)), now))
    table = deliveries_table
    await store.write(executing(table.update().values(state=DeliveryState.SENT)))
    later = datetime(now.year + 1, 12, 31, tzinfo=UTC)
    while await store.write(lambda tx: reminders.queue_due(tx, later, 500)):
        continue
    await store.write(
        executing(table.update().where(table.c.kind == "reminder").values(due_at=now))
    )


def executing(statement: Executable) -> Callable[[Connection], None]:
    """Return an operation that runs one statement."""

    def execute(tx: Connection) -> None:
        tx.execute(statement)

    return execute


def _registering(authority_id: int, some: range, now: datetime) -> Callable[[Connection], None]:
    def register(tx: Connection) -> None:
        for n in some:
            key = MemberKey(TEAM, f"U{n:08}")
            address = f"p{n}@sundhed.example"
            no = False
            new_user = NewUser(
                "Person", f"Number {n}", "en", email_of(address), None, f"p{n:08}", frozenset(), key
            )
            request = RegistrationRequest(authority_id, new_user, COMMAND_LINE, in_bulk=True)
            user = registration.register(tx, request, RULEBOOK, now)
            # Linking lets a member count as never seen, and Slack allows few questions about them.
            members.save(tx, Known(key, address, None, None, no, no, no, no, now))
            passwords.choose(
                tx, PasswordChoice(user.id, "x", replaces_id=None), RULEBOOK.policy, now
            )

    return register


async def rows(minutes: float = 4, per_minute: int = 300) -> list[Row]:
    """Let the worker send for so many minutes, under a limit of so many messages a minute."""
    set_up_logs(Path("/dev/null").open("w", encoding="utf-8"))  # noqa: ASYNC230, SIM115 - for the whole run
    used = await measure(minutes, per_minute)
    allowed = per_minute * min(minutes, 1)
    sent = ", ".join(map(str, used.sent))
    return [
        Row(
            "deliveries under Slack's limits",
            *("what Slack allows", min(used.sent) / allowed, 0.95, 1),
            f"by minute {sent} of {allowed:.0f}; {sum(used.refused)} answers with status 429",
        )
    ]


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--per-minute", type=int, default=300)
    arguments = parser.parse_args()
    print_rows(asyncio.run(rows(arguments.minutes, arguments.per_minute)))


if __name__ == "__main__":
    main()
