"""A sandbox workspace whose app has the scopes that the product needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox import AppInstall, Channel, Member, Sandbox, SandboxClock
from tests.times import NOON

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "xoxb-bot"
SCOPES = (
    *("chat:write", "users:read", "users:read.email", "im:write"),
    *("im:history", "channels:history", "groups:history"),
)
MEMBERS = (
    Member("U0ADA", "ada", "Ada Maria Person", "ada@health.example", "da-DK", "Europe/Copenhagen"),
    Member("U0GONE", "gone", "Eva Gone", "eva@health.example", deleted=True),
    Member("U0GUEST", "guest", "Gita Guest", "gita@health.example", is_restricted=True),
    Member("U0OTHER", "other", "Olaf Other", "olaf@other.example", is_stranger=True),
    Member("U0ROBOT", "robot", "Robot", is_bot=True),
)
CHANNELS = (
    Channel("C0TEAM", "team", ("U0ADA",)),
    Channel("C0SECRET", "secret", ("U0ADA",), is_private=True),
    Channel("C0OLD", "old", ("U0ADA",), is_archived=True),
    Channel("C0OTHER", "other", ("U0ADA",), bot_in=False),
)


def slack_workspace(folder: Path, *, without: str = "") -> Sandbox:
    """Return a workspace, not yet started, whose app has every scope except `without`."""
    manifest = folder / "manifest.yml"
    scopes = [scope for scope in SCOPES if scope != without]
    whole = {
        "display_information": {"name": "IMI"},
        "features": {"bot_user": {"display_name": "imi"}},
        "oauth_config": {"scopes": {"bot": scopes}},
    }
    manifest.write_text(json.dumps(whole), encoding="utf-8")
    install = AppInstall(manifest, "signing", TOKEN)
    clock = SandboxClock(NOON)
    return Sandbox(members=MEMBERS, channels=CHANNELS, app=install, clock=clock)
