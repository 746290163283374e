"""Runs headless Chromium, without network calls of its own."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, async_playwright, expect

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TIMEOUT_MILLISECONDS = 15_000


def chromium_path() -> str | None:
    """Return the path of Chromium on this machine, or None."""
    return shutil.which("chromium")


@asynccontextmanager
async def running_chromium(path: str | None) -> AsyncIterator[Browser]:
    """Run Chromium until the block ends."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        await chromium.close()


@asynccontextmanager
async def new_browser(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """Open a browser of 1280 by 900 pixels, with cookies of its own, until the block ends."""
    async with await chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        # Otherwise what is expected has five seconds, which a busy machine may need.
        expect.set_options(timeout=TIMEOUT_MILLISECONDS)
        yield context
