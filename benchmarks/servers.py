"""The processes that `ack.py` and `signins.py` measure: the product, bare, busy, with people."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import uvloop
from pydantic import SecretStr
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import Connection

from benchmarks.crowd import Crowd, WatchedHasher
from bot.cli.authority import found
from bot.cli.init import prepare
from bot.cli.run import told_to_stop
from bot.database import open_database, rulebook_in
from bot.demo.country import channels, foundings, members
from bot.monitoring.logs import set_up_logs
from bot.runtime.hash_pool import HashPool
from bot.settings.settings import Settings
from bot.slack.manifest import manifest_path
from bot.web.server import SLACK_PATH, serving
from bot.wiring import running
from core.accounts import registration
from core.audit.rules import COMMAND_LINE
from core.catalogue.load import shipped
from core.contacts import email_of
from core.passwords import service as passwords
from core.passwords.hashing import Hasher
from core.passwords.service import PasswordChoice
from core.role_keys import RoleKey
from core.secret import Secret
from core.users.rules import NewUser, RegistrationRequest
from sandbox import AppInstall, Sandbox

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SECRET = "s" * 32
PASSWORD = "Quiet-harbour-47"
PEOPLE = 100
# The mails' hashes are no part of the answer; the busy server makes real ones.
QUICK = Hasher(memory_kib=8, rounds=1)


INSTALL = AppInstall(
    manifest=manifest_path(),
    signing_secret=SECRET,
    bot_token="xoxb-benchmark",
    app_token="xapp-benchmark",
)


@asynccontextmanager
async def slack() -> AsyncIterator[dict[str, str]]:
    """Run the sandbox: Slack and the mail server are other machines, so another process."""
    async with Sandbox(members=members(), channels=channels(), app=INSTALL) as sandbox:
        yield {"api": sandbox.api_url, "smtp": sandbox.smtp_url}


@asynccontextmanager
async def product(hasher: Hasher, people: int = 0) -> AsyncIterator[dict[str, str]]:
    """Run the product by HTTP on SQLite, with the demo's country and people who can sign in."""
    with TemporaryDirectory() as folder:
        async with process("slack") as said:
            settings = Settings(
                _env_file=None,
                slack_bot_token=SecretStr(INSTALL.bot_token),
                slack_signing_secret=SecretStr(SECRET),
                slack_api_url=said["api"],
                imi_database_url=f"sqlite:///{folder}/imi.sqlite3",
                imi_http_port=0,
                imi_smtp_url=SecretStr(said["smtp"]),
                imi_mail_from="imi@imi.example",
                imi_secret_key=SecretStr("k" * 32),
                # All of them come from this machine.
                imi_throttle_per_minute=1_000_000,
                imi_throttle_per_hour=1_000_000,
            )
            await _found_country(settings)
            await _welcome(settings, hasher.hash_of(Secret(PASSWORD)), people)
            async with running(settings, hasher=hasher) as started:
                site = f"http://127.0.0.1:{started.port}"
                yield {"url": site + SLACK_PATH, "site": site, "secret": SECRET}


@asynccontextmanager
async def process(kind: str, *more: str) -> AsyncIterator[dict[str, str]]:
    """Start one of these servers as a process of its own, and stop it at the end.

    What it says when it stops is added to what it said when it started.
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
    said: dict[str, str] = {}
    try:
        said.update(json.loads(await started.stdout.readline()))
        yield said
    finally:
        started.terminate()
        said.update(json.loads(await started.stdout.read() or "{}"))
        await started.wait()


async def _welcome(settings: Settings, digest: str, people: int) -> None:
    """Register so many people, `person0` and on, whose own password has this hash."""
    async with open_database(settings) as store:
        now = datetime.now(UTC)
        rulebook = await rulebook_in(store, settings)

        def register(tx: Connection, number: int) -> None:
            name = f"person{number}"
            wish = NewUser(
                first_name="Ada",
                last_name=f"Holm{number}",
                language="en",
                email=email_of(f"ada.{number}@sundhed.example"),
                phone=None,
                roles=frozenset({RoleKey("PQ", "BASIC")}),
                username=name,
            )
            request = RegistrationRequest(1, wish, COMMAND_LINE, in_bulk=True)
            user = registration.register(tx, request, rulebook, now)
            passwords.choose(tx, PasswordChoice(user.id, digest, None), rulebook.policy, now)

        def wish_all(tx: Connection) -> None:
            for number in range(people):
                register(tx, number)

        await store.write(wish_all)


async def _found_country(settings: Settings) -> None:
    async with open_database(settings) as store:
        now = datetime.now(UTC)
        await prepare(store, shipped(), now)
        rulebook = await rulebook_in(store, settings)

        def wish(tx: Connection) -> None:
            for founding in foundings():
                found(tx, founding.authority, founding.person, rulebook, now)

        await store.write(wish)


@asynccontextmanager
async def bare() -> AsyncIterator[dict[str, str]]:
    """Run a Bolt app that does nothing but acknowledge."""

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
async def busy() -> AsyncIterator[dict[str, str]]:
    """Run the product beside a thread that computes and eight hashes that never end."""
    stop = threading.Event()
    pool = HashPool(Hasher())

    def compute() -> None:
        while not stop.is_set():
            sum(range(1000))

    async def hash_on() -> None:
        while not stop.is_set():
            await pool.hash_of(Secret(PASSWORD))

    async with product(Hasher()) as said:
        threading.Thread(target=compute, daemon=True).start()
        tasks = [asyncio.create_task(hash_on()) for _ in range(8)]
        yield said
        stop.set()
        await asyncio.gather(*tasks)
    pool.close()


@asynccontextmanager
async def sign_ins() -> AsyncIterator[dict[str, str]]:
    """Run the product with the real hashes and a hundred people who can sign in."""
    async with product(WatchedHasher(), people=PEOPLE) as said:
        yield said
    print(json.dumps({"most": str(WatchedHasher.most)}))


@asynccontextmanager
async def crowd(site: str) -> AsyncIterator[dict[str, str]]:
    """Let everybody sign in at once, and again as soon as all are in; say how long each took."""
    people = Crowd(site, PEOPLE, PASSWORD)
    task = asyncio.create_task(people.sign_in())
    yield {}
    people.enough = True
    await task
    print(json.dumps({"taken": " ".join(map(str, people.taken))}))


async def main(kind: str, *more: str) -> None:
    """Serve until told to stop; the first line says where."""
    set_up_logs()
    kinds = {"bare": bare, "busy": busy, "slack": slack, "sign_ins": sign_ins}
    kinds["crowd"] = lambda: crowd(*more)
    served = kinds.get(kind, lambda: product(QUICK))
    async with served() as said:
        print(json.dumps(said), flush=True)
        await told_to_stop()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
