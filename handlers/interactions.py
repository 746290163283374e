"""Data classes of interactions in Slack: submitted forms, pressed buttons, searches in menus."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from handlers.json_types import Json

T = TypeVar("T")


class BadPayloadError(ValueError):
    """A field of a Slack request is missing or has an unexpected type."""


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """A submitted or open modal: its input values by action id, and its private metadata."""

    view_id: str
    hash: str
    values: Mapping[str, tuple[str, ...]]
    metadata: Json
    callback_id: str = ""

    def text(self, action_id: str) -> str:
        """Return the value of the field, or an empty text."""
        values = self.values.get(action_id, ())
        return values[0] if values else ""

    def numbers(self, action_id: str) -> frozenset[int]:
        """Return the ids that are chosen in the field.

        Raises:
            BadPayloadError: a chosen value is not a number.
        """
        chosen = self.values.get(action_id, ())
        if not all(value.isdecimal() for value in chosen):
            raise BadPayloadError("A number is missing.")
        return frozenset(map(int, chosen))

    def has_callback_id(self, callback_id: str) -> bool:
        """Return whether the modal has this callback id."""
        return self.callback_id == callback_id

    def metadata_texts(self, name: str) -> tuple[str, ...]:
        """Return the list of texts under this name in the metadata, or an empty one."""
        return tuple(_of_type(text, str) for text in _of_type(self.metadata.get(name, []), list))

    def metadata_mapping(self, name: str) -> dict[str, str]:
        """Return the mapping of texts under this name in the metadata, or an empty one."""
        mapping = _of_type(self.metadata.get(name, {}), dict)
        return {str(key): _of_type(value, str) for key, value in mapping.items()}

    def metadata_text(self, name: str) -> str:
        """Return the text under this name in the metadata, or an empty text."""
        return _of_type(self.metadata.get(name, ""), str)

    def metadata_number(self, name: str) -> int:
        """Return the number under this name in the metadata, or 0."""
        return _of_type(self.metadata.get(name, 0), int)


@dataclass(frozen=True, slots=True)
class BlockAction:
    """A pressed button or a picked option, in a modal, in a message or on the Home tab."""

    action_id: str
    value: str
    trigger_id: str
    form: SubmittedForm | None
    in_message: bool = False

    @property
    def required_form(self) -> SubmittedForm:
        """Return the modal that the button is in.

        Raises:
            BadPayloadError: the button is in no modal.
        """
        if self.form is None:
            raise BadPayloadError("No modal.")
        return self.form

    @property
    def number(self) -> int:
        """Return the id that the button carries.

        Raises:
            BadPayloadError: the button carries no id.
        """
        if not self.value.isdecimal():
            raise BadPayloadError("A number is missing.")
        return int(self.value)


@dataclass(frozen=True, slots=True)
class SuggestionRequest:
    """A text typed into a menu whose options we provide, and the modal that the menu is in."""

    action_id: str
    text: str
    form: SubmittedForm


def _of_type(value: object, type_: type[T]) -> T:
    if not isinstance(value, type_):
        raise BadPayloadError("A part is of another kind.")
    return value
