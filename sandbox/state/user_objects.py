"""Builds the `user` objects that Slack's Web API and events contain."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.state.members import APP_ID, BOT_ID, BOT_USER

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.json_types import Json
    from sandbox.state.members import Member

NO_IMAGE = "https://avatars.example/none.png"
# 1 January 2026: when Slack last changed a member whom nobody has changed since, in seconds.
WORKSPACE_BEGAN = 1_767_225_600
SIZES = (24, 32, 48, 72, 192, 512)


def user_json(member: Member, now: datetime, *, with_email: bool, with_locale: bool) -> Json:
    """Return the `user` object of a member at the time `now`."""
    user: Json = {
        "id": member.id,
        "team_id": member.team_id,
        "name": member.name,
        "deleted": member.deleted,
        "color": _color(member),
        "real_name": member.real_name,
        **_time_zone(member, now),
        "profile": _profile(member, with_email=with_email),
        "is_admin": member.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": member.is_restricted,
        "is_ultra_restricted": member.is_ultra_restricted,
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": member.updated or WORKSPACE_BEGAN,
        "is_email_confirmed": not member.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    if with_locale:
        user["locale"] = member.locale
    if member.is_stranger:
        user["is_stranger"] = True
    return _without_active_fields(user) if member.deleted else user


def _time_zone(member: Member, now: datetime) -> Json:
    local = now.astimezone(_zone(member.tz))
    offset = local.utcoffset()
    seconds = int(offset.total_seconds()) if offset else 0
    return {"tz": member.tz, "tz_label": local.tzname(), "tz_offset": seconds}


def _zone(name: str) -> ZoneInfo:
    # Slack knows zones that this machine does not.
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")


def _without_active_fields(user: Json) -> Json:
    # Slack leaves time zone and flags out of the objects of deactivated members.
    absent = {"color", "tz", "tz_label", "tz_offset", "is_admin", "is_owner", "is_primary_owner"}
    absent |= {"real_name", "is_restricted", "is_ultra_restricted", "locale"}
    return {key: value for key, value in user.items() if key not in absent}


def _profile(member: Member, *, with_email: bool) -> Json:
    profile: Json = {
        "title": "",
        "phone": member.phone,
        "skype": "",
        "real_name": member.real_name,
        "real_name_normalized": member.real_name,
        "display_name": member.display_name,
        "display_name_normalized": member.display_name,
        "status_text": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": "g" + _digest(member)[:11],
        "status_text_canonical": "",
        "team": member.team_id,
        "first_name": member.given_name,
        "last_name": member.family_name,
    }
    profile |= {f"image_{size}": NO_IMAGE for size in SIZES}
    if with_email and member.email:
        profile["email"] = member.email
    if member.id == BOT_USER:
        profile |= {"bot_id": BOT_ID, "api_app_id": APP_ID, "always_active": True}
    return profile


def _color(member: Member) -> str:
    return _digest(member)[:6]


def _digest(member: Member) -> str:
    return hashlib.sha256(member.id.encode()).hexdigest()
