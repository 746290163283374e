"""Collects the errors of all fields of a form, so that they are reported together."""

from collections.abc import Callable
from typing import TypeVar

from core.errors import FormError, InputError

T = TypeVar("T")


class FormValidator:
    """Collects the errors of one form."""

    def __init__(self) -> None:
        self._errors: list[InputError] = []

    def checked(self, check: Callable[[], T]) -> T | None:
        """Return the result of the check; None if it raises an InputError, which is kept."""
        try:
            return check()
        except InputError as error:
            self._errors.append(error)
            return None

    def add(self, refusal: FormError) -> None:
        """Add the errors of another form."""
        self._errors.extend(refusal.errors)

    def raise_errors(self) -> None:
        """Raise the collected errors, if there are any.

        Raises:
            FormError: at least one check failed.
        """
        if self._errors:
            raise FormError(tuple(self._errors))
