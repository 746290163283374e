"""The manifest says what the code does, and Slack's schema accepts it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_bolt.async_app import AsyncApp

from handlers.deliveries.messages import REVEAL_USERNAME
from handlers.register import Handlers
from tests.handlers.recorder import Recorder, some_parts

MANIFEST: dict[str, Any] = yaml.safe_load(Path("manifest.yml").read_text("utf-8"))
SCHEMAS = Path("../shared/slack")


def recorded() -> Recorder:
    recorder = Recorder()
    Handlers(some_parts()).register(recorder)  # type: ignore[arg-type]
    return recorder


def test_slacks_schema_accepts_the_manifest() -> None:
    version = MANIFEST.get("_metadata", {}).get("major_version", 1)
    schema = SCHEMAS / f"manifest.schema.{version}.0.0.json"
    if not schema.exists():
        pytest.skip("Slack's schema is not beside the checkout")

    jsonschema.validate(MANIFEST, json.loads(schema.read_text()))


def test_every_command_of_the_manifest_is_answered_and_no_other() -> None:
    named = {command["command"] for command in MANIFEST["features"]["slash_commands"]}

    assert set(recorded().commands) == named


def test_every_shortcut_of_the_manifest_is_answered_and_no_other() -> None:
    named = {shortcut["callback_id"] for shortcut in MANIFEST["features"]["shortcuts"]}

    assert set(recorded().shortcuts) == named


def test_every_event_of_the_manifest_is_answered_and_no_other() -> None:
    named = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])

    assert set(recorded().events) == named


def test_every_scope_says_why() -> None:
    lines = Path("manifest.yml").read_text("utf-8").splitlines()
    scopes = MANIFEST["oauth_config"]["scopes"]["bot"]
    reasoned = [line for line in lines if line.strip().startswith("- ") and " # " in line]

    assert all(any(f"- {scope} # " in line for line in reasoned) for scope in scopes)


def test_real_bolt_takes_every_listener() -> None:
    app = AsyncApp(token="xoxb-1", signing_secret="s")

    Handlers(some_parts()).register(app)

    assert REVEAL_USERNAME in recorded().actions
