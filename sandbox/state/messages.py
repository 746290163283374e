"""The data class of a message in a channel or direct message, and its JSON object."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.state.members import APP_ID, BOT_ID, BOT_USER, TEAM_ID

if TYPE_CHECKING:
    from sandbox.json_types import Json


@dataclass(frozen=True, slots=True)
class Message:
    """One message; only the member `ephemeral_to` sees it, or everybody if that is None."""

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

    @classmethod
    def from_app(cls, channel: str, parts: Json) -> Message:
        """Return a message of the app that is not posted yet; `parts` are its JSON fields."""
        return cls(
            ts="",
            channel=channel,
            user=BOT_USER,
            text=parts["text"],
            blocks=parts.get("blocks") or [],
            metadata=parts.get("metadata"),
        )

    @property
    def at(self) -> datetime:
        """Return the time it was posted, by the sandbox's clock."""
        return datetime.fromtimestamp(float(self.ts), UTC)

    def is_visible_to(self, member: str) -> bool:
        """Return whether a member of the conversation sees the message."""
        return self.ephemeral_to in {None, member}

    def json(self, *, with_metadata: bool = False) -> Json:
        """Return the message object of the Web API and of payloads."""
        body: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        body |= {"team": TEAM_ID, "blocks": self.blocks}
        if self.user == BOT_USER:
            body |= {"bot_id": BOT_ID, "app_id": APP_ID}
        if self.thread_ts:
            body["thread_ts"] = self.thread_ts
        if self.files:
            body |= {"files": self.files, "upload": False}
        if self.edited:
            body["edited"] = {"user": self.user, "ts": self.ts}
        if with_metadata and self.metadata:
            body["metadata"] = self.metadata
        return body
