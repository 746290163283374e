"""The processes that `ack.py` measures: the product, a bare Bolt app, the product kept busy."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import uvloop
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.commands.demo import Manner, demonstrating
from bot.commands.run import told_to_stop
from bot.hashing import HashPool
from bot.server import SLACK_PATH, serving
from core.passwords.hashing import Hasher
from core.secret import Secret

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SECRET = "s" * 32
# The mails' hashes are no part of the answer; the busy server makes real ones.
QUICK = Hasher(memory_kib=8, rounds=1)


@asynccontextmanager
async def product(hasher: Hasher) -> AsyncIterator[dict[str, str]]:
    """Run the product by HTTP on SQLite."""
    manner = Manner(0, 0, socket_mode=False, hasher=hasher)
    async with demonstrating(manner) as demo:
        secret = demo.settings.slack_signing_secret
        assert secret is not None
        yield {
            "url": f"{demo.settings.imi_public_url}{SLACK_PATH}",
            "secret": secret.get_secret_value(),
        }


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
            await pool.hash_of(Secret("Quiet-harbour-47"))

    async with product(Hasher()) as said:
        threading.Thread(target=compute, daemon=True).start()
        tasks = [asyncio.create_task(hash_on()) for _ in range(8)]
        yield said
        stop.set()
        await asyncio.gather(*tasks)
    pool.close()


async def main(kind: str) -> None:
    """Serve until told to stop; the first line says where."""
    served = {"product": lambda: product(QUICK), "bare": bare, "busy": busy}[kind]
    async with served() as said:
        print(json.dumps(said), flush=True)
        await told_to_stop()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
