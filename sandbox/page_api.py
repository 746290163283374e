"""The JSON behind the page, and the page's own files."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.errors import NothingThereError
from sandbox.page_acts import ACTS
from sandbox.page_state import page_state

if TYPE_CHECKING:
    from sandbox.slack import Sandbox

PAGE = Path(__file__).with_name("page")
LONG_POLL = timedelta(seconds=25)
# The page keeps to its own files, so nothing in a message or mail can reach out.
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
KINDS |= {".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon"}


class PageApi:
    """Answers the page; everything goes through the same methods that tests use."""

    def __init__(self, slack: Sandbox) -> None:
        self._slack = slack

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to a web application."""
        return [
            web.get("/link/", self._slack.socket.accept),
            web.get("/page/state", self.state),
            web.get("/page/changes", self.changes),
            web.post("/page/act", self.act),
            web.get("/", self.file),
            web.get("/{name}", self.file),
        ]

    async def state(self, request: web.Request) -> web.Response:
        """Return what a member sees; without a member, what the first one sees."""
        workspace = self._slack.workspace
        member = request.query.get("member") or next(iter(workspace.members))
        if member not in workspace.members:
            return _json({"ok": False, "error": "no such member"}, status=404)
        return _json(page_state(self._slack, member))

    async def changes(self, request: web.Request) -> web.Response:
        """Wait until something changed after version `since`, and return the version."""
        since = request.query.get("since", "0")
        if not since.isdecimal():
            return _json({"ok": False, "error": "since must be a number"}, status=400)
        changes = self._slack.workspace.changes
        return _json({"version": await changes.after(int(since), LONG_POLL.total_seconds())})

    async def act(self, request: web.Request) -> web.Response:
        """Do what a member did on the page."""
        try:
            wish = json.loads(await request.read())
            act = ACTS[wish["act"]]
            return _json(await act(self._slack, wish))
        except NothingThereError as nothing:
            return _json({"ok": False, "error": str(nothing)})
        except (KeyError, TypeError, ValueError) as wrong:
            error = f"{type(wrong).__name__}: {wrong}"
            return _json({"ok": False, "error": error}, status=400)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Return one of the page's files."""
        path = PAGE / request.match_info.get("name", "index.html")
        if path.parent != PAGE or path.suffix not in KINDS or not path.is_file():
            return web.Response(status=404)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        headers["Content-Type"] = f"{KINDS[path.suffix]}; charset=utf-8"
        return web.Response(body=path.read_bytes(), headers=headers)


def _json(body: dict[str, object], status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})
