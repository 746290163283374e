"""The HTTP interface of the sandbox's web page: its state, its actions and its static files.

The state is the JSON of everything that one member sees.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.errors import NotFoundError
from sandbox.page.actions import ACTIONS
from sandbox.page.state import page_state

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.page.context import PageContext

STATIC = Path(__file__).with_name("static")
LONG_POLL = timedelta(seconds=25)
# The browser loads nothing but the page's own files, whatever a message or mail contains.
SECURITY_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'"
CONTENT_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
CONTENT_TYPES |= {".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon"}


class PageApi:
    """Serves the page; its actions use the same functions as the tests."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to a web application."""
        return [
            web.get("/page/state", self.state),
            web.get("/page/changes", self.changes),
            web.post("/page/act", self.act),
            web.get("/", self.static_file),
            web.get("/{name}", self.static_file),
        ]

    async def state(self, request: web.Request) -> web.Response:
        """Return what a member sees, by default the first member; 404 for an unknown one."""
        workspace = self._context.workspace
        member = request.query.get("member") or next(iter(workspace.members))
        if member not in workspace.members:
            return _json({"ok": False, "error": "no such member"}, status=404)
        return _json(page_state(self._context, member))

    async def changes(self, request: web.Request) -> web.Response:
        """Wait for a version above `since`, at most the long poll's time; return the version."""
        since = request.query.get("since", "0")
        if not since.isdecimal():
            return _json({"ok": False, "error": "since must be a number"}, status=400)
        changes = self._context.workspace.changes
        return _json({"version": await changes.wait_after(int(since), LONG_POLL.total_seconds())})

    async def act(self, request: web.Request) -> web.Response:
        """Carry out an action of a member and return its outcome."""
        try:
            body = json.loads(await request.read())
            carry_out = ACTIONS[body["act"]]
            return _json(await carry_out(self._context, body))
        except NotFoundError as error:
            return _json({"ok": False, "error": str(error)})
        except (KeyError, TypeError, ValueError) as error:
            problem = f"{type(error).__name__}: {error}"
            return _json({"ok": False, "error": problem}, status=400)

    async def static_file(self, request: web.Request) -> web.StreamResponse:
        """Return a static file of the page; 404 for any other path."""
        path = STATIC / request.match_info.get("name", "index.html")
        if path.parent != STATIC or path.suffix not in CONTENT_TYPES or not path.is_file():
            return web.Response(status=404)
        headers = {"Content-Security-Policy": SECURITY_POLICY, "Cache-Control": "no-store"}
        headers["Content-Type"] = f"{CONTENT_TYPES[path.suffix]}; charset=utf-8"
        return web.Response(body=path.read_bytes(), headers=headers)


def _json(body: Json, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})
