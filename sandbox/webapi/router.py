"""Which method is answered by what, with the scopes and the rate it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sandbox.errors import ApiError
from sandbox.webapi import auth, chat, conversations, files, users, views
from sandbox.webapi.context import Api, Arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.shapes import Json

Run: TypeAlias = "Callable[[Api, Arguments], Json]"


@dataclass(frozen=True, slots=True)
class Method:
    """One method; `reads_json` is False where Slack takes forms and queries alone."""

    run: Run
    scopes: tuple[str, ...] = ()
    tier: int = 4
    reads_json: bool = True
    is_for_app_token: bool = False


def _reading(run: Run, *scopes: str, tier: int = 3) -> Method:
    return Method(run, scopes, tier=tier, reads_json=False)


# The tiers are those of Slack's reference; 0 stands for a limit of its own.
METHODS: dict[str, Method] = {
    "auth.test": Method(auth.auth_test, tier=0),
    "apps.connections.open": Method(auth.connections_open, tier=1, is_for_app_token=True),
    "team.info": _reading(auth.team_info, "team:read"),
    "chat.postMessage": Method(chat.post_message, ("chat:write",), tier=0),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",)),
    "chat.update": Method(chat.update_message, ("chat:write",), tier=3),
    "chat.delete": Method(chat.delete_message, ("chat:write",), tier=3),
    "conversations.open": Method(conversations.conversations_open, ("im:write",), tier=3),
    "conversations.join": Method(conversations.conversations_join, ("channels:join",), tier=3),
    "conversations.info": _reading(conversations.conversations_info),
    "conversations.members": _reading(conversations.conversations_members, tier=4),
    "conversations.history": _reading(conversations.conversations_history),
    "files.getUploadURLExternal": _reading(files.upload_url, "files:write", tier=4),
    "files.completeUploadExternal": Method(files.complete_upload, ("files:write",)),
    "files.info": _reading(files.file_info, "files:read", tier=4),
    "users.info": _reading(users.users_info, "users:read", tier=4),
    "users.list": _reading(users.users_list, "users:read", tier=2),
    "users.lookupByEmail": _reading(users.users_lookup, "users:read.email"),
    "views.open": Method(views.views_open),
    "views.push": Method(views.views_push),
    "views.update": Method(views.views_update),
    "views.publish": Method(views.views_publish),
}


def answer(api: Api, name: str, token: str, given: Json) -> Json:
    """Return what a call is answered with; `given` holds the arguments without the token."""
    try:
        method = _authorised(api, name, token)
        api.need(*method.scopes)
        api.limits.count_call(name, 0 if method.is_for_app_token else method.tier)
        return {"ok": True, **method.run(api, Arguments(given))}
    except ApiError as refused:
        return {"ok": False, "error": refused.error, **refused.extra}


def _authorised(api: Api, name: str, token: str) -> Method:
    method, app = METHODS.get(name), api.workspace.app
    if method is None:
        raise ApiError("unknown_method", req_method=name)
    if not token:
        raise ApiError("not_authed")
    if token not in {app.bot_token, app.app_token}:
        raise ApiError("invalid_auth")
    if method.is_for_app_token != (token == app.app_token):
        raise ApiError("not_allowed_token_type")
    return method
