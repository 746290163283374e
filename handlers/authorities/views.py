"""An authority's card, and the modal in which its three tabs are edited (R20-R23); pure."""

from collections.abc import Sequence

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    Element,
    ModalView,
    PlainText,
    SectionBlock,
    Text,
)

from core.administration.competences import GENERAL
from core.administration.overview import AuthorityCard
from core.authorities.titles import title_in
from core.catalogue.keyword_search import keyword_name
from core.catalogue.rules import Catalogue
from core.languages.texts import Texts, texts
from core.limits import LONGEST_DESCRIPTION
from handlers.authorities.drafts import Drafts, Tab
from handlers.blocks import Json, drawn_view
from handlers.markdown import escaped, shortened
from handlers.users.finder import CHOOSE

OPEN_AUTHORITY = "open_authority"
OPEN_CLASSIFICATION = "open_classification"
OPEN_MODULES = "open_modules"
EDIT = "authority_edit"
TAB = "authority_tab_"  # and the tab
FORM = "authority_form"
STILL_RIGHT = "authority_still_right"
ACCESS = "authority_access"
REMOVE = "authority_remove"


def card(found: AuthorityCard, catalogue: Catalogue, tz: str, language: str) -> Json:
    """Return the authority: data, keywords, modules, coordinators, who administers it (R20)."""
    t = texts(language)
    _ = t.gettext
    between = [
        *_doors(found, t),
        ContextBlock([Text(_confirmed(found, tz, t))], block_id="confirmed"),
    ]
    blocks = [
        *facts_of(found, catalogue, t, between),
        DividerBlock(),
        *_administrators(found, t),
    ]
    title = _("The authority") if found.on_behalf else _("My authority")
    view = ModalView(
        title=PlainText(title),
        close=PlainText(_("Close")),
        callback_id="authority_card",
        blocks=blocks,
    )
    return drawn_view(view)


def facts_of(
    found: AuthorityCard, catalogue: Catalogue, t: Texts, between: Sequence[Block] = ()
) -> list[Block]:
    """Return its data and what it is competent for, with what stands `between` them."""
    return [
        SectionBlock(_data(found, t), block_id="data"),
        *between,
        DividerBlock(),
        SectionBlock(_general(found, catalogue, t), block_id="keywords"),
        *_modules(found, catalogue, t),
    ]


def tab(drafts: Drafts, fields: list[Block], language: str, note: str = "") -> Json:
    """Return the modal with the open tab's fields; `note` says what came of the last save."""
    t = texts(language)
    blocks: list[Block] = [_tabs(drafts, t)]
    if note:
        blocks.append(SectionBlock(shortened(note), block_id="note"))
    view = ModalView(
        title=PlainText(t.gettext("Edit authority")),
        submit=PlainText(t.gettext("Save")),
        close=PlainText(t.gettext("Close")),
        callback_id=FORM,
        private_metadata=drafts.packed(),
        blocks=[*blocks, *fields],
    )
    return drawn_view(view)


def _tabs(drafts: Drafts, t: Texts) -> Block:
    _ = t.gettext
    names = {
        Tab.AUTHORITY: _("Authority"),
        Tab.CLASSIFICATION: _("Classification"),
        Tab.MODULES: _("Modules"),
    }
    buttons: list[Element] = [
        Button(name, TAB + one, value=one, style="primary" if one == drafts.tab else None)
        for one, name in names.items()
    ]
    return ActionsBlock(buttons, block_id="tabs")


def _data(found: AuthorityCard, t: Texts) -> str:
    _, authority = t.gettext, found.authority
    title = title_in(authority, found.titles, t.language)
    rows = [
        f"*{escaped(title)}*",
        _("Official name: {name}", name=escaped(authority.official_name)),
        shortened(escaped(authority.description), LONGEST_DESCRIPTION),
        _("E-mail: {email}", email=escaped(authority.email)),
        _("Telephone: {phone}", phone=authority.phone) if authority.phone else "",
        ", ".join(escaped(one) for one in (authority.address, authority.place) if one),
        escaped(authority.web_site or ""),
        _("Country: {country}", country=t.country_name(authority.country)),
        _("Languages: {languages}", languages=", ".join(map(t.language_name, authority.languages)))
        if authority.languages
        else "",
        _("It is an access manager.") if authority.access_manager else "",
        _("The Commission is asked to translate the new title.") if found.task else "",
    ]
    return shortened("\n".join(row for row in rows if row))


def _doors(found: AuthorityCard, t: Texts) -> list[Block]:
    _, number = t.gettext, str(found.authority.id)
    if not found.may_edit:
        return []
    buttons: list[Element] = [
        Button(_("Edit authority"), EDIT, value=number, style="primary"),
        Button(_("Everything is still right"), STILL_RIGHT, value=number),
    ]
    if found.may_manage:
        buttons.append(Button(_("Modules"), ACCESS, value=number))
    if found.on_behalf:
        buttons.append(Button(_("Remove…"), REMOVE, value=number, style="danger"))
    return [ActionsBlock(buttons, block_id="doors")]


def _confirmed(found: AuthorityCard, tz: str, t: Texts) -> str:
    since = found.authority.confirmed_at or found.authority.registered_at
    return t.gettext("Last confirmed to be right on {date}.", date=t.date(since, tz))


def _general(found: AuthorityCard, catalogue: Catalogue, t: Texts) -> str:
    names = _keyword_names(found, GENERAL, catalogue, t)
    return shortened("\n".join(["*" + t.gettext("General keywords") + "*", names]))


def _keyword_names(found: AuthorityCard, module: str, catalogue: Catalogue, t: Texts) -> str:
    codes = sorted(found.competences.keywords.get(module, ()))
    names = [escaped(keyword_name(catalogue, module, code, t.language)) for code in codes]
    return ", ".join(names) or t.gettext("No keywords yet.")


def _modules(found: AuthorityCard, catalogue: Catalogue, t: Texts) -> list[Block]:
    _ = t.gettext
    blocks: list[Block] = []
    for code in found.authority.modules:
        rows = [f"*{escaped(catalogue.name_of_module(code, t.language))}*"]
        rows.append(_keyword_names(found, code, catalogue, t))
        if code in found.coordinating:
            rows.append(_("It coordinates this module."))
        if linked := found.linked.get(code):
            named = ", ".join(map(escaped, linked))
            rows.append(_("Linked coordinators: {names}", names=named))
        blocks.append(SectionBlock(shortened("\n".join(rows)), block_id=f"module_{code}"))
    return blocks or [SectionBlock(_("No modules yet."), block_id="none")]


def _administrators(found: AuthorityCard, t: Texts) -> list[Block]:
    """Name them; their access manager may reset their passwords (D11)."""
    _ = t.gettext
    blocks: list[Block] = [SectionBlock("*" + _("Administrators") + "*", block_id="who")]
    for one in found.administrators[:20]:
        reset = Button(_("Reset password"), CHOOSE, value=f"reset:{one.id}")
        button = reset if found.on_behalf else None
        name = escaped(one.full_name)
        blocks.append(SectionBlock(name, accessory=button, block_id=f"administrator_{one.id}"))
    if found.manager is not None:
        name = escaped(found.manager.informal_title)
        blocks.append(ContextBlock([Text(_("Access manager: {name}", name=name))]))
    return blocks
