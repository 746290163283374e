"""From what was typed to a `NewAuthority`, with every mistake found at once (D16)."""

from dataclasses import dataclass

from phonenumbers import SUPPORTED_REGIONS

from core.authorities.rules import NewAuthority
from core.catalogue.rules import Catalogue
from core.contacts import email_of
from core.errors import BadCountryError, RequiredError, TextTooLongError, UnknownModuleError
from core.forms import FormValidator
from core.limits import LONGEST_OFFICIAL_NAME, LONGEST_TITLE
from core.text.characters import one_line


@dataclass(frozen=True, slots=True)
class AuthorityForm:
    """An authority as raw texts."""

    official_name: str
    informal_title: str
    email: str
    country: str
    modules: tuple[str, ...] = ()
    access_manager: bool = False
    team_channel: str | None = None
    manager_id: int | None = None
    language: str = "en"


def new_authority_of(typed: AuthorityForm, catalogue: Catalogue) -> NewAuthority:
    """Return the checked wish.

    Raises:
        FormError: one error for each field that is not acceptable.
    """
    form = FormValidator()
    name = form.checked(
        lambda: text_of(typed.official_name, "official_name", LONGEST_OFFICIAL_NAME)
    )
    title = form.checked(lambda: text_of(typed.informal_title, "informal_title", LONGEST_TITLE))
    email = form.checked(lambda: email_of(typed.email).text)
    country = form.checked(lambda: country_of(typed.country))
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
        manager_id=typed.manager_id,
        text_language=typed.language,
    )


def text_of(text: str, field: str, most: int) -> str:
    """Return what can be seen of the text, in one line.

    Raises:
        RequiredError, TextTooLongError: there is none, or more than `most` characters.
    """
    whole = one_line(text)
    if not whole:
        raise RequiredError(field)
    if len(whole) > most:
        raise TextTooLongError(field, most)
    return whole


def country_of(text: str) -> str:
    """Return the two-letter code of a country.

    Raises:
        BadCountryError: there is none of this code.
    """
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
