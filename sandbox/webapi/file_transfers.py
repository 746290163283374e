"""Serves the URLs to which the app uploads files, and those from which it downloads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from sandbox.errors import NotFoundError

if TYPE_CHECKING:
    from sandbox.state.files import File
    from sandbox.state.workspace import Workspace
    from sandbox.webapi.faults import Faults

SECURITY_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class FileTransfers:
    """Serves the app's upload and download URLs; `received` gets every uploaded content."""

    workspace: Workspace
    faults: Faults
    received: list[bytes]

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to a web application."""
        return [
            web.post("/upload/v1/{key}", self.upload),
            web.get("/files-pri/{owner}/{tail:.+}", self.download),
        ]

    async def upload(self, request: web.Request) -> web.Response:
        """Accept an announced file; 400 if its size differs, 404 if it was not announced."""
        content = await request.read()
        self.received.append(content)
        if self.faults.take("files.upload"):
            return web.Response(status=500, text="Internal Server Error")
        key = request.match_info["key"]
        try:
            file = self.workspace.files.announced(key)
        except NotFoundError:
            return web.Response(status=404)
        if len(content) != file.size:
            return web.Response(status=400, text=f"expected {file.size} bytes")
        self.workspace.files.receive(key, content)
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """Send a file to the app; without the right to it, redirect to a page to sign in.

        Slack does the same: a client that follows the redirect and looks at the status alone
        takes that page for the file.
        """
        file = self.workspace.files.find(request.match_info["owner"].partition("-")[2])
        app = self.workspace.app
        has_token = request.headers.get("Authorization") == f"Bearer {app.bot_token}"
        if not has_token or "files:read" not in self.workspace.manifest.bot_scopes:
            raise web.HTTPFound(f"/?redir={quote(request.path)}")
        if self.faults.take("files.download"):
            return web.Response(status=500, text="Internal Server Error")
        return file_response(file) if file else web.Response(status=404)


def file_response(file: File) -> web.Response:
    """Return the content of a file as an attachment."""
    disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
    headers = {
        **SECURITY_HEADERS,
        "Content-Disposition": disposition,
        "Content-Type": file.mimetype,
    }
    return web.Response(body=file.content, headers=headers)
