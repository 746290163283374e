"""Simulates Slack's methods `auth.test`, `team.info` and `apps.connections.open`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.state.members import APP_ID, BOT_ID, BOT_USER
from sandbox.state.user_objects import NO_IMAGE

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.webapi.context import ApiContext, Arguments


def auth_test(api: ApiContext, _args: Arguments) -> Json:
    """Describe the owner of the token."""
    workspace = api.workspace
    return {
        "url": f"https://{workspace.team.domain}.slack.example/",
        "team": workspace.team.name,
        "user": workspace.members[BOT_USER].name,
        "team_id": workspace.team.id,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "app_name": workspace.manifest.name,
        "is_enterprise_install": False,
    }


def team_info(api: ApiContext, _args: Arguments) -> Json:
    """Describe the workspace."""
    team = api.workspace.team
    return {
        "team": {
            "id": team.id,
            "name": team.name,
            "domain": team.domain,
            "email_domain": "",
            "icon": {"image_34": NO_IMAGE, "image_132": NO_IMAGE, "image_default": True},
            "url": f"https://{team.domain}.slack.example/",
            "is_verified": False,
        }
    }


def connections_open(api: ApiContext, _args: Arguments) -> Json:
    """Return the URL of a Socket Mode connection."""
    return {"url": api.socket_url()}
