"""Validates and normalises the typed data of a new authority, such as name and country (D16)."""

from dataclasses import dataclass

from core.authorities.field_checks import channel_of, title_of
from core.authorities.rules import NewAuthority
from core.catalogue.rules import Catalogue
from core.contacts import email_of, web_site_of
from core.countries import country_of
from core.errors import UnknownModuleError
from core.forms import FormValidator
from core.languages.tags import language_of
from core.text.characters import one_line
from core.text_lengths import LONGEST_OFFICIAL_NAME, LONGEST_TITLE


@dataclass(frozen=True, slots=True)
class AuthorityForm:
    """The form's raw input.

    An authority without an informal title has its official name as title. `language` is that of
    the title; without `languages` it is the authority's working language.
    """

    official_name: str
    informal_title: str
    email: str
    country: str
    modules: tuple[str, ...] = ()
    access_manager: bool = False
    team_channel: str | None = None
    manager_id: int | None = None
    language: str = "en"
    languages: tuple[str, ...] = ()
    web_site: str = ""


def new_authority_of(typed: AuthorityForm, catalogue: Catalogue) -> NewAuthority:
    """Return the validated authority.

    Raises:
        FormError: one error for each invalid field.
    """
    form = FormValidator()
    name = form.checked(
        lambda: title_of(typed.official_name, "official_name", LONGEST_OFFICIAL_NAME)
    )
    own_title = typed.informal_title if one_line(typed.informal_title) else name
    title = own_title and form.checked(lambda: title_of(own_title, "informal_title", LONGEST_TITLE))
    email = form.checked(lambda: email_of(typed.email).text)
    country = form.checked(lambda: country_of(typed.country))
    modules = form.checked(lambda: _modules_of(typed.modules, catalogue))
    language = form.checked(lambda: language_of(typed.language))
    languages = form.checked(lambda: _languages_of(typed.languages or (typed.language,)))
    web_site = form.checked(lambda: web_site_of(typed.web_site))
    channel = form.checked(lambda: channel_of(typed.team_channel or ""))
    form.raise_errors()
    return NewAuthority(
        official_name=str(name),
        informal_title=str(title),
        email=str(email),
        country=str(country),
        modules=modules or (),
        access_manager=typed.access_manager,
        team_channel=channel or None,
        manager_id=typed.manager_id,
        text_language=str(language),
        languages=languages or (),
        web_site=web_site or "",
    )


def _languages_of(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(language_of(tag, "languages") for tag in tags))


def _modules_of(codes: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    known = {module.code for module in catalogue.modules}
    chosen = tuple(dict.fromkeys(code.strip().upper() for code in codes))
    if not set(chosen) <= known:
        raise UnknownModuleError
    return chosen
