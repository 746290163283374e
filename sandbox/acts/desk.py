"""What every act needs: the workspace, the way to the app, and how failures are shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.errors import ApiError, NothingThereError
from sandbox.parcels import Parcel
from sandbox.records import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.events import Events
    from sandbox.members import Member
    from sandbox.parcels import Delivery, Kind
    from sandbox.shapes import Json
    from sandbox.workspace import Workspace

NOTICES = {
    "operation_timeout": "We had some trouble connecting. Try again?",
    "dispatch_failed": "We had some trouble connecting. Try again?",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Carries acts to the app; `url` turns the key of a response URL into the whole address."""

    workspace: Workspace
    delivery: Delivery
    events: Events
    url: Callable[[str], str]

    def person(self, member_id: str) -> Member:
        """Return someone who can act; NothingThereError for bots and the deactivated."""
        member = self.workspace.member(member_id)
        if member.deleted or member.is_bot:
            raise NothingThereError(f"{member_id} cannot act: deactivated or a bot")
        return member

    async def send(self, member: Member, kind: Kind, payload: Json) -> Answer:
        """Deliver a payload and show the member a failure, if it is one."""
        self.workspace.note(member.id, "")
        if kind == "interactive" and not self.workspace.manifest.has_interactivity:
            return self.failed(member, Answer(ok=False, error="interactivity_disabled"))
        reply = await self.delivery.deliver(Parcel(kind, payload))
        if reply.error:
            answer = Answer(False, reply.status, reply.body, reply.seconds, reply.error)
            return self.failed(member, answer)
        return Answer(True, reply.status, reply.body, reply.seconds)

    def failed(self, member: Member, answer: Answer) -> Answer:
        """Show the member that something failed, and return the answer."""
        self.workspace.note(member.id, f"{NOTICES.get(answer.error, 'Failed')} ({answer.error})")
        return answer

    def refused(self, member: Member, answer: Answer, problem: ApiError) -> Answer:
        """Return the answer as a failure, because what the app answered is unsound."""
        places = problem.extra.get("response_metadata", {})
        detail = "; ".join(places["messages"]) if isinstance(places, dict) and places else ""
        unsound = replace(answer, ok=False, error=problem.error, detail=detail)
        return self.failed(member, unsound)
