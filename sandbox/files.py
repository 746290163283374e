"""Files: announced, uploaded, shared and downloaded, and their JSON as Slack writes it."""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from sandbox.errors import NothingThereError
from sandbox.members import BOT_USER, TEAM_ID

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.shapes import Json

# What Slack's client takes for a `file_input`, from its reference.
MAX_INPUT_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class File:
    """One file; `content` is None until it was uploaded, `places` are where it is shared."""

    id: str
    name: str
    user: str
    at: datetime
    size: int
    title: str = ""
    content: bytes | None = None
    places: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        """Return the end of the name without its dot, in small letters."""
        return PurePosixPath(self.name).suffix.removeprefix(".").casefold()

    @property
    def mimetype(self) -> str:
        """Return the type the name stands for."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class Shelf:
    """Every file of the workspace; `address` is where they are downloaded from."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.address = ""
        self._now = now
        self._files: dict[str, File] = {}
        self._announced: dict[str, str] = {}

    def announce(self, name: str, size: int) -> tuple[File, str]:
        """Make room for an upload of the app; returns the file and the key of its address."""
        file = File(_new_id(), name, BOT_USER, self._now(), size)
        self._files[file.id] = file
        key = secrets.token_urlsafe(18)
        self._announced[key] = file.id
        return file, key

    def expected(self, key: str) -> File:
        """Return the file an upload address stands for; NothingThereError if it stands for none."""
        if key not in self._announced:
            raise NothingThereError("no such upload")
        return self._files[self._announced[key]]

    def receive(self, key: str, content: bytes) -> File:
        """Keep what was uploaded to an address; the address can be used once."""
        received = replace(self.expected(key), content=content)
        del self._announced[key]
        return self.put(received)

    def add(self, user: str, name: str, content: bytes) -> File:
        """Keep a file that a member chose in a form."""
        kept = File(_new_id(), name, user, self._now(), len(content), name, content)
        return self.put(kept)

    def put(self, file: File) -> File:
        """Keep a file in the place of the one with its id."""
        self._files[file.id] = file
        return file

    def find(self, file_id: str) -> File | None:
        """Return a file that was uploaded, None if there is none."""
        file = self._files.get(file_id)
        return file if file and file.content is not None else None

    def named(self, file_id: str) -> File:
        """Return a file that was uploaded; NothingThereError if there is none."""
        file = self.find(file_id)
        if file is None:
            raise NothingThereError(f"no file {file_id}")
        return file

    def json(self, file: File) -> Json:
        """Return the file object of the Web API and of payloads."""
        stamp = int(file.at.timestamp())
        private = f"{self.address}files-pri/{TEAM_ID}-{file.id}/"
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
            "editable": False,
            "size": file.size,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": any(place.startswith("C") for place in file.places),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": private + quote(file.name),
            "url_private_download": f"{private}download/{quote(file.name)}",
            "permalink": f"{self.address}files/{file.user}/{file.id}/{quote(file.name)}",
            "is_starred": False,
            "has_rich_preview": False,
            "file_access": "visible",
            "comments_count": 0,
            **_shares(file),
        }


def _new_id() -> str:
    return f"F0{secrets.token_hex(4).upper()}"


def _shares(file: File) -> Json:
    kinds = {"channels": "C", "groups": "G", "ims": "D"}
    return {
        kind: [place for place in file.places if place.startswith(letter)]
        for kind, letter in kinds.items()
    }
