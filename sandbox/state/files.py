"""Stores the files of the simulated workspace: announced, uploaded and shared ones.

The app announces a file to get the URL for its upload, and shares it in a channel afterwards.
"""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from sandbox.errors import NotFoundError
from sandbox.state.members import BOT_USER, TEAM_ID

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.json_types import Json

# The largest file that Slack accepts in a `file_input`, according to its reference.
MAX_INPUT_BYTES = 10_000_000
# The fields of the file object that are the same for all files of the sandbox.
CONSTANT_FIELDS: Json = {
    "editable": False,
    "mode": "hosted",
    "is_external": False,
    "external_type": "",
    "public_url_shared": False,
    "display_as_bot": False,
    "username": "",
    "is_starred": False,
    "has_rich_preview": False,
    "file_access": "visible",
    "comments_count": 0,
}


@dataclass(frozen=True, slots=True)
class File:
    """One file; `content` is None before the upload, `channels` are where it is shared."""

    id: str
    name: str
    user: str
    at: datetime
    size: int
    title: str = ""
    content: bytes | None = None
    channels: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        """Return the file extension in lower case, without the dot."""
        return PurePosixPath(self.name).suffix.removeprefix(".").casefold()

    @property
    def mimetype(self) -> str:
        """Return the media type that belongs to the name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class FileStore:
    """All files of the workspace; `base_url` is the address that their URLs begin with."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.base_url = ""
        self._now = now
        self._files: dict[str, File] = {}
        self._announced: dict[str, str] = {}

    def announce(self, name: str, size: int) -> tuple[File, str]:
        """Prepare an upload of the app; returns the file and the key of its upload URL."""
        file = File(_new_id(), name, BOT_USER, self._now(), size)
        self._files[file.id] = file
        key = secrets.token_urlsafe(18)
        self._announced[key] = file.id
        return file, key

    def announced(self, key: str) -> File:
        """Return the file that belongs to the key of an upload URL; NotFoundError if none does."""
        if key not in self._announced:
            raise NotFoundError("no such upload")
        return self._files[self._announced[key]]

    def receive(self, key: str, content: bytes) -> File:
        """Store the content sent to an upload URL, which becomes invalid."""
        uploaded = replace(self.announced(key), content=content)
        del self._announced[key]
        return self.put(uploaded)

    def add(self, user: str, name: str, content: bytes) -> File:
        """Store a file that a member chose in a form."""
        file = File(_new_id(), name, user, self._now(), len(content), name, content)
        return self.put(file)

    def put(self, file: File) -> File:
        """Add a file, or replace the one with its id."""
        self._files[file.id] = file
        return file

    def find(self, file_id: str) -> File | None:
        """Return an uploaded file, None if there is none of that id."""
        file = self._files.get(file_id)
        return file if file and file.content is not None else None

    def get(self, file_id: str) -> File:
        """Return an uploaded file; NotFoundError if there is none of that id."""
        file = self.find(file_id)
        if file is None:
            raise NotFoundError(f"no file {file_id}")
        return file

    def json(self, file: File) -> Json:
        """Return the file object of the Web API and of payloads."""
        stamp = int(file.at.timestamp())
        private = f"{self.base_url}files-pri/{TEAM_ID}-{file.id}/"
        return {
            "id": file.id,
            "created": stamp,
            "timestamp": stamp,
            "name": file.name,
            "title": file.title or file.name,
            "mimetype": file.mimetype,
            "filetype": file.extension or "binary",
            "pretty_type": file.extension.upper() or "Binary",
            "user": file.user,
            "user_team": TEAM_ID,
            "size": file.size,
            "is_public": any(channel.startswith("C") for channel in file.channels),
            "url_private": private + quote(file.name),
            "url_private_download": f"{private}download/{quote(file.name)}",
            "permalink": f"{self.base_url}files/{file.user}/{file.id}/{quote(file.name)}",
            **CONSTANT_FIELDS,
            **_shares(file),
        }


def _new_id() -> str:
    return f"F0{secrets.token_hex(4).upper()}"


def _shares(file: File) -> Json:
    kinds = {"channels": "C", "groups": "G", "ims": "D"}
    return {
        kind: [channel for channel in file.channels if channel.startswith(letter)]
        for kind, letter in kinds.items()
    }
