"""Whether a request has what Bolt goes by before any listener sees it: of its kind, or refused."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

# Longer than any id that Slack makes.
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
    def _has_its_part(self) -> Self:
        needed = {
            "block_actions": self.actions,
            "block_suggestion": self.action_id,
            "view_submission": self.view,
            "view_closed": self.view,
            "shortcut": self.callback_id,
            "event_callback": self.event,
        }
        if needed.get(self.type, "") is None:
            raise ValueError("The part that it is about is missing.")
        if self.command is not None and self.response_url is None:
            raise ValueError("There is nowhere to answer.")
        return self


class _Named(_Part):
    team_id: Id | None
    enterprise_id: Id | None
    user_id: Id | None
    channel_id: Id | None


def has_valid_shape(body: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    """Say whether Bolt can go by the request; `named` is what it took for ids in it."""
    ids = {name: named.get(name) for name in _Named.model_fields}
    try:
        _Request.model_validate(dict(body))
        _Named.model_validate(ids)
    except ValidationError:
        return False
    return True
