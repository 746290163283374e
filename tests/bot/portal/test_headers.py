"""Tests of the portal's response headers, and of its limit for request bodies."""

import pytest
from starlette.types import Message, Receive, Scope, Send

from bot.portal.headers import SecurityHeaders
from core.rulebook import Rulebook
from core.store.store import Store
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import portal_at


async def test_every_response_has_the_security_headers(browser: Browser) -> None:
    for path in ("/sign-in", "/nowhere", "/static/portal.css"):
        headers = (await browser.get(path)).headers

        assert headers["cache-control"] == "no-store"
        policy = headers["content-security-policy"]
        assert "'unsafe" not in policy
        for directive in ("default-src", "object-src", "base-uri", "frame-ancestors"):
            assert f"{directive} 'none'" in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "strict-transport-security" not in headers


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sign-in", "text/html"),
        ("/static/portal.css", "text/css"),
        ("/static/rules.js", "text/javascript"),
        ("/static/icon.svg", "image/svg+xml"),
    ],
)
async def test_every_response_has_its_content_type(browser: Browser, path: str, kind: str) -> None:
    page = await browser.get(path)

    assert page.headers["content-type"] == f"{kind}; charset=utf-8"
    assert "access-control-allow-origin" not in page.headers


@pytest.mark.parametrize(
    ("public_url", "secure"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
        ("http://localhost:8000", False),
        ("http://imi.example", True),
        ("https://127.0.0.1", True),
    ],
)
async def test_cookies_are_secure_except_for_plain_http_on_this_machine(
    store: Store, rulebook: Rulebook, public_url: str, *, secure: bool
) -> None:
    async with (
        portal_at(store, rulebook, public_url=public_url) as portal,
        Browser(portal.url) as browser,
    ):
        page = await browser.get("/sign-in")

    assert ("Secure" in page.headers["set-cookie"]) is secure


async def test_an_endless_body_is_refused(browser: Browser) -> None:
    await browser.get("/sign-in")

    page = await browser.post("/sign-in", username="a" * 70_000, password="x")

    assert page.status == 413
    assert page.says("The page could not read the data that was sent.")


async def test_a_chunked_body_is_read_up_to_the_limit(browser: Browser) -> None:
    await browser.get("/sign-in")

    assert (await browser.send_in_chunks("/sign-in", b"username=a", 3)).status == 403
    assert (await browser.send_in_chunks("/sign-in", b"a" * 8192, 9)).status == 413


async def test_an_unanswered_error_reaches_the_server() -> None:
    async def raise_error(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise OSError

    async def receive_nothing() -> Message:
        return {"type": "http.request"}

    async def discard(message: Message) -> None:
        raise AssertionError(message)

    with pytest.raises(OSError):  # noqa: PT011 - the error itself says nothing
        await SecurityHeaders(raise_error, secure=True)({"type": "http"}, receive_nothing, discard)
