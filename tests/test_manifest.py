"""Tests that the manifest matches the code, and that Slack's schema accepts it."""

import json
import re
from itertools import chain
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_bolt.async_app import AsyncApp

from handlers.register import Handlers
from handlers.ui.action_ids import REVEAL_USERNAME
from tests.handlers.recording_app import RecordingApp, unused_dependencies

MANIFEST: dict[str, Any] = yaml.safe_load(Path("manifest.yml").read_text("utf-8"))
SCHEMAS = Path("../shared/slack")

# Calls of Slack's Web API in our code, and the scopes that Slack's reference requires.
CALL = re.compile(
    r"client\.((?:api|apps|auth|chat|conversations|files|team|users|views)_[a-zA-Z_0-9]+)"
)
METHODS: dict[str, set[str]] = {
    "apps_connections_open": set(),
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_join": {"channels:join"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "chat_update": {"chat:write"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "users_list": {"users:read"},
    "users_info": {"users:read", "users:read.email"},
    "users_lookupByEmail": {"users:read", "users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}


def recorded() -> RecordingApp:
    recorder = RecordingApp()
    Handlers(unused_dependencies()).register(recorder)  # type: ignore[arg-type]
    return recorder


def code() -> list[Path]:
    return list(chain(Path("bot").rglob("*.py"), Path("handlers").rglob("*.py")))


def test_slacks_schema_accepts_the_manifest() -> None:
    version = MANIFEST.get("_metadata", {}).get("major_version", 1)
    schema = SCHEMAS / f"manifest.schema.{version}.0.0.json"
    if not schema.exists():
        pytest.skip("Slack's schema is not beside the checkout")

    jsonschema.validate(MANIFEST, json.loads(schema.read_text()))


def test_exactly_the_commands_of_the_manifest_have_listeners() -> None:
    named = {command["command"] for command in MANIFEST["features"]["slash_commands"]}

    assert set(recorded().commands) == named


def test_exactly_the_shortcuts_of_the_manifest_have_listeners() -> None:
    named = {shortcut["callback_id"] for shortcut in MANIFEST["features"]["shortcuts"]}

    assert set(recorded().shortcuts) == named


def test_exactly_the_events_of_the_manifest_have_listeners() -> None:
    named = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])

    assert set(recorded().events) == named


def test_every_scope_has_a_reason() -> None:
    lines = Path("manifest.yml").read_text("utf-8").splitlines()
    scopes = MANIFEST["oauth_config"]["scopes"]["bot"]
    reasoned = [line for line in lines if line.strip().startswith("- ") and " # " in line]

    assert all(any(f"- {scope} # " in line for line in reasoned) for scope in scopes)


def test_exactly_the_used_scopes_are_requested() -> None:
    called = {name for file in code() for name in CALL.findall(file.read_text("utf-8"))}
    granted = MANIFEST["oauth_config"]["scopes"]["bot"]
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]

    needed = {"commands"}.union(*(METHODS[name] for name in called))
    needed |= set().union(*(EVENTS[name] for name in events))
    assert (set(granted), len(granted)) == (needed, len(needed))


def test_bolt_accepts_every_listener() -> None:
    app = AsyncApp(token="xoxb-1", signing_secret="s")

    Handlers(unused_dependencies()).register(app)

    assert REVEAL_USERNAME in recorded().actions
