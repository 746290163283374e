"""Tests of the portal's error pages."""

import asyncio
import re

import pytest

from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, PortalFixture


async def test_unknown_addresses_get_a_not_found_page(browser: Browser) -> None:
    page = await browser.get("/nowhere")

    assert page.status == 404
    assert page.says("This page does not exist")
    await browser.get("/sign-in")
    page = await browser.post("/account")
    assert page.status == 405
    assert "GET" in page.headers["allow"]
    assert page.says("The page could not read the data that was sent.")


async def test_a_trailing_slash_is_not_redirected(browser: Browser) -> None:
    browser.headers["Host"] = "elsewhere.example"

    page = await browser.get("/sign-in/")

    assert page.status == 404
    assert page.says("This page does not exist")


async def test_an_incomplete_form_is_a_bad_request(portal: PortalFixture, browser: Browser) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", int(portal.url.rpartition(":")[2]))
    head = "POST /sign-in HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    writer.write(f"{head}Content-Length: 9\r\n\r\nabc".encode())
    await writer.drain()
    await browser.get("/sign-in")

    writer.close()
    await writer.wait_closed()

    await browser.get("/sign-in")
    assert "unexpected_error" not in portal.logs.getvalue()


async def test_an_unexpected_error_shows_a_reference_and_no_input(
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
