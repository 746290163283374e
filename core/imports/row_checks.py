"""Checks each row of an import file, and reports all problems of the row at once (D33)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from core.accounts import registration
from core.authorities.rules import Authority
from core.errors import FormError, InputError, RepeatedError
from core.imports.columns import FIELDS
from core.imports.rules import ImportRow
from core.rulebook import Rulebook
from core.users import usernames
from core.users.mail_exposure import MailExposure, authority_texts
from core.users.registration_form import new_user_of
from core.users.rows import users
from core.users.rules import NewUser, UserForm

# Acceptable values, with which the rest of a row that is refused is checked.
_STAND_INS: dict[str, Any] = {
    "first_name": "A",
    "last_name": "B",
    "language": "en",
    "email": "nobody@imi.test",
    "phone": "",
    "roles": (),
}


@dataclass(slots=True)
class UsedValues:
    """E-mail addresses and usernames of the rows checked so far, each mapped to its row number."""

    emails: dict[str, int] = field(default_factory=dict)
    usernames: dict[str, int] = field(default_factory=dict)

    def forget(self, numbers: Iterable[int]) -> None:
        """Remove the values of the rows with these numbers."""
        forgotten = frozenset(numbers)
        for values in (self.emails, self.usernames):
            for value in [value for value, number in values.items() if number in forgotten]:
                del values[value]


@dataclass(frozen=True, slots=True)
class RowChecks:
    """The checks of the rows of one file for one authority."""

    authority: Authority
    rulebook: Rulebook
    used: UsedValues

    def new_user(self, tx: Connection, row: ImportRow) -> NewUser:
        """Return the checked details.

        Raises:
            FormError: all problems of the row, those that come to light in the database too.
        """
        typed = row.typed
        if not typed.username:
            typed = replace(typed, username=self._proposed_username(tx, typed))
        try:
            new_user = self._checked(typed)
        except FormError as refusal:
            raise self._all_errors(tx, typed, (*row.errors, *refusal.errors)) from None
        if row.errors:
            raise self._all_errors(tx, typed, row.errors)
        return new_user

    def require_registrable(self, tx: Connection, new_user: NewUser) -> None:
        """Check the user against the earlier rows and against the database.

        Raises:
            FormError: one error for each field that is in conflict.
        """
        errors = self._repetitions(new_user)
        repeated = {error.field for error in errors}
        try:
            registration.require_registrable(tx, self.authority, new_user, self.rulebook)
        except FormError as refusal:
            errors += tuple(error for error in refusal.errors if error.field not in repeated)
        if errors:
            raise FormError(errors)

    def require_unrepeated(self, new_user: NewUser) -> None:
        """Check the user against the earlier rows only.

        Raises:
            FormError: one error for each value that an earlier row has too.
        """
        if errors := self._repetitions(new_user):
            raise FormError(errors)

    def _checked(self, typed: UserForm) -> NewUser:
        return new_user_of(typed, country=self.authority.country, policy=self.rulebook.policy)

    def _all_errors(
        self, tx: Connection, typed: UserForm, errors: tuple[InputError, ...]
    ) -> FormError:
        """Return the errors, one for each field, and those of the fields that are acceptable.

        Stand-ins take the place of what is not acceptable, so that the rest can be checked.
        """
        by_field = {error.field: error for error in reversed(errors)}
        stand_ins = {name: value for name, value in _STAND_INS.items() if name in by_field}
        typed = replace(typed, **stand_ins)
        if "username" in by_field:
            typed = replace(typed, username=self._proposed_username(tx, typed))
        try:
            new_user = self._checked(typed)
            self.require_registrable(tx, new_user)
        except FormError as refusal:
            for error in refusal.errors:
                by_field.setdefault(error.field, error)
        return FormError(tuple(by_field[name] for name in sorted(by_field, key=_place)))

    def _proposed_username(self, tx: Connection, typed: UserForm) -> str:
        shown = authority_texts(self.authority)
        exposure = MailExposure(typed.first_name, typed.last_name, typed.email, shown)

        def is_unfit(username: str) -> bool:
            return (
                username in self.used.usernames
                or exposure.shows(username)
                or users.is_username_taken(tx, username)
            )

        return usernames.propose(typed.first_name, typed.last_name, is_unfit, self.rulebook.policy)

    def _repetitions(self, new_user: NewUser) -> tuple[InputError, ...]:
        """Return an error for each value that an earlier row has too."""
        earlier_rows = {
            "email": self.used.emails.get(new_user.email.key),
            "username": self.used.usernames.get(new_user.username),
        }
        return tuple(
            RepeatedError(name, number)
            for name, number in earlier_rows.items()
            if number is not None
        )


def _place(name: str) -> int:
    """Return the place of a field in the order of the columns; what is no column comes last."""
    return FIELDS.index(name) if name in FIELDS else len(FIELDS)
