"""Summarises the sandbox's recent activity for the failure messages of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.mailbox import Mail
    from sandbox.state.workspace import Workspace
    from sandbox.webapi.calls import Call

LAST = 5


def summary(workspace: Workspace, calls: Sequence[Call], mails: Sequence[Mail]) -> str:
    """Return the last calls, mails and notices, with ids and subjects but without full texts."""
    recent_calls = [f"{call.method} {call.answer.get('error', 'ok')}" for call in calls[-LAST:]]
    messages = {
        conversation: len(workspace.messages(conversation))
        for conversation in workspace.conversations()
    }
    subjects = [mail.subject for mail in mails[-LAST:]]
    notices = {member: text for member, text in workspace.notices.items() if text}
    with_modal = [member for member in workspace.members if workspace.views.stack(member)]
    return (
        f"calls {recent_calls}, messages {messages}, mails {subjects}, "
        f"notices {notices}, modals {with_modal}"
    )
