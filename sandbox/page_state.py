"""What one member sees, as the JSON the page draws."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sandbox.acts.screen import visible_places
from sandbox.members import BOT_USER, dm_id

if TYPE_CHECKING:
    from sandbox.mailbox import Mail
    from sandbox.messages import Message
    from sandbox.shapes import Json
    from sandbox.slack import Sandbox
    from sandbox.workspace import Workspace

MEMBER_KEYS = (
    "id name real_name email locale tz deleted is_bot is_restricted is_ultra_restricted is_stranger"
)
FILE_KEYS = ("id", "name", "title", "size", "pretty_type")


def page_state(slack: Sandbox, member: str) -> Json:
    """Return everything the page shows to `member`, with the version it is of."""
    workspace = slack.workspace
    return {
        "version": workspace.changes.version,
        "now": slack.clock.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "team": {"id": workspace.team.id, "name": workspace.team.name},
        "member": member,
        "members": _members(workspace),
        "channels": _channels(workspace, member),
        "dms": [{"id": dm_id(member), "with": BOT_USER, "name": workspace.manifest.name}],
        "app": _app(workspace),
        "messages": _messages(workspace, member),
        "home": slack.home(member),
        "views": slack.views(member),
        "errors": slack.errors(member),
        "notice": slack.notice(member) or None,
        "mails": [_mail(number, mail) for number, mail in enumerate(slack.mails)][::-1],
    }


def _members(workspace: Workspace) -> list[Json]:
    keys = MEMBER_KEYS.split()
    return [{key: asdict(one)[key] for key in keys} for one in workspace.members.values()]


def _channels(workspace: Workspace, member: str) -> list[Json]:
    return [
        {"id": one.id, "name": one.name, "is_private": one.is_private, "unread": 0}
        for one in workspace.channels.values()
        if not one.is_private or member in one.members
    ]


def _app(workspace: Workspace) -> Json:
    manifest = workspace.manifest
    command_keys, shortcut_keys = ("command", "description", "usage_hint"), ("name", "callback_id")
    shortcuts = [known for known in manifest.shortcuts if known["type"] == "global"]
    return {
        "name": manifest.name,
        "bot_user": BOT_USER,
        "commands": [_picked(known, command_keys) for known in manifest.commands],
        "shortcuts": [_picked(known, (*shortcut_keys, "description")) for known in shortcuts],
        "home": manifest.has_home,
    }


def _picked(known: Json, keys: tuple[str, ...]) -> Json:
    return {key: known.get(key, "") for key in keys}


def _messages(workspace: Workspace, member: str) -> dict[str, list[Json]]:
    public = [one.id for one in workspace.channels.values() if not one.is_private]
    places = dict.fromkeys([*visible_places(workspace, member), *public])
    return {
        place: [
            _message(workspace, said)
            for said in workspace.messages(place)
            if said.is_visible_to(member)
        ]
        for place in places
    }


def _message(workspace: Workspace, said: Message) -> Json:
    author = workspace.members.get(said.user)
    return {
        "ts": said.ts,
        "user": said.user,
        "name": author.real_name if author else said.user,
        "text": said.text,
        "blocks": said.blocks,
        "files": [{key: one[key] for key in FILE_KEYS} for one in said.files],
        "ephemeral": said.ephemeral_to is not None,
        "at": said.at.isoformat().replace("+00:00", "Z"),
        "edited": said.edited,
    }


def _mail(number: int, mail: Mail) -> Json:
    return {
        "id": str(number),
        "at": mail.at.isoformat().replace("+00:00", "Z"),
        "from": mail.headers.get("From", mail.sender),
        "to": ", ".join(mail.recipients),
        "subject": mail.subject,
        "plain": mail.plain,
        "html": mail.html,
    }
