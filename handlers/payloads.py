"""Parses the JSON objects of Slack's requests into data classes."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.members.rules import Member, MemberKey
from core.text.characters import one_line, storable
from handlers.command_texts import as_typed
from handlers.interactions import BadPayloadError, BlockAction, SubmittedForm, SuggestionRequest
from handlers.json_types import Json

# The year 2286; a larger number is no moment.
_LATEST_SECOND = 10**10

# The keys that hold the value of an element, by the shape of the value:
# https://docs.slack.dev/reference/block-kit/block-elements
_SEVERAL_OBJECTS = ("selected_options", "files")
_SEVERAL_TEXTS = ("selected_users", "selected_conversations", "selected_channels")
_ONE_TEXT = (
    "selected_user",
    "selected_conversation",
    "selected_channel",
    "selected_date",
    "selected_time",
    "value",
)


def suggestion_request_of(body: Mapping[str, Any]) -> SuggestionRequest:
    """Return the search in a menu.

    Raises:
        BadPayloadError: the request is not a search in a menu.
    """
    return SuggestionRequest(
        _text(body.get("action_id")),
        storable(str(body.get("value") or "")),
        submitted_form_of(body),
    )


def sender_of(body: Mapping[str, Any]) -> MemberKey:
    """Return the member who sent a command or an interaction.

    Raises:
        BadPayloadError: the request names no member.
    """
    user = body.get("user")
    if isinstance(user, dict):
        team = user.get("team_id") or _dict_at(body, "team").get("id")
        return MemberKey(_text(team), _text(user.get("id")))
    return MemberKey(_text(body.get("team_id")), _text(body.get("user_id")))


def trigger_id_of(body: Mapping[str, Any]) -> str:
    """Return the trigger id, with which a modal can be opened within three seconds."""
    return _text(body.get("trigger_id"))


def request_name_of(body: Mapping[str, Any]) -> str:
    """Return a name of the request for logs: the command, or type and id of an interaction.

    It accepts malformed requests too, and then names what it can.
    """
    if "command" in body:
        return str(body["command"])
    actions, kind = body.get("actions"), str(body.get("type"))
    first = actions[0] if isinstance(actions, list) and actions else None
    if isinstance(first, dict):
        return f"action {first.get('action_id')}"
    event, view = body.get("event"), body.get("view")
    if isinstance(event, dict):
        return f"event {event.get('type')}"
    name = view.get("callback_id") if isinstance(view, dict) else None
    return f"{kind} {name or body.get('action_id') or body.get('callback_id')}"


def submitted_form_of(body: Mapping[str, Any]) -> SubmittedForm:
    """Return the modal that the interaction came from.

    Raises:
        BadPayloadError: there is none, or its state is malformed.
    """
    view = _dict_at(body, "view")
    values: dict[str, tuple[str, ...]] = {}
    for actions in _dict_at(_dict_at(view, "state"), "values").values():
        for action_id, state in _as_dict(actions).items():
            values[action_id] = _values_of(_as_dict(state))
    return SubmittedForm(
        _text(view.get("id")),
        str(view.get("hash") or ""),
        values,
        _metadata(view),
        str(view.get("callback_id") or ""),
    )


def block_action_of(body: Mapping[str, Any]) -> BlockAction:
    """Return the pressed button or the picked option.

    Raises:
        BadPayloadError: the request has no action.
    """
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions:
        raise BadPayloadError("No action.")
    action = _as_dict(actions[0])
    chosen = _values_of(action)
    in_modal = _as_dict(body.get("view") or {}).get("type") == "modal"
    return BlockAction(
        _text(action.get("action_id")),
        chosen[0] if chosen else "",
        _text(body.get("trigger_id")),
        submitted_form_of(body) if in_modal else None,
        in_message=_as_dict(body.get("container") or {}).get("type") == "message",
    )


def opened_tab_of(body: Mapping[str, Any]) -> str:
    """Return the tab of the app that was opened: "home" or "messages"."""
    return str(_dict_at(body, "event").get("tab") or "home")


def command_text_of(command: Mapping[str, Any]) -> str:
    """Return the text after the command as the person typed it; it is usually empty.

    A mention of a person is `<@ID>`.
    """
    return as_typed(storable(str(command.get("text") or ""))).strip()


def event_user_of(body: Mapping[str, Any]) -> MemberKey:
    """Return the member that an event with a bare user id is about."""
    return MemberKey(_text(body.get("team_id")), _text(_dict_at(body, "event").get("user")))


def member_of(user: Mapping[str, Any], team_id: str, now: datetime) -> Member:
    """Return a member as Slack describes them, in an event or in the answer to a call.

    `team_id` is our workspace. In Enterprise Grid, Slack may omit the member's workspace, or name
    another one of the organisation; a person whose workspaces include ours is a member of ours
    (D21). Invisible characters are removed from their names.

    Raises:
        BadPayloadError: the description has no id, or tells no workspace.
    """
    profile = _as_dict(user.get("profile") or {})
    teams, home = _teams_of(user), user.get("team_id") or None
    is_ours = team_id in teams
    return Member(
        key=MemberKey(team_id if is_ours else _text(home), _text(user.get("id"))),
        real_name=one_line(str(profile.get("real_name") or user.get("real_name") or "")),
        first_name=one_line(str(profile.get("first_name") or "")),
        last_name=one_line(str(profile.get("last_name") or "")),
        email=storable(str(profile.get("email") or "")) or None,
        email_confirmed=bool(user.get("is_email_confirmed")),
        locale=user.get("locale") or None,
        tz=user.get("tz") or None,
        deleted=bool(user.get("deleted")),
        # Slackbot is the only bot that is not marked as one.
        bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT",
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        stranger=bool(user.get("is_stranger")) and not is_ours,
        seen_at=now,
        changed_at=_moment(user.get("updated")),
        home_team_id=_text(home) if is_ours and home not in {None, team_id} else None,
    )


def event_member_of(body: Mapping[str, Any], team_id: str, now: datetime) -> Member | None:
    """Return the member in a `user_change` or `team_join` event, or None if details are missing.

    Raises:
        BadPayloadError: the event is about nobody.
    """
    user = _dict_at(_dict_at(body, "event"), "user")
    try:
        return member_of(user, team_id, now)
    except BadPayloadError:
        return None


def _teams_of(user: Mapping[str, Any]) -> tuple[object, ...]:
    """Return the workspaces of an Enterprise Grid organisation that the member is in."""
    enterprise_user = user.get("enterprise_user")
    teams = enterprise_user.get("teams") if isinstance(enterprise_user, dict) else None
    return tuple(teams) if isinstance(teams, list) else ()


def _moment(seconds: object) -> datetime | None:
    """Return the time that Slack gives in seconds since 1970, or None if it gives none."""
    if not isinstance(seconds, int) or not 0 < seconds < _LATEST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _values_of(state: Json) -> tuple[str, ...]:
    """Return the values of an element of any kind, as texts; none if it is empty."""
    for key in _SEVERAL_OBJECTS:
        if isinstance(state.get(key), list):
            name = "id" if key == "files" else "value"
            return tuple(_text(_as_dict(item).get(name)) for item in state[key])
    for key in _SEVERAL_TEXTS:
        if isinstance(state.get(key), list):
            return tuple(map(_text, state[key]))
    option = state.get("selected_option")
    if isinstance(option, dict):
        return (_text(option.get("value")),)
    moment = state.get("selected_date_time")
    if type(moment) is int:
        return (str(moment),)
    single = next((state[key] for key in _ONE_TEXT if state.get(key)), None)
    return (_text(single),) if single else ()


def _metadata(view: Mapping[str, Any]) -> Json:
    try:
        return _as_dict(json.loads(view.get("private_metadata") or "{}"))
    except (TypeError, ValueError) as error:
        raise BadPayloadError("The metadata is no JSON.") from error


def _dict_at(body: Mapping[str, Any], key: str) -> Json:
    return _as_dict(body.get(key))


def _as_dict(value: object) -> Json:
    if not isinstance(value, dict):
        raise BadPayloadError("A part is missing.")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise BadPayloadError("A text is missing.")
    return storable(value)
