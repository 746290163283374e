"""What every Web API method is given: the workspace and the arguments of the call."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.ratelimits import RateLimits
    from sandbox.shapes import Json
    from sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Api:
    """The workspace behind the API, and the two things a method may set off."""

    workspace: Workspace
    limits: RateLimits
    socket_url: Callable[[], str]
    send_event: Callable[[Json], None]

    def has_scope(self, scope: str) -> bool:
        """Say whether the app was granted a scope."""
        return scope in self.workspace.manifest.bot_scopes

    def need(self, *scopes: str) -> None:
        """Pass if the app holds one of `scopes`; ApiError `missing_scope` otherwise."""
        if scopes and not any(self.has_scope(scope) for scope in scopes):
            provided = ",".join(self.workspace.manifest.bot_scopes)
            raise ApiError("missing_scope", needed=",".join(scopes), provided=provided)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call; form fields are all strings, so each is read by its kind."""

    given: Json

    def text(self, name: str) -> str:
        """Return a required text; ApiError `invalid_arguments` if it is missing or empty."""
        value = self.given.get(name)
        if value is None or value == "":
            raise missing(name)
        if not isinstance(value, str):
            message = f"[ERROR] must be a string [json-pointer:/{name}]"
            raise ApiError.with_messages("invalid_arguments", [message])
        return value

    def optional_text(self, name: str) -> str:
        """Return a text, empty if it is missing."""
        return str(self.given.get(name) or "")

    def is_true(self, name: str) -> bool:
        """Return a flag, false if it is missing."""
        return self.given.get(name) in {True, "1", "true", "True"}

    def number(self, name: str, default: int) -> int:
        """Return a whole number; ApiError `invalid_limit` if it is none or negative."""
        value = str(self.given.get(name) or default)
        if not value.isdecimal():
            raise ApiError(f"invalid_{name}")
        return int(value)

    def json(self, name: str) -> Any:  # noqa: ANN401  (whatever was sent; the checks say what is wrong)
        """Return a value that forms carry as JSON text; unparsable text comes back as it is."""
        value = self.given.get(name)
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value

    def message(self) -> Json:
        """Return the parts of a message: `text`, `blocks`, `metadata`."""
        parts = {"text": self.given.get("text")}
        return parts | {name: self.json(name) for name in ("blocks", "metadata")}


def missing(name: str) -> ApiError:
    """Return Slack's error for a required argument that is not there."""
    message = f"[ERROR] missing required field: {name}"
    return ApiError.with_messages("invalid_arguments", [message])
