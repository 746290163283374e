"""Serves the file uploads and downloads of the sandbox's web page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.state.files import MAX_INPUT_BYTES
from sandbox.webapi.file_transfers import file_response

if TYPE_CHECKING:
    from sandbox.state.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PageFiles:
    """Serves the page's uploads and downloads; `received` gets every uploaded content."""

    workspace: Workspace
    received: list[bytes]

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to a web application."""
        return [
            web.post("/page/upload", self.upload),
            web.get("/page/files/{file}", self.download),
        ]

    async def upload(self, request: web.Request) -> web.Response:
        """Store a file that a member chose in a form; returns its file object."""
        content = await request.read()
        self.received.append(content)
        if len(content) > MAX_INPUT_BYTES:
            return web.json_response({"ok": False, "error": "file_too_large"}, status=413)
        member, name = request.query.get("member", ""), request.query.get("name", "")
        if member not in self.workspace.members or not name:
            return web.json_response({"ok": False, "error": "no member or name"}, status=400)
        file = self.workspace.files.add(member, name, content)
        return web.json_response({"ok": True, "file": self.workspace.files.json(file)})

    async def download(self, request: web.Request) -> web.Response:
        """Send a file of a conversation that the member is in; 404 otherwise."""
        file = self.workspace.files.find(request.match_info["file"])
        member = request.query.get("member", "")
        if file is None or member not in self.workspace.members:
            return web.Response(status=404)
        if not {*file.channels} & {*self.workspace.conversations_of(member)}:
            return web.Response(status=404)
        return file_response(file)
