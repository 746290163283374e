"""The bytes of files over HTTP: what the app uploads, and what it or a member downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from sandbox.acts.screen import visible_places
from sandbox.errors import NothingThereError
from sandbox.files import MAX_INPUT_BYTES

if TYPE_CHECKING:
    from sandbox.faults import Faults
    from sandbox.files import File
    from sandbox.workspace import Workspace

SENT_AS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Downloads:
    """Serves upload addresses and private addresses; keeps every byte `received`."""

    workspace: Workspace
    faults: Faults
    received: list[bytes]

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to a web application."""
        return [
            web.post("/upload/v1/{key}", self.upload),
            web.get("/files-pri/{owner}/{tail:.+}", self.private),
            web.post("/page/upload", self.choose),
            web.get("/page/files/{file}", self.save),
        ]

    async def upload(self, request: web.Request) -> web.Response:
        """Take the bytes of a file the app announced; 400 when they are not as many as it said."""
        content = await request.read()
        self.received.append(content)
        fault = self.faults.take("files.upload")
        if fault:
            return web.Response(status=500, text="Internal Server Error")
        key = request.match_info["key"]
        try:
            file = self.workspace.files.expected(key)
        except NothingThereError:
            return web.Response(status=404)
        if len(content) != file.size:
            return web.Response(status=400, text=f"expected {file.size} bytes")
        self.workspace.files.receive(key, content)
        return web.Response(text=f"OK - {len(content)}")

    async def private(self, request: web.Request) -> web.Response:
        """Hand a file to the app; whoever has no right is sent to a page to sign in at.

        As in Slack: not an error but a redirect, which a client that follows it takes for
        the file if it looks at the status alone.
        """
        file = self.workspace.files.find(request.match_info["owner"].partition("-")[2])
        app = self.workspace.app
        has_right = request.headers.get("Authorization") == f"Bearer {app.bot_token}"
        if not has_right or "files:read" not in self.workspace.manifest.bot_scopes:
            raise web.HTTPFound(f"/?redir={quote(request.path)}")
        fault = self.faults.take("files.download")
        if fault:
            return web.Response(status=500, text="Internal Server Error")
        return _sent(file) if file else web.Response(status=404)

    async def choose(self, request: web.Request) -> web.Response:
        """Take a file that a member chose in a form on the page."""
        content = await request.read()
        self.received.append(content)
        if len(content) > MAX_INPUT_BYTES:
            return web.json_response({"ok": False, "error": "file_too_large"}, status=413)
        member, name = request.query.get("member", ""), request.query.get("name", "")
        if member not in self.workspace.members or not name:
            return web.json_response({"ok": False, "error": "no member or name"}, status=400)
        file = self.workspace.files.add(member, name, content)
        return web.json_response({"ok": True, "file": self.workspace.files.json(file)})

    async def save(self, request: web.Request) -> web.Response:
        """Hand a member on the page a file of a conversation they see."""
        file = self.workspace.files.find(request.match_info["file"])
        member = request.query.get("member", "")
        if file is None or member not in self.workspace.members:
            return web.Response(status=404)
        if not {*file.places} & {*visible_places(self.workspace, member)}:
            return web.Response(status=404)
        return _sent(file)


def _sent(file: File) -> web.Response:
    disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
    headers = {**SENT_AS, "Content-Disposition": disposition, "Content-Type": file.mimetype}
    return web.Response(body=file.content, headers=headers)
