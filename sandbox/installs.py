"""The installed app: its manifest, read as Slack reads it, and its secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from sandbox.shapes import Json

# The one in C where libyaml is there, as each start reads the manifest.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Which scopes let an app receive an event; any one of them is enough. From Slack's event reference.
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
    """What an app asked for: scopes, commands, shortcuts, events and its Home tab."""

    name: str
    bot_scopes: tuple[str, ...]
    commands: tuple[Json, ...]
    shortcuts: tuple[Json, ...]
    events: frozenset[str]
    has_home: bool
    has_interactivity: bool

    def hears(self, event: str) -> bool:
        """Say whether the app subscribed to an event and holds a scope for it."""
        scopes = EVENT_SCOPES.get(event, ())
        return event in self.events and (not scopes or bool({*scopes} & {*self.bot_scopes}))


@dataclass(frozen=True, slots=True)
class AppInstall:
    """An app in the workspace; `manifest` is the path of its YAML or JSON file."""

    manifest: Path
    signing_secret: str = field(repr=False)
    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)

    def read(self) -> Manifest:
        """Return the manifest; OSError or yaml.YAMLError if it cannot be read."""
        whole = yaml.load(Path(self.manifest).read_text(encoding="utf-8"), LOADER)  # noqa: S506 - both are safe
        return _manifest(whole)


def _manifest(whole: Json) -> Manifest:
    features, settings = whole.get("features", {}), whole.get("settings", {})
    subscriptions = settings.get("event_subscriptions", {})
    scopes = whole.get("oauth_config", {}).get("scopes", {})
    return Manifest(
        name=whole["display_information"]["name"],
        bot_scopes=tuple(scopes.get("bot", ())),
        commands=tuple(features.get("slash_commands", ())),
        shortcuts=tuple(features.get("shortcuts", ())),
        events=frozenset(subscriptions.get("bot_events", ())),
        has_home=bool(features.get("app_home", {}).get("home_tab_enabled")),
        has_interactivity=bool(settings.get("interactivity", {}).get("is_enabled")),
    )
