"""What goes wrong in the sandbox: answers of the Web API and mistakes of whoever drives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class NothingThereError(LookupError):
    """The member asked for something that is not on their screen."""


class ApiError(Exception):
    """A Web API call ends with `ok: false`; `extra` goes into the answer beside `error`."""

    def __init__(self, error: str, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    @classmethod
    def with_messages(cls, error: str, messages: Sequence[str]) -> ApiError:
        """Return an error that names every place in `response_metadata.messages`."""
        return cls(error, response_metadata={"messages": list(messages)})
