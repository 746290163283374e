"""From what was typed to a `NewUser`, with every mistake found at once (R41-R48)."""

from collections.abc import Callable
from typing import TypeVar

from core.catalogue.rules import RoleKey
from core.errors import FormError, InputError, UnknownRoleError
from core.languages.tags import language_of
from core.policy import Policy
from core.users.contacts import email_of, phone_of
from core.users.names import name_of
from core.users.rules import NewUser, Typed
from core.users.usernames import username_of

T = TypeVar("T")


def new_user_of(typed: Typed, *, country: str, policy: Policy) -> NewUser:
    """Return the checked wish; a national telephone number is read as one of `country` (ISO code).

    Raises:
        FormError: one error for each field that is not acceptable.
    """
    errors: list[InputError] = []

    def checked(check: Callable[[], T]) -> T | None:
        try:
            return check()
        except InputError as error:
            errors.append(error)
            return None

    first = checked(lambda: name_of(typed.first_name, "first_name"))
    last = checked(lambda: name_of(typed.last_name, "last_name"))
    language = checked(lambda: language_of(typed.language))
    email = checked(lambda: email_of(typed.email))
    phone = checked(lambda: phone_of(typed.phone, country))
    username = checked(lambda: username_of(typed.username, policy))
    roles = checked(lambda: roles_of(typed.roles))
    if first is None or last is None or language is None or email is None:
        raise FormError(tuple(errors))
    if errors or username is None or roles is None:
        raise FormError(tuple(errors))
    return NewUser(first, last, language, email, phone, username.text, roles, typed.member)


def roles_of(texts: tuple[str, ...]) -> frozenset[RoleKey]:
    """Read roles as `MODULE:ROLE`.

    Raises:
        UnknownRoleError: a text that has not this form.
    """
    try:
        return frozenset(RoleKey.parse(text) for text in texts)
    except ValueError as error:
        raise UnknownRoleError from error
