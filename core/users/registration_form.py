"""From what was typed to a `NewUser`, with every mistake found at once (R41-R48)."""

from typing import cast

from core.contacts import EmailAddress, email_of, phone_of
from core.errors import UnknownRoleError
from core.forms import FormValidator
from core.languages.tags import language_of
from core.policy import Policy
from core.role_keys import RoleKey
from core.users.names import name_of
from core.users.rules import NewUser, UserForm
from core.users.usernames import Username, username_of


def new_user_of(typed: UserForm, *, country: str, policy: Policy) -> NewUser:
    """Return the checked wish; a national telephone number is read as one of `country` (ISO code).

    Raises:
        FormError: one error for each field that is not acceptable.
    """
    form = FormValidator()
    first = form.checked(lambda: name_of(typed.first_name, "first_name"))
    last = form.checked(lambda: name_of(typed.last_name, "last_name"))
    language = form.checked(lambda: language_of(typed.language))
    email = form.checked(lambda: email_of(typed.email))
    phone = form.checked(lambda: phone_of(typed.phone, country))
    username = form.checked(lambda: username_of(typed.username, policy))
    roles = form.checked(lambda: roles_of(typed.roles))
    form.raise_errors()
    # Nothing was refused, so nothing but the telephone can be missing.
    return NewUser(
        first_name=str(first),
        last_name=str(last),
        language=str(language),
        email=cast("EmailAddress", email),
        phone=phone,
        username=cast("Username", username).text,
        roles=roles or frozenset(),
        member=typed.member,
    )


def roles_of(texts: tuple[str, ...]) -> frozenset[RoleKey]:
    """Read roles as `MODULE:ROLE`.

    Raises:
        UnknownRoleError: a text that has not this form.
    """
    try:
        return frozenset(RoleKey.parse(text) for text in texts)
    except ValueError as error:
        raise UnknownRoleError from error
