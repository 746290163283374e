"""The two objects that each simulated Web API method receives: its context and its arguments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.json_types import Json
    from sandbox.state.workspace import Workspace
    from sandbox.webapi.rate_limits import RateLimits


@dataclass(frozen=True, slots=True)
class ApiContext:
    """The workspace, the rate limits, and two services: Socket Mode URLs and events."""

    workspace: Workspace
    limits: RateLimits
    socket_url: Callable[[], str]
    send_event: Callable[[Json], None]

    def has_scope(self, scope: str) -> bool:
        """Return whether the app has a scope."""
        return scope in self.workspace.manifest.bot_scopes

    def require_any_scope(self, *scopes: str) -> None:
        """Raise ApiError `missing_scope` if there are `scopes` and the app has none of them."""
        if scopes and not any(self.has_scope(scope) for scope in scopes):
            provided = ",".join(self.workspace.manifest.bot_scopes)
            raise ApiError("missing_scope", needed=",".join(scopes), provided=provided)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call, converted on access, as forms send every value as a string."""

    values: Json

    def text(self, name: str) -> str:
        """Return a required string; ApiError `invalid_arguments` if it is missing or empty."""
        value = self.values.get(name)
        if value is None or value == "":
            message = f"[ERROR] missing required field: {name}"
            raise ApiError.with_messages("invalid_arguments", [message])
        if not isinstance(value, str):
            message = f"[ERROR] must be a string [json-pointer:/{name}]"
            raise ApiError.with_messages("invalid_arguments", [message])
        return value

    def optional_text(self, name: str) -> str:
        """Return a string, empty if it is missing."""
        return str(self.values.get(name) or "")

    def is_true(self, name: str) -> bool:
        """Return a boolean, False if it is missing."""
        return self.values.get(name) in {True, "1", "true", "True"}

    def number(self, name: str, default: int) -> int:
        """Return a whole number; ApiError `invalid_NAME` if it is not one or negative."""
        value = str(self.values.get(name) or default)
        if not value.isdecimal():
            raise ApiError(f"invalid_{name}")
        return int(value)

    def json(self, name: str) -> Any:  # noqa: ANN401  (any JSON value; the checks come later)
        """Return a value that forms send as JSON text; invalid JSON is returned as text."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value

    def message(self) -> Json:
        """Return the fields of a message: `text`, `blocks`, `metadata`."""
        parts = {"text": self.values.get("text")}
        return parts | {name: self.json(name) for name in ("blocks", "metadata")}
