"""Makes valid requests of every kind that the Slack manifest declares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.delivery import payloads
from sandbox.delivery.requests import AppRequest
from sandbox.state.user_objects import user_json
from tests.handlers.forged_requests import clicks, submissions
from tests.handlers.recording_app import recording_app
from tests.handlers.stored_state import OTHER_AUTHORITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.demo.demo import Demo
    from core.rulebook import Rulebook
    from tests.handlers.block_kit import Json

WORDS = ("", "help", "jonas", "data", "edit 3", "<@U0JONAS|jonas>")


def single_use_parts(demo: Demo, parcel: AppRequest, member: str) -> Json:
    """Return new values for the parts of the payload that expire or are used up."""
    triggers = demo.slack.workspace.triggers
    found: Json = {}
    if "trigger_id" in parcel.payload:
        found["trigger_id"] = triggers.new_trigger(member)
    if "response_url" in parcel.payload:
        key = triggers.new_response_url(member, parcel.payload["channel_id"])
        found["response_url"] = demo.slack.response_url(key)
    return found


def parcels_by_name(demo: Demo, rulebook: Rulebook, member: str) -> dict[str, list[AppRequest]]:
    """Return the requests that this member can send, by the name of their listener."""
    found: dict[str, list[AppRequest]] = {}
    for name, parcel in _every(demo, rulebook, member):
        found.setdefault(name, []).append(parcel)
    return found


def _every(demo: Demo, rulebook: Rulebook, member: str) -> Iterator[tuple[str, AppRequest]]:
    workspace = demo.slack.workspace
    person, recorder = workspace.members[member], recording_app()
    for command in recorder.commands:
        for word in WORDS:
            form = payloads.command(workspace, person, "D0X", (command, word))
            parcel = AppRequest("slash_commands", {**form, "response_url": ""})
            url = single_use_parts(demo, parcel, member)["response_url"]
            yield command, replace(parcel, payload={**form, "response_url": url})
    for callback_id in recorder.shortcuts:
        shortcut = payloads.shortcut(workspace, person, callback_id)
        yield callback_id, AppRequest("interactive", shortcut)
    for event in _events(demo, member):
        yield event["type"], AppRequest("events_api", payloads.event_callback(workspace, event))
    common = payloads.shortcut(workspace, person, "x")
    del common["callback_id"]
    for view in submissions(rulebook, member, OTHER_AUTHORITY):
        name = view["view"]["callback_id"]
        yield name, AppRequest("interactive", {**common, **view, "response_urls": []})
        closed = {**common, **view, "type": "view_closed", "is_cleared": False}
        yield f"{name} closed", AppRequest("interactive", closed)
    for click in clicks(rulebook, member, OTHER_AUTHORITY):
        yield (
            click["actions"][0].get("action_id", "link"),
            AppRequest("interactive", common | click),
        )
    for action_id in recorder.options_:
        asked = {"type": "block_suggestion", "block_id": "b", "action_id": action_id, "value": "an"}
        where = {"container": {"type": "view", "view_id": "V0"}, "view": _form_of(rulebook)}
        yield f"{action_id} options", AppRequest("interactive", {**common, **asked, **where})


def _form_of(rulebook: Rulebook) -> Json:
    form: Json = next(submissions(rulebook, "U0ANNA", OTHER_AUTHORITY))["view"]
    return form


def _events(demo: Demo, member: str) -> Iterator[Json]:
    yield {"type": "app_home_opened", "user": member, "channel": "D0X", "tab": "home"}
    workspace = demo.slack.workspace
    now = workspace.clock.now()
    user = user_json(workspace.members[member], now, with_email=True, with_locale=True)
    for name in ("team_join", "user_change"):
        yield {"type": name, "user": user, "cache_ts": 1}
