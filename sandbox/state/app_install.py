"""The app's installation in the workspace: the manifest as Slack reads it, tokens and secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from sandbox.json_types import Json

# The C loader is faster; it exists where PyYAML was built with libyaml.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Event -> scopes, any one of which is enough to receive it. From Slack's event reference.
EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "message.im": ("im:history",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "app_mention": ("app_mentions:read",),
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of an app's manifest that the sandbox uses."""

    name: str
    bot_scopes: tuple[str, ...]
    commands: tuple[Json, ...]
    shortcuts: tuple[Json, ...]
    events: frozenset[str]
    has_home: bool
    has_interactivity: bool

    def receives(self, event: str) -> bool:
        """Return whether the app subscribed to an event and has a scope for it."""
        scopes = EVENT_SCOPES.get(event, ())
        return event in self.events and (not scopes or bool({*scopes} & {*self.bot_scopes}))


@dataclass(frozen=True, slots=True)
class AppInstall:
    """An app that is installed in the workspace; `manifest` is the path of a YAML or JSON file."""

    manifest: Path
    signing_secret: str = field(repr=False)
    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)

    def read_manifest(self) -> Manifest:
        """Return the parsed manifest; OSError or yaml.YAMLError if it cannot be read."""
        content = yaml.load(Path(self.manifest).read_text(encoding="utf-8"), LOADER)  # noqa: S506 - both loaders are safe
        return _parsed(content)


def _parsed(content: Json) -> Manifest:
    features, settings = content.get("features", {}), content.get("settings", {})
    subscriptions = settings.get("event_subscriptions", {})
    scopes = content.get("oauth_config", {}).get("scopes", {})
    return Manifest(
        name=content["display_information"]["name"],
        bot_scopes=tuple(scopes.get("bot", ())),
        commands=tuple(features.get("slash_commands", ())),
        shortcuts=tuple(features.get("shortcuts", ())),
        events=frozenset(subscriptions.get("bot_events", ())),
        has_home=bool(features.get("app_home", {}).get("home_tab_enabled")),
        has_interactivity=bool(settings.get("interactivity", {}).get("is_enabled")),
    )
