"""From what was typed to a `NewAuthority`, with every mistake found at once (D16)."""

from dataclasses import dataclass

from phonenumbers import SUPPORTED_REGIONS

from core.authorities.rules import NewAuthority
from core.catalogue.rules import Catalogue
from core.errors import BadCountryError, RequiredError, UnknownModuleError
from core.forms import Form
from core.users.contacts import email_of


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
    form = Form()
    name = form.checked(lambda: _text_of(typed.official_name, "official_name"))
    title = form.checked(lambda: _text_of(typed.informal_title, "informal_title"))
    email = form.checked(lambda: email_of(typed.email).text)
    country = form.checked(lambda: _country_of(typed.country))
    modules = form.checked(lambda: _modules_of(typed.modules, catalogue))
    form.refuse()
    return NewAuthority(
        official_name=str(name),
        informal_title=str(title),
        email=str(email),
        country=str(country),
        modules=modules or (),
        access_manager=typed.access_manager,
        team_channel=typed.team_channel,
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
