"""Validates the raw texts about a new user, and returns a `NewUser` or all errors (R41-R48)."""

from typing import cast

from core.contacts import EmailAddress, email_of, phone_of
from core.errors import UnknownRoleError
from core.forms import FormValidator
from core.languages.tags import language_of
from core.policy import Policy
from core.role_keys import RoleKey
from core.users.names import name_of
from core.users.rules import NewUser, UserDetails, UserForm
from core.users.usernames import Username, username_of


def new_user_of(
    form: UserForm, *, country: str, policy: Policy, stored: UserDetails | None = None
) -> NewUser:
    """Return the checked details; a national telephone number is read as one of `country`.

    `country` is the authority's two-letter code. Names that equal those in `stored` are accepted
    as they are: they may be older than the rules for names (D32).

    Raises:
        FormError: one error for each field that is not acceptable.
    """
    validator = FormValidator()
    first_name = validator.checked(lambda: _name(form.first_name, "first_name", stored))
    last_name = validator.checked(lambda: _name(form.last_name, "last_name", stored))
    language = validator.checked(lambda: language_of(form.language))
    email = validator.checked(lambda: email_of(form.email))
    phone = validator.checked(lambda: phone_of(form.phone, country))
    username = validator.checked(lambda: username_of(form.username, policy))
    roles = validator.checked(lambda: roles_of(form.roles))
    validator.raise_errors()
    # Nothing was refused, so only the telephone can be missing.
    return NewUser(
        first_name=str(first_name),
        last_name=str(last_name),
        language=str(language),
        email=cast("EmailAddress", email),
        phone=phone,
        username=cast("Username", username).text,
        roles=roles or frozenset(),
        member=form.member,
    )


def _name(text: str, field: str, stored: UserDetails | None) -> str:
    is_stored = stored is not None and text != "" and text == getattr(stored, field)
    return text if is_stored else name_of(text, field)


def roles_of(texts: tuple[str, ...]) -> frozenset[RoleKey]:
    """Return the roles that are written `MODULE:ROLE`.

    Raises:
        UnknownRoleError: a text of another form.
    """
    try:
        return frozenset(RoleKey.parse(text) for text in texts)
    except ValueError as error:
        raise UnknownRoleError from error
