"""A message in a channel or a direct message, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.members import APP_ID, BOT_ID, BOT_USER, TEAM_ID

if TYPE_CHECKING:
    from sandbox.shapes import Json


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `ephemeral_to` is the only member who sees it, None for everyone."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    ephemeral_to: str | None = None
    edited: bool = False
    thread_ts: str | None = None
    files: list[Json] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        """Return when it was posted, on the sandbox's clock."""
        return datetime.fromtimestamp(float(self.ts), UTC)

    def is_visible_to(self, member: str) -> bool:
        """Say whether the member sees it where it stands."""
        return self.ephemeral_to in {None, member}

    def json(self, *, with_metadata: bool = False) -> Json:
        """Return the message as the Web API and payloads show it."""
        shown: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        shown |= {"team": TEAM_ID, "blocks": self.blocks}
        if self.user == BOT_USER:
            shown |= {"bot_id": BOT_ID, "app_id": APP_ID}
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.files:
            shown |= {"files": self.files, "upload": False}
        if self.edited:
            shown["edited"] = {"user": self.user, "ts": self.ts}
        if with_metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown
