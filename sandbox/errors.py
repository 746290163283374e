"""Two exceptions: for a refused Web API call, and for an object that is absent or not visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class NotFoundError(LookupError):
    """A member, conversation, view, element, option or file does not exist or is not visible."""


class ApiError(Exception):
    """A Web API call ends with `ok: false`; `code` is its `error`, `extra` the other fields."""

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    @classmethod
    def with_messages(cls, code: str, messages: Sequence[str]) -> ApiError:
        """Return an error that lists the problems in `response_metadata.messages`."""
        return cls(code, response_metadata={"messages": list(messages)})
