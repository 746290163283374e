"""Simulates Slack's methods `users.info`, `users.list` and `users.lookupByEmail`."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from sandbox.errors import ApiError
from sandbox.state.user_objects import user_json

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.members import Member
    from sandbox.webapi.context import ApiContext, Arguments

MAX_PAGE = 1000


def users_info(api: ApiContext, args: Arguments) -> Json:
    """Describe one member; the locale only on request."""
    member = api.workspace.members.get(args.text("user"))
    if member is None:
        raise ApiError("user_not_found")
    return {"user": _user(api, member, with_locale=args.is_true("include_locale"))}


def users_list(api: ApiContext, args: Arguments) -> Json:
    """Describe all members, including deactivated ones, in pages."""
    members = sorted(api.workspace.members.values(), key=lambda member: member.id)
    limit = args.number("limit", 0) or len(members)
    if limit > MAX_PAGE:
        raise ApiError("invalid_limit")
    start = _decoded_cursor(args.optional_text("cursor"))
    page, more = members[start : start + limit], len(members) > start + limit
    with_locale = args.is_true("include_locale")
    return {
        "members": [_user(api, member, with_locale=with_locale) for member in page],
        "cache_ts": int(api.workspace.clock.now().timestamp()),
        "response_metadata": {"next_cursor": _cursor(start + limit) if more else ""},
    }


def users_lookup(api: ApiContext, args: Arguments) -> Json:
    """Find an active member by e-mail address, ignoring case."""
    email = args.text("email").casefold()
    for member in api.workspace.members.values():
        if member.email.casefold() == email and not member.deleted:
            return {"user": _user(api, member, with_locale=False)}
    raise ApiError("users_not_found")


def _user(api: ApiContext, member: Member, *, with_locale: bool) -> Json:
    with_email = api.has_scope("users:read.email")
    now = api.workspace.clock.now()
    return user_json(member, now, with_email=with_email, with_locale=with_locale)


def _cursor(start: int) -> str:
    return base64.b64encode(f"user:{start}".encode()).decode()


def _decoded_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).removeprefix(b"user:"))
    except (binascii.Error, ValueError):
        raise ApiError("invalid_cursor") from None
