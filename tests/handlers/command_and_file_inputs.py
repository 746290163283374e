"""Enters a string after every command, in a file of users, and in every field of the portal."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from core.imports.columns import FIELDS
from tests.handlers import output_checks
from tests.handlers.demo_actions import ANNA
from tests.handlers.form_filling import EUROPE, KARIN, PETRA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.demo.demo import Demo
    from sandbox import Message
    from tests.bot.portal.browser import Browser, Page
    from tests.handlers.form_filling import Typist

# Characters that a browser cannot send in a header.
NO_HEADER = re.compile(r"[^\x20-\x7e\x80-\xff]")


async def type_after_every_command(typist: Typist) -> None:
    """Type the string after every command."""
    # Commands are sent as form data, in which UTF-8 cannot encode a lone surrogate.
    text = typist.text.encode(errors="replace").decode()
    for command in typist.demo.slack.workspace.manifest.commands:
        for member, channel in ((ANNA, ""), (KARIN, ""), (PETRA, EUROPE)):
            if (member == PETRA) == (command["command"] == "/imi-titles"):
                await typist.command(member, command["command"], text, channel)
                await typist.close(member)


async def import_file(typist: Typist) -> list[bytes]:
    """Import a file with the string as its name and in its columns; return all files sent."""
    slack = typist.demo.slack
    before = len(_files(typist.demo))
    await typist.command(ANNA, "/imi-import")
    content = _table(typist).encode("utf-16", errors="replace")
    # The name becomes part of a URL, which has no control characters.
    name = "".join(one for one in typist.text[:200] if one.isprintable() and one != "/")
    file = slack.choose_file(ANNA, f"{name}.csv", content)
    await slack.fill(ANNA, {"file": [file]})
    assert (await slack.submit(ANNA)).ok
    await typist.wait_for_block(ANNA, "import_as_file")
    await typist.click(ANNA, "import_as_file")
    await slack.until(lambda: len(_files(typist.demo)) == before + 1)
    await slack.close(ANNA)
    assert (await slack.submit(ANNA)).ok
    await slack.until(lambda: len(_files(typist.demo)) == before + 2)
    await typist.close(ANNA)
    for number, (command, button) in enumerate(
        (("/imi-users", "users_csv"), ("/imi-audit", "audit_csv")), 3
    ):
        await typist.command(ANNA, command)
        await typist.click(ANNA, button)
        await slack.until(partial(_has_files, typist.demo, before + number))
        await typist.close(ANNA)
    sent = [file["id"] for message in _files(typist.demo)[before:] for file in message.files]
    return [slack.file(file_id) for file_id in sent]


def _has_files(demo: Demo, number: int) -> bool:
    return len(_files(demo)) == number


def _files(demo: Demo) -> list[Message]:
    return [message for message in demo.slack.messages(ANNA) if message.files]


def _table(typist: Typist) -> str:
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow(FIELDS)
    for nasty in (*FIELDS, "nothing is good"):
        good = dict.fromkeys(FIELDS, "") | {
            "first_name": "Ida",
            "last_name": "Holm",
            "language": "da",
            "email": "no address" if nasty == "nothing is good" else typist.email,
        }
        row = good | {nasty: typist.text}
        writer.writerow([row[name] for name in FIELDS])
    return table.getvalue()


@dataclass(frozen=True, slots=True)
class PortalVisitor:
    """A visitor of the portal who checks each page."""

    browser: Browser
    text: str

    async def type_everywhere(self) -> list[str]:
        """Type the string into every form and address; return the problems of the pages."""
        text = self.text.encode(errors="replace").decode()
        wrong: list[str] = []
        for page, form in (("/sign-in", ("username", "password")), ("/ask", ("username",))):
            await self.browser.get(page)
            wrong += _page_problems(self.browser.page, text)
            await self.browser.post(page, **dict.fromkeys(form, text))
            wrong += _page_problems(self.browser.page, text)
            await self.browser.get(page)
            await self.browser.post(page, form_token=text or "x", username=text)
            wrong += _page_problems(self.browser.page, text)
        return [*wrong, *await self._in_addresses(text)]

    async def _in_addresses(self, text: str) -> list[str]:
        wrong: list[str] = []
        for name in ("lang", "out", "ended", "saved"):
            await self.browser.get(f"/sign-in?{name}={_percent_encoded(text)}")
            wrong += list(_page_problems(self.browser.page, text))
        await self.browser.get(f"/{_percent_encoded(text)}")
        wrong += list(_page_problems(self.browser.page, text))
        if not NO_HEADER.search(text):
            self.browser.headers["Accept-Language"] = text
            with suppress(ValueError):
                await self.browser.get("/sign-in")
            wrong += list(_page_problems(self.browser.page, text))
            del self.browser.headers["Accept-Language"]
        return wrong


def _percent_encoded(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text[:1000].encode())


def _page_problems(page: Page, text: str) -> Iterator[str]:
    if page.status >= 500:
        yield f"{page.status} at {page.url[:100]}"
    if "default-src 'none'" not in page.headers.get("content-security-policy", ""):
        yield f"no policy at {page.url[:100]}"
    if escape(text) != text and text in page.text:
        yield f"not escaped at {page.url[:100]}"
    if "text/html" in page.headers.get("content-type", ""):
        yield from output_checks.problems_in_page(page.text)
