"""Checking a whole form, so that every mistake in it is found at once."""

from collections.abc import Callable
from typing import TypeVar

from core.errors import FormError, InputError

T = TypeVar("T")


class FormValidator:
    """Collects what is wrong with the fields of one form."""

    def __init__(self) -> None:
        self._errors: list[InputError] = []

    def checked(self, check: Callable[[], T]) -> T | None:
        """Return what the check gives; None, and the error kept, where it refuses."""
        try:
            return check()
        except InputError as error:
            self._errors.append(error)
            return None

    def add(self, refusal: FormError) -> None:
        """Keep what another form found too."""
        self._errors.extend(refusal.errors)

    def raise_errors(self) -> None:
        """Raise all that was found.

        Raises:
            FormError: something was.
        """
        if self._errors:
            raise FormError(tuple(self._errors))
