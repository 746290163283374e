"""Sends a member's interactions to the app, and shows the member a notice if the app fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.delivery.answers import Answer
from sandbox.delivery.requests import AppRequest
from sandbox.errors import ApiError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.delivery.events import Events
    from sandbox.delivery.requests import Delivery, RequestType
    from sandbox.json_types import Json
    from sandbox.state.members import Member
    from sandbox.state.workspace import Workspace

# Error code -> the words that Slack's client shows.
NOTICES = {
    "operation_timeout": "We had some trouble connecting. Try again?",
    "dispatch_failed": "We had some trouble connecting. Try again?",
}


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """The workspace with its connection to the app.

    `response_url` turns the key of a response URL into the whole URL.
    """

    workspace: Workspace
    delivery: Delivery
    events: Events
    response_url: Callable[[str], str]

    def active_member(self, member_id: str) -> Member:
        """Return a member who can act; NotFoundError for bots and deactivated members."""
        member = self.workspace.member(member_id)
        if member.deleted or member.is_bot:
            raise NotFoundError(f"{member_id} cannot act: deactivated or a bot")
        return member

    async def send(self, member: Member, kind: RequestType, payload: Json) -> Answer:
        """Send a payload to the app; a failure is shown to the member."""
        self.workspace.show_notice(member.id, "")
        if kind == "interactive" and not self.workspace.manifest.has_interactivity:
            return self.fail(member, Answer(ok=False, error="interactivity_disabled"))
        response = await self.delivery.deliver(AppRequest(kind, payload))
        ok = not response.error
        answer = Answer(ok, response.status, response.body, response.seconds, response.error)
        return answer if ok else self.fail(member, answer)

    def fail(self, member: Member, answer: Answer) -> Answer:
        """Show the member the failure of an answer, and return the answer."""
        notice = NOTICES.get(answer.error, "Failed")
        self.workspace.show_notice(member.id, f"{notice} ({answer.error})")
        return answer

    def reject(self, member: Member, answer: Answer, error: ApiError) -> Answer:
        """Return the app's answer as a failure, because its content is not valid."""
        metadata = error.extra.get("response_metadata", {})
        detail = "; ".join(metadata["messages"]) if isinstance(metadata, dict) and metadata else ""
        return self.fail(member, replace(answer, ok=False, error=error.code, detail=detail))
