"""What the sandbox has seen, in a few words, for a wait that ended in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.slack import Sandbox

LAST = 5


def summary(slack: Sandbox) -> str:
    """Return the last calls, messages, mails and notices; ids and subjects, no whole texts."""
    calls = [f"{call.method} {call.answer.get('error', 'ok')}" for call in slack.calls[-LAST:]]
    said = {place: len(slack.messages(place)) for place in slack.workspace.places()}
    mails = [mail.subject for mail in slack.mails[-LAST:]]
    notices = {member: text for member, text in slack.workspace.notices.items() if text}
    views = [member for member in slack.workspace.members if slack.views(member)]
    return f"calls {calls}, messages {said}, mails {mails}, notices {notices}, modals {views}"
