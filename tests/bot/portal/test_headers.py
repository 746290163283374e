"""What every answer of the portal carries: headers, cookies, languages, pages for surprises."""

import asyncio
import re

import pytest
from starlette.types import Message, Receive, Scope, Send

from bot.portal.headers import SecurityHeaders
from core.rulebook import Rulebook
from core.store.store import Store
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture, portal_at


async def test_every_answer_is_guarded(browser: Browser) -> None:
    for path in ("/sign-in", "/nowhere", "/static/portal.css"):
        headers = (await browser.get(path)).headers

        assert headers["cache-control"] == "no-store"
        policy = headers["content-security-policy"]
        assert "'unsafe" not in policy
        for nothing in ("default-src", "object-src", "base-uri", "frame-ancestors"):
            assert f"{nothing} 'none'" in policy
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
async def test_every_answer_says_what_it_is(browser: Browser, path: str, kind: str) -> None:
    page = await browser.get(path)

    assert page.headers["content-type"] == f"{kind}; charset=utf-8"
    assert "access-control-allow-origin" not in page.headers


async def test_passwords_are_hidden_and_left_to_the_browsers_helper(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.settle_in(browser, ada)
    inside = (await browser.get("/password")).text
    async with Browser(portal.url) as other:
        door = (await other.get("/sign-in")).text
    script = (await browser.get("/static/rules.js")).text

    fields = re.findall(r"<input[^>]*password[^>]*>", door + inside)
    helped = [re.search('autocomplete="([a-z-]+)"', one) for one in fields]
    kinds = [found.group(1) for found in helped if found]
    assert kinds == ["current-password", "current-password", "new-password", "new-password"]
    assert all('type="password"' in one and "maxlength" not in one for one in fields)
    assert "paste" not in door + inside + script


async def test_no_page_has_a_script_or_a_style_in_line(browser: Browser) -> None:
    page = await browser.get("/sign-in")

    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text)


async def test_cookies_are_kept_from_scripts_and_other_sites(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give(ada)
    await browser.get("/sign-in")
    page = await browser.post_only("/sign-in", username=ada.username, password=TEMPORARY)

    cookie = page.headers["set-cookie"]
    assert cookie.startswith("imi_session=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))


async def test_beyond_this_machine_cookies_need_https(store: Store, rulebook: Rulebook) -> None:
    async with (
        portal_at(store, rulebook, public_url="https://imi.example") as portal,
        Browser(portal.url) as browser,
    ):
        page = await browser.get("/sign-in?lang=da")

    for name, same_site in (("visit", "strict"), ("language", "lax")):
        cookie = next(set_ for set_ in page.set_cookies if f"imi_{name}=" in set_)
        assert cookie.startswith(f"__Host-imi_{name}=")
        assert {"Secure", "HttpOnly", "Path=/", f"SameSite={same_site}"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    lasting = page.headers["strict-transport-security"]
    assert lasting == "max-age=31536000; includeSubDomains"


async def test_the_language_is_remembered_beyond_this_machine_too(
    store: Store, rulebook: Rulebook
) -> None:
    remembered = {"Cookie": "__Host-imi_language=da"}
    async with (
        portal_at(store, rulebook, public_url="https://imi.example") as portal,
        Browser(portal.url, headers=remembered) as browser,
    ):
        assert (await browser.get("/sign-in")).says("Log ind")


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
async def test_only_plain_http_on_this_machine_is_let_off(
    store: Store, rulebook: Rulebook, public_url: str, *, secure: bool
) -> None:
    async with (
        portal_at(store, rulebook, public_url=public_url) as portal,
        Browser(portal.url) as browser,
    ):
        page = await browser.get("/sign-in")

    assert ("Secure" in page.headers["set-cookie"]) is secure


async def test_the_page_speaks_the_visitors_language(
    portal: PortalFixture, browser: Browser
) -> None:  # D20
    assert (await browser.get("/sign-in?lang=da")).says("Log ind")
    assert (await browser.get("/sign-in")).says("Log ind")
    async with Browser(portal.url, language="da-DK,da;q=0.9") as danish:
        assert (await danish.get("/sign-in")).says("Log ind")
    async with Browser(portal.url, language="xx") as nobody:
        assert (await nobody.get("/sign-in?lang=zz")).says("Sign in")
        assert (await nobody.get("/?lang=da")).says("Log ind")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en;q=0.5, da", "da"),
        ("en;q=0.5,da-DK;q=0.9,*;q=0.1", "da"),
        ("da;q=0, en;q=0.1", "en"),
        ("zh-Hant-TW, DA;q=0.7", "da"),
        (";;,*,-,da_DK", "en"),
    ],
)
async def test_the_language_a_browser_likes_best_comes_first(  # D20
    portal: PortalFixture, accepted: str, language: str
) -> None:
    async with Browser(portal.url, language=accepted) as browser:
        assert f'<html lang="{language}">' in (await browser.get("/sign-in")).text


async def test_the_page_names_the_language_it_is_written_in(browser: Browser) -> None:
    assert '<html lang="da">' in (await browser.get("/sign-in?lang=da")).text
    # Nobody has written the Maltese texts yet, so the page is in English.
    assert '<html lang="en">' in (await browser.get("/sign-in?lang=mt")).text


async def test_there_is_a_page_for_what_is_not_there(browser: Browser) -> None:
    page = await browser.get("/nowhere")

    assert page.status == 404
    assert page.says("There is no such page")
    await browser.get("/sign-in")
    page = await browser.post("/account")
    assert page.status == 405
    assert "GET" in page.headers["allow"]
    assert page.says("This page could not read what was sent.")


async def test_a_slash_too_many_leads_nowhere(browser: Browser) -> None:
    browser.headers["Host"] = "elsewhere.example"

    page = await browser.get("/sign-in/")

    assert page.status == 404
    assert page.says("There is no such page")


async def test_a_body_without_end_is_refused(browser: Browser) -> None:
    await browser.get("/sign-in")

    page = await browser.post("/sign-in", username="a" * 70_000, password="x")

    assert page.status == 413
    assert page.says("This page could not read what was sent.")


async def test_a_body_in_chunks_is_read_up_to_the_limit(browser: Browser) -> None:
    await browser.get("/sign-in")

    assert (await browser.send_in_chunks("/sign-in", b"username=a", 3)).status == 403
    assert (await browser.send_in_chunks("/sign-in", b"a" * 8192, 9)).status == 413


async def test_a_form_that_breaks_off_is_no_surprise(
    portal: PortalFixture, browser: Browser
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", int(portal.url.rpartition(":")[2]))
    head = "POST /sign-in HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    writer.write(f"{head}Content-Length: 9\r\n\r\nabc".encode())
    await writer.drain()
    await browser.get("/sign-in")

    writer.close()
    await writer.wait_closed()

    await browser.get("/sign-in")
    assert "unexpected_error" not in portal.logs.getvalue()


async def test_a_surprise_shows_a_reference_and_nothing_typed(
    portal: PortalFixture, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    await browser.get("/sign-in")
    portal.hashing.close()

    page = await browser.post("/sign-in", username="ada", password=OWN)

    assert page.status == 500
    reference = re.search(r"\b[0-9A-F]{6}\b", page.text)
    assert reference is not None
    assert reference.group() in portal.logs.getvalue()
    assert OWN not in page.text + portal.logs.getvalue()
    assert caplog.text == ""


async def test_a_surprise_that_nobody_answered_reaches_the_server() -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise OSError

    async def nothing() -> Message:
        return {"type": "http.request"}

    async def nowhere(message: Message) -> None:
        raise AssertionError(message)

    with pytest.raises(OSError):  # noqa: PT011 - the error itself says nothing
        await SecurityHeaders(broken, secure=True)({"type": "http"}, nothing, nowhere)
