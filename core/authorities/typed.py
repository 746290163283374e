"""From what was typed to a `NewAuthority`, with every mistake found at once (D16)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from phonenumbers import SUPPORTED_REGIONS

from core.authorities.rules import NewAuthority
from core.catalogue.rules import Catalogue
from core.errors import BadCountryError, FormError, InputError, RequiredError, UnknownModuleError
from core.users.contacts import email_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TypedAuthority:
    """An authority as raw texts."""

    official_name: str
    informal_title: str
    email: str
    country: str
    modules: tuple[str, ...] = ()
    access_manager: bool = False
    team_channel: str | None = None


def new_authority_of(typed: TypedAuthority, catalogue: Catalogue) -> NewAuthority:
    """Return the checked wish.

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

    name = checked(lambda: _text_of(typed.official_name, "official_name"))
    title = checked(lambda: _text_of(typed.informal_title, "informal_title"))
    email = checked(lambda: email_of(typed.email))
    country = checked(lambda: _country_of(typed.country))
    modules = checked(lambda: _modules_of(typed.modules, catalogue))
    if errors or not (name and title and email and country) or modules is None:
        raise FormError(tuple(errors))
    return NewAuthority(
        name, title, email.text, country, modules, typed.access_manager, typed.team_channel
    )


def _text_of(text: str, field: str) -> str:
    whole = " ".join(text.split())
    if not whole:
        raise RequiredError(field)
    return whole[:200]


def _country_of(text: str) -> str:
    code = text.strip().upper()
    if code not in SUPPORTED_REGIONS:
        raise BadCountryError
    return code


def _modules_of(codes: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    known = {module.code for module in catalogue.modules}
    wanted = tuple(dict.fromkeys(code.strip().upper() for code in codes))
    if not set(wanted) <= known:
        raise UnknownModuleError
    return wanted
