"""Checks that a request from Slack has the fields that Bolt reads before it calls a listener."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

# 40 characters are more than any id of Slack has.
Id = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,40}$")]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Action(_Part):
    action_id: str
    block_id: str = ""
    type: str


class _View(_Part):
    type: str
    callback_id: str = ""


class _Event(_Part):
    type: str


class _Request(_Part):
    type: str = ""
    command: str | None = None
    response_url: str | None = None
    callback_id: str | None = None
    action_id: str | None = None
    actions: Annotated[list[_Action], Field(min_length=1)] | None = None
    view: _View | None = None
    event: _Event | None = None

    @model_validator(mode="after")
    def _has_its_main_part(self) -> Self:
        needed = {
            "block_actions": self.actions,
            "block_suggestion": self.action_id,
            "view_submission": self.view,
            "view_closed": self.view,
            "shortcut": self.callback_id,
            "event_callback": self.event,
        }
        if needed.get(self.type, "") is None:
            raise ValueError("The part that the request is about is missing.")
        if self.command is not None and self.response_url is None:
            raise ValueError("The command has no response URL.")
        return self


class _Ids(_Part):
    team_id: Id | None
    enterprise_id: Id | None
    user_id: Id | None
    channel_id: Id | None


def has_valid_shape(body: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    """Return whether Bolt can route the request; `named` holds the ids that Bolt found in it."""
    ids = {name: named.get(name) for name in _Ids.model_fields}
    try:
        _Request.model_validate(dict(body))
        _Ids.model_validate(ids)
    except ValidationError:
        return False
    return True
