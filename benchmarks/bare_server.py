"""A server of Bolt, SQLAlchemy and uvicorn alone, with which the bot's start is compared.

It imports nothing of the product, serves Slack's requests with an app that only acknowledges, and
opens an SQLite file:

    python -m benchmarks.bare_server PORT FILE
"""

import sys

import uvicorn
import uvloop
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T0IMI", bot_token="xoxb-1", bot_user_id="U0BOT"
    )


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def serve(port: int, file: str) -> None:
    """Serve until a stop signal."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    app = AsyncApp(authorize=_authorize, signing_secret="s" * 32, process_before_response=True)
    app.view("adduser_check")(_acknowledge)
    handler = AsyncSlackRequestHandler(app, path="/slack/events")
    await uvicorn.Server(uvicorn.Config(handler, port=port, log_level="error")).serve()
    await engine.dispose()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2]))
