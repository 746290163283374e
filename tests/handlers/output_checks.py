"""Checks that a hostile string is harmless in Slack, mails, pages, logs and spreadsheets."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from handlers.ui.markdown import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Mail

# Mentions that the product itself writes.
OURS = re.compile(r"<(@U0(ANNA|JONAS|LUKASZ|KARIN|PETRA)|#C0EUROPE)>")
BARE_AMPERSAND = re.compile(r"&(?!(amp|lt|gt);)")
# Types of texts that Slack shows without markup, cells of tables too.
PLAIN = frozenset({"plain_text", "raw_text", "raw_number"})
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("MIME-Version", "Content-Type", "Content-Language"),
}
TAGS = {
    *("html", "head", "meta", "title", "link", "script", "body", "header", "main", "footer"),
    *("nav", "a", "p", "h1", "h2", "div", "span", "form", "input", "label", "button", "ul", "li"),
    *("dl", "dt", "dd", "strong", "details", "summary", "svg", "path"),
}


def problems_in_slack(shown_text: Any, text: str) -> Iterator[str]:  # noqa: ANN401 - JSON of any kind
    """Yield the problems of what was sent to Slack: views, messages, answers."""
    if isinstance(shown_text, list):
        for one in shown_text:
            yield from problems_in_slack(one, text)
    if not isinstance(shown_text, dict):
        return
    words = shown_text.get("text", "")
    if shown_text.get("type") == "mrkdwn":
        yield from _in_markdown(words, text)
        if shown_text.get("verbatim") is not True:
            yield f"made links of: {words}"
    elif shown_text.get("type") in PLAIN:
        yield from _in_plain_text(words, text)
    elif isinstance(words, str) and "value" not in shown_text:
        yield from _in_markdown(words, text)
    for one in shown_text.values():
        yield from problems_in_slack(one, text)


def _in_markdown(words: str, text: str) -> Iterator[str]:
    if "<" in OURS.sub("", words):
        yield f"a reference: {words[:200]}"
    if BARE_AMPERSAND.search(words):
        yield f"half an entity: {words[:200]}"
    harmless = (escaped(text), escaped(unescaped(text)))
    if len(text) > 1 and text in words and not any(text in shown for shown in harmless):
        yield f"formatting: {words[:200]}"


def unescaped(text: str) -> str:
    """Return the text of a command as Slack's entities mean it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _in_plain_text(words: str, text: str) -> Iterator[str]:
    shown = [sign for sign in ("&amp;", "&lt;", "&gt;", "\u2060") if sign in words]
    if [sign for sign in shown if sign not in text]:
        yield f"escaped where nothing unescapes: {words[:200]}"


def problems_in_mail(mail: Mail) -> Iterator[str]:
    """Yield the problems of the e-mail's envelope and headers."""
    head = mail.raw.partition(b"\r\n\r\n")[0].decode()
    names = [line.partition(":")[0] for line in head.splitlines() if line[:1] not in " \t"]
    if sorted(names) != sorted(HEADERS):
        yield f"headers: {names}"
    to = email.message_from_bytes(mail.raw, policy=email.policy.default)["To"].addresses
    if [one.addr_spec for one in to] != list(mail.recipients) or len(to) != 1:
        yield f"recipients: {mail.recipients} {to}"
    if len(mail.subject.splitlines()) != 1 or mail.subject != mail.subject.strip():
        yield f"subject: {mail.subject!r}"
    yield from problems_in_page(mail.html)


def problems_in_page(html: str) -> Iterator[str]:
    """Yield tags and attributes that no page or e-mail of ours contains."""
    found = _Tags()
    found.feed(html)
    found.close()
    if found.tags - TAGS:
        yield f"tags: {found.tags - TAGS}"
    if found.handlers:
        yield f"handlers: {found.handlers}"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        named = {name for name, _ in attrs}
        self.handlers |= {name for name in named if name.startswith("on")}
        self.handlers |= {v for n, v in attrs if v and n in {"src", "href"} and _leads_away(v)}
        if tag == "script" and "src" not in named:
            self.handlers.add("a script in line")


def _leads_away(address: str) -> bool:
    return "evil" in address or address.startswith("javascript")


def problems_in_logs(lines: str, text: str) -> Iterator[str]:
    """Yield log lines that are forged, quote the input, or report an unexpected error."""
    for line in lines.split("\n")[:-1]:
        try:
            event = json.loads(line)
        except ValueError:
            yield f"a line of its own: {line[:200]}"
            continue
        values = " ".join(map(str, event.values()))
        if len(text.strip()) > len("Ida") and text in values:
            yield f"what was typed: {values[:200]}"
        if event["event"] == "unexpected_error" or event["event"] == "x":
            yield f"a surprise: {event}"


def problems_in_spreadsheet(content: bytes) -> Iterator[str]:
    """Yield cells that a spreadsheet would run as a formula, with any delimiter."""
    table = content.decode("utf-8-sig")
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(table, newline=""), delimiter=delimiter):
            for cell in row:
                if cell.strip()[:1] in set("=+-@＝＋－＠") and cell.strip() != "":
                    yield f"a formula: {cell[:100]!r}"
