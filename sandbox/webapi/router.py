"""The router of the Web API, and its table of methods with their scopes and rate limit tiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sandbox.errors import ApiError
from sandbox.webapi import auth, chat, conversations, files, users, views
from sandbox.webapi.context import ApiContext, Arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.json_types import Json

Handler: TypeAlias = "Callable[[ApiContext, Arguments], Json]"


@dataclass(frozen=True, slots=True)
class Method:
    """A method; `reads_json` is False if Slack accepts only forms and query strings."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    tier: int = 4
    reads_json: bool = True
    is_for_app_token: bool = False


def _query_method(handler: Handler, *scopes: str, tier: int = 3) -> Method:
    return Method(handler, scopes, tier=tier, reads_json=False)


# The tiers are from Slack's reference; 0 means that the method has a special limit.
METHODS: dict[str, Method] = {
    "auth.test": Method(auth.auth_test, tier=0),
    "apps.connections.open": Method(auth.connections_open, tier=1, is_for_app_token=True),
    "team.info": _query_method(auth.team_info, "team:read"),
    "chat.postMessage": Method(chat.post_message, ("chat:write",), tier=0),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",)),
    "chat.update": Method(chat.update_message, ("chat:write",), tier=3),
    "chat.delete": Method(chat.delete_message, ("chat:write",), tier=3),
    "conversations.open": Method(conversations.conversations_open, ("im:write",), tier=3),
    "conversations.join": Method(conversations.conversations_join, ("channels:join",), tier=3),
    "conversations.info": _query_method(conversations.conversations_info),
    "conversations.members": _query_method(conversations.conversations_members, tier=4),
    "conversations.history": _query_method(conversations.conversations_history),
    "files.getUploadURLExternal": _query_method(files.upload_url, "files:write", tier=4),
    "files.completeUploadExternal": Method(files.complete_upload, ("files:write",)),
    "files.info": _query_method(files.file_info, "files:read", tier=4),
    "users.info": _query_method(users.users_info, "users:read", tier=4),
    "users.list": _query_method(users.users_list, "users:read", tier=2),
    "users.lookupByEmail": _query_method(users.users_lookup, "users:read.email"),
    "views.open": Method(views.views_open),
    "views.push": Method(views.views_push),
    "views.update": Method(views.views_update),
    "views.publish": Method(views.views_publish),
}


def respond(api: ApiContext, name: str, token: str, arguments: Json) -> Json:
    """Return the response to a call; `arguments` does not include the token."""
    try:
        method = _authorised(api, name, token)
        api.require_any_scope(*method.scopes)
        api.limits.count_call(name, 0 if method.is_for_app_token else method.tier)
        return {"ok": True, **method.handler(api, Arguments(arguments))}
    except ApiError as error:
        return {"ok": False, "error": error.code, **error.extra}


def _authorised(api: ApiContext, name: str, token: str) -> Method:
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
