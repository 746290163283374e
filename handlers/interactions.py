"""What people filled in, pressed or sought in Slack, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")


class BadPayloadError(ValueError):
    """Slack, or somebody else, sent something of another shape than Slack's."""


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """A submitted or open modal: what was typed, by action id, and what travelled with it."""

    view_id: str
    hash: str
    values: Mapping[str, tuple[str, ...]]
    metadata: Json
    callback_id: str = ""

    def text(self, action_id: str) -> str:
        """Return what stands in the field; empty where nothing does."""
        values = self.values.get(action_id, ())
        return values[0] if values else ""

    def numbers(self, action_id: str) -> frozenset[int]:
        """Return the ids that are chosen in the field.

        Raises:
            BadPayloadError: something else is.
        """
        chosen = self.values.get(action_id, ())
        if not all(value.isdecimal() for value in chosen):
            raise BadPayloadError("A number is missing.")
        return frozenset(map(int, chosen))

    def is_of(self, callback_id: str) -> bool:
        """Say whether this is that modal."""
        return self.callback_id == callback_id

    def travelled_texts(self, name: str) -> tuple[str, ...]:
        """Return the texts that travelled by this name; none where none did."""
        return tuple(_of_kind(one, str) for one in _of_kind(self.metadata.get(name, []), list))

    def travelled_by_name(self, name: str) -> dict[str, str]:
        """Return the texts with names that travelled under this one; none where none did."""
        found = _of_kind(self.metadata.get(name, {}), dict)
        return {str(key): _of_kind(value, str) for key, value in found.items()}

    def travelled(self, name: str) -> str:
        """Return the text that travelled by this name; empty where none did."""
        return _of_kind(self.metadata.get(name, ""), str)

    def travelled_number(self, name: str) -> int:
        """Return the number that travelled by this name; 0 where none did."""
        return _of_kind(self.metadata.get(name, 0), int)


@dataclass(frozen=True, slots=True)
class BlockAction:
    """A button pressed or an option picked, in a modal, in a message or on the Home tab."""

    action_id: str
    value: str
    trigger_id: str
    form: SubmittedForm | None
    in_message: bool = False

    @property
    def form_needed(self) -> SubmittedForm:
        """Return the modal that the button stands in.

        Raises:
            BadPayloadError: it stands in none.
        """
        if self.form is None:
            raise BadPayloadError("No modal.")
        return self.form

    @property
    def number(self) -> int:
        """Return the id that the button carries.

        Raises:
            BadPayloadError: it carries none.
        """
        if not self.value.isdecimal():
            raise BadPayloadError("A number is missing.")
        return int(self.value)


@dataclass(frozen=True, slots=True)
class SuggestionRequest:
    """What is typed into a menu whose choices we provide, and the modal it stands in."""

    action_id: str
    text: str
    form: SubmittedForm


def _of_kind(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise BadPayloadError("A part is of another kind.")
    return value
