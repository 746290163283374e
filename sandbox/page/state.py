"""Builds the JSON of everything that one member sees, for the sandbox's web page."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sandbox.interactions import screen
from sandbox.state.members import BOT_USER, dm_id

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.json_types import Json
    from sandbox.mailbox import Mail
    from sandbox.page.context import PageContext
    from sandbox.state.messages import Message
    from sandbox.state.workspace import Workspace

MEMBER_KEYS = (
    "id name real_name email locale tz deleted is_bot is_restricted is_ultra_restricted is_stranger"
)
FILE_KEYS = ("id", "name", "title", "size", "pretty_type")


def page_state(page: PageContext, member: str) -> Json:
    """Return everything that the page shows to a member, with the version of the workspace."""
    workspace = page.workspace
    return {
        "version": workspace.changes.version,
        "now": _iso(workspace.clock.now(), timespec="seconds"),
        "team": {"id": workspace.team.id, "name": workspace.team.name},
        "member": member,
        "members": _members(workspace),
        "channels": _channels(workspace, member),
        "dms": [{"id": dm_id(member), "with": BOT_USER, "name": workspace.manifest.name}],
        "app": _app(workspace),
        "messages": _messages(workspace, member),
        "home": screen.home_tab(workspace, member),
        "views": screen.open_modals(workspace, member),
        "errors": screen.field_errors(workspace, member),
        "notice": workspace.notices.get(member) or None,
        "mails": [_mail(number, mail) for number, mail in enumerate(page.mailbox.mails)][::-1],
    }


def _members(workspace: Workspace) -> list[Json]:
    keys = MEMBER_KEYS.split()
    return [{key: asdict(member)[key] for key in keys} for member in workspace.members.values()]


def _channels(workspace: Workspace, member: str) -> list[Json]:
    return [
        {
            "id": channel.id,
            "name": channel.name,
            "is_private": channel.is_private,
            "unread": 0,
        }
        for channel in workspace.channels.values()
        if not channel.is_private or member in channel.members
    ]


def _app(workspace: Workspace) -> Json:
    manifest = workspace.manifest
    command_keys = ("command", "description", "usage_hint")
    shortcut_keys = ("name", "callback_id", "description")
    shortcuts = [shortcut for shortcut in manifest.shortcuts if shortcut["type"] == "global"]
    return {
        "name": manifest.name,
        "bot_user": BOT_USER,
        "commands": [_subset(command, command_keys) for command in manifest.commands],
        "shortcuts": [_subset(shortcut, shortcut_keys) for shortcut in shortcuts],
        "home": manifest.has_home,
    }


def _subset(source: Json, keys: tuple[str, ...]) -> Json:
    return {key: source.get(key, "") for key in keys}


def _messages(workspace: Workspace, member: str) -> dict[str, list[Json]]:
    public = [channel.id for channel in workspace.channels.values() if not channel.is_private]
    conversations = dict.fromkeys([*workspace.conversations_of(member), *public])
    return {
        conversation: [
            _message(workspace, message)
            for message in workspace.messages(conversation)
            if message.is_visible_to(member)
        ]
        for conversation in conversations
    }


def _message(workspace: Workspace, message: Message) -> Json:
    author = workspace.members.get(message.user)
    return {
        "ts": message.ts,
        "user": message.user,
        "name": author.real_name if author else message.user,
        "text": message.text,
        "blocks": message.blocks,
        "files": [{key: file[key] for key in FILE_KEYS} for file in message.files],
        "ephemeral": message.ephemeral_to is not None,
        "at": _iso(message.at),
        "edited": message.edited,
    }


def _mail(number: int, mail: Mail) -> Json:
    return {
        "id": str(number),
        "at": _iso(mail.at),
        "from": mail.headers.get("From", mail.sender),
        "to": ", ".join(mail.recipients),
        "subject": mail.subject,
        "plain": mail.plain,
        "html": mail.html,
    }


def _iso(moment: datetime, timespec: str = "auto") -> str:
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")
