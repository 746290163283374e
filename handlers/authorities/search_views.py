"""The modal to search for authorities, and the modal with the public data of one (R2-R4)."""

from collections.abc import Mapping
from dataclasses import asdict

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Element,
    ModalView,
    Option,
    PlainText,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from core.administration.card import AuthorityCard
from core.authority_search.service import MAX_HITS, AuthorityQuery, SearchHit, SearchPage
from core.catalogue.rules import Catalogue
from core.languages.texts import Texts, texts
from handlers.authorities.views import authority_facts
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.markdown import escaped
from handlers.ui.role_checkboxes import LONGEST_OPTION
from handlers.ui.search_fields import filter_field, search_field
from handlers.ui.search_text import clean_search_text

OPEN_SEARCH = "open_authority_search"
SEARCH = "authority_search"
WORDS = "authority_search_words"
PLACE = "authority_search_place"
MODULE = "authority_search_module"
COUNTRY = "authority_search_country"
NEXT = "authority_search_next"
PREVIOUS = "authority_search_previous"
SHOW = "authority_search_show"

PAGE = 10
ANY = "any"
# Slack's limit for the options of a menu.
MOST_CHOICES = 100


def search_view(
    query: AuthorityQuery, results: SearchPage, catalogue: Catalogue, language: str
) -> Json:
    """Return the modal with the fields and a page of results."""
    t = texts(language)
    _ = t.gettext
    view = ModalView(
        title=PlainText(_("Find an authority")),
        submit=PlainText(t.pgettext("button", "Search")),
        close=PlainText(_("Close")),
        callback_id=SEARCH,
        private_metadata=metadata_json({"search": asdict(query), "start": results.start}),
        blocks=[
            *_fields(query, results, catalogue, t),
            ContextBlock([Text(_count_text(results, t))], block_id="number"),
            *_hits(results, t),
            *_pages(results, t),
        ],
    )
    return view_json(view)


def query_in_fields(form: SubmittedForm) -> AuthorityQuery:
    """Read the query from the fields."""
    return AuthorityQuery(
        text=clean_search_text(form.text(WORDS)),
        place=clean_search_text(form.text(PLACE)),
        module=form.text(MODULE).removeprefix(ANY),
        country=form.text(COUNTRY).removeprefix(ANY),
    )


def query_in_metadata(form: SubmittedForm) -> tuple[AuthorityQuery, int]:
    """Read query and start of the page that is shown; the fields may hold another query by now."""
    stored_query = form.metadata_mapping("search")
    names = AuthorityQuery.__dataclass_fields__
    query = AuthorityQuery(**{name: stored_query.get(name, "") for name in names})
    return query, form.metadata_number("start")


def card_view(card: AuthorityCard, catalogue: Catalogue, language: str) -> Json:
    """Return the public data of an authority: contact details and competences."""
    view = ModalView(
        title=PlainText(texts(language).gettext("The authority")),
        close=PlainText(texts(language).gettext("Back")),
        callback_id="found_authority",
        blocks=authority_facts(card, catalogue, texts(language)),
    )
    return view_json(view)


def _fields(
    query: AuthorityQuery, results: SearchPage, catalogue: Catalogue, t: Texts
) -> list[Block]:
    _ = t.gettext
    modules = {
        module.code: catalogue.name_of_module(module.code, t.language)
        for module in catalogue.modules
    }
    by_name = t.countries(results.countries)
    return [
        search_field(WORDS, _("Search words"), query.text, _("Title, description or keyword")),
        search_field(PLACE, _("Place"), query.place, _("For example a town")),
        _select_menu(MODULE, _("Module"), {ANY: _("Any module"), **modules}, query.module),
        _select_menu(COUNTRY, _("Country"), {ANY: _("Any country"), **by_name}, query.country),
    ]


def _select_menu(name: str, label: str, choices: Mapping[str, str], chosen: str) -> Block:
    options = {
        code: Option(PlainText(text[:LONGEST_OPTION]), code)
        for code, text in list(choices.items())[:MOST_CHOICES]
    }
    selected = options.get(chosen, options[ANY])
    menu = StaticSelectMenu(name, options=list(options.values()), initial_option=selected)
    return filter_field(name, label, menu)


def _count_text(results: SearchPage, t: Texts) -> str:
    if results.total >= MAX_HITS:
        return t.ngettext(
            "Only the best match is shown. Add words to narrow the search.",
            "Only the {number} best matches are shown. Add words to narrow the search.",
            MAX_HITS,
        )
    return t.ngettext("{number} authority", "{number} authorities", results.total)


def _hits(results: SearchPage, t: Texts) -> list[Block]:
    if not results.hits:
        text = t.gettext(
            "No authority matches. Try fewer words, other words, or any module and country."
        )
        return [SectionBlock(text, block_id="empty")]
    exact = [_hit(hit, t) for hit in results.hits if hit.exact]
    alike = [_hit(hit, t) for hit in results.hits if not hit.exact]
    heading = ContextBlock([Text(t.gettext("Similar spelling:"))], block_id="alike")
    return [*exact, heading, *alike] if alike else exact


def _hit(hit: SearchHit, t: Texts) -> Block:
    place_and_country = ", ".join(part for part in (hit.place, t.country_name(hit.country)) if part)
    text = f"*{escaped(hit.title)}*\n{escaped(hit.official_name)}\n{escaped(place_and_country)}"
    button = Button(t.pgettext("button", "Show"), SHOW, value=str(hit.id))
    return SectionBlock(text, accessory=button, block_id=f"found_{hit.id}")


def _pages(results: SearchPage, t: Texts) -> list[Block]:
    buttons: list[Element] = []
    if results.start > 0:
        buttons.append(Button(t.gettext("Previous page"), PREVIOUS, value="previous"))
    if results.start + len(results.hits) < results.total:
        buttons.append(Button(t.gettext("Next page"), NEXT, value="next"))
    return [ActionsBlock(buttons, block_id="pages")] if buttons else []
