"""Runs the server processes that several benchmarks measure."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import uvloop
from pydantic import SecretStr
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from benchmarks.crowd import Crowd, WatchedHasher
from benchmarks.filling import register_country, register_people
from bot.cli.run import run_until_stopped
from bot.demo.country import channels, members
from bot.monitoring.logs import set_up_logs
from bot.runtime.hash_pool import HashPool
from bot.settings.settings import Settings
from bot.slack.manifest import manifest_path
from bot.web.server import serving
from bot.web.slack_requests import SLACK_PATH
from bot.wiring import running_product
from core.passwords.hashing import Hasher
from core.secret import Secret
from sandbox import AppInstall, Sandbox

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SECRET = "s" * 32
PASSWORD = "Quiet-harbour-47"
PEOPLE = 100
# Hashes for mails are no part of an answer; the busy server makes real ones.
QUICK = Hasher(memory_kib=8, rounds=1)


INSTALL = AppInstall(
    manifest=manifest_path(),
    signing_secret=SECRET,
    bot_token="xoxb-benchmark",
    app_token="xapp-benchmark",
)


@asynccontextmanager
async def slack() -> AsyncIterator[dict[str, str]]:
    """Run the sandbox in a process of its own, because Slack and mail are other machines."""
    async with Sandbox(members=members(), channels=channels(), app=INSTALL) as sandbox:
        yield {"api": sandbox.api_url, "smtp": sandbox.smtp_url}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The database and Slack that the product uses; what is empty is made for it.

    Authority registered:     In a database that other processes use already, `filled`, nothing
    """

    database_url: str = ""
    filled: bool = False
    slack_api_url: str = ""
    smtp_url: str = ""


ALL_NEW = Surroundings()


@asynccontextmanager
async def product(
    hasher: Hasher, people: int = 0, around: Surroundings = ALL_NEW
) -> AsyncIterator[dict[str, str]]:
    """Run the product over HTTP, with the demo's country and users who can sign in."""
    with TemporaryDirectory() as folder:
        async with _slack_of(around) as output:
            settings = Settings(
                _env_file=None,
                slack_bot_token=SecretStr(INSTALL.bot_token),
                slack_signing_secret=SecretStr(SECRET),
                slack_api_url=output["api"],
                imi_database_url=around.database_url or f"sqlite:///{folder}/imi.sqlite3",
                imi_http_port=0,
                imi_smtp_url=SecretStr(output["smtp"]),
                imi_mail_from="imi@imi.example",
                imi_secret_key=SecretStr("k" * 32),
                # All requests come from this machine.
                imi_throttle_per_minute=1_000_000,
                imi_throttle_per_hour=1_000_000,
            )
            if not around.filled:
                await register_country(settings)
                await register_people(settings, hasher.hash_of(Secret(PASSWORD)), people)
            async with running_product(settings, hasher=hasher) as started:
                site = f"http://127.0.0.1:{started.port}"
                yield {"url": site + SLACK_PATH, "site": site, "secret": SECRET}


@asynccontextmanager
async def _slack_of(around: Surroundings) -> AsyncIterator[dict[str, str]]:
    if around.slack_api_url:
        yield {"api": around.slack_api_url, "smtp": around.smtp_url}
        return
    async with process("slack") as output:
        yield output


def product_process(kind: str, around: Surroundings) -> AbstractAsyncContextManager[dict[str, str]]:
    """Run the product as a separate process, `busy` or alone, with this database and Slack."""
    return process(kind, json.dumps(asdict(around)))


@asynccontextmanager
async def process(kind: str, *more: str) -> AsyncIterator[dict[str, str]]:
    """Run one of these servers as a separate process until the block ends.

    Yields the JSON that it prints at the start, and its `pid`; the JSON that it prints at the end
    is added.
    """
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.servers",
        kind,
        *more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert started.stdout is not None
    output: dict[str, str] = {}
    try:
        output.update(json.loads(await started.stdout.readline()), pid=str(started.pid))
        yield output
    finally:
        started.terminate()
        output.update(json.loads(await started.stdout.read() or "{}"))
        await started.wait()


@asynccontextmanager
async def bare() -> AsyncIterator[dict[str, str]]:
    """Run a Bolt app that only acknowledges."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T0IMI", bot_token="xoxb-1", bot_user_id="U0BOT"
        )

    async def submit(ack: AsyncAck) -> None:
        await ack()

    app = AsyncApp(authorize=authorize, signing_secret=SECRET, process_before_response=True)
    app.view("adduser_check")(submit)
    handler = cast("ASGIApp", AsyncSlackRequestHandler(app, path=SLACK_PATH))
    async with serving(handler, "127.0.0.1", 0) as port:
        yield {"url": f"http://127.0.0.1:{port}{SLACK_PATH}", "secret": SECRET}


@asynccontextmanager
async def busy(around: Surroundings = ALL_NEW) -> AsyncIterator[dict[str, str]]:
    """Run the product while a busy thread and eight endless hash operations run in it."""
    stop = threading.Event()
    pool = HashPool(Hasher())

    def compute() -> None:
        while not stop.is_set():
            sum(range(1000))

    async def hash_on() -> None:
        while not stop.is_set():
            await pool.hash_of(Secret(PASSWORD))

    async with product(Hasher(), 0, around) as output:
        threading.Thread(target=compute, daemon=True).start()
        tasks = [asyncio.create_task(hash_on()) for _ in range(8)]
        yield output
        stop.set()
        await asyncio.gather(*tasks)
    pool.close()


@asynccontextmanager
async def sign_ins() -> AsyncIterator[dict[str, str]]:
    """Run the product with real hashes and a hundred users who can sign in."""
    async with product(WatchedHasher(), people=PEOPLE) as output:
        yield output
    print(json.dumps({"most": str(WatchedHasher.most)}))


@asynccontextmanager
async def crowd(site: str) -> AsyncIterator[dict[str, str]]:
    """Sign in with everybody in rounds; print how long each sign-in took."""
    people = Crowd(site, PEOPLE, PASSWORD)
    task = asyncio.create_task(people.sign_in())
    yield {}
    people.enough = True
    await task
    print(json.dumps({"taken": " ".join(map(str, people.taken))}))


async def main(kind: str, *more: str) -> None:
    """Serve until a stop signal; the first line of output says where."""
    set_up_logs()
    kinds = {"bare": bare, "slack": slack, "sign_ins": sign_ins}
    kinds["crowd"] = lambda: crowd(*more)
    kinds["busy"] = lambda: busy(*map(_surroundings, more))
    served = kinds.get(kind, lambda: product(QUICK, 0, *map(_surroundings, more)))
    await run_until_stopped(served(), lambda output: print(json.dumps(output), flush=True))


def _surroundings(text: str) -> Surroundings:
    return Surroundings(**json.loads(text))


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
