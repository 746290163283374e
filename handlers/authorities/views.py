"""The modal that shows an authority's data, and the modal with three tabs to edit it (R20-R23)."""

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

from core.administration.card import AuthorityCard
from core.administration.competences import GENERAL
from core.authorities.titles import title_in
from core.catalogue.keyword_search import keyword_names
from core.catalogue.rules import Catalogue
from core.languages.names import full_name
from core.languages.sorting import in_alphabet
from core.languages.texts import Texts, texts
from core.text_lengths import LONGEST_DESCRIPTION
from core.users.rules import User
from core.users.search_keys import name_in_list
from core.users.status import AccountState, account_state
from handlers.authorities.tab_drafts import Tab, TabDrafts
from handlers.json_types import Json
from handlers.ui.action_ids import CHOOSE_USER, OPEN_LIST, USER_MENU
from handlers.ui.blocks import view_json
from handlers.ui.markdown import escaped, shortened
from handlers.ui.reset_button import reset_button

OPEN_AUTHORITY = "open_authority"
OPEN_CLASSIFICATION = "open_classification"
OPEN_MODULES = "open_modules"
EDIT = "authority_edit"
TAB_PREFIX = "authority_tab_"  # followed by the tab
FORM = "authority_form"
CONFIRM_DATA = "authority_still_right"
CHANGE_MODULES = "authority_access"
REMOVE_AUTHORITY = "authority_remove"


def card(card: AuthorityCard, catalogue: Catalogue, tz: str, language: str) -> Json:
    """Return the card: data, keywords, modules, coordinators and administrators (R20)."""
    t = texts(language)
    _ = t.gettext
    between = [
        *_buttons(card, t),
        ContextBlock([Text(_last_confirmed(card, tz, t))], block_id="confirmed"),
    ]
    blocks = [
        *authority_facts(card, catalogue, t, between),
        DividerBlock(),
        *_administrators(card, t),
    ]
    title = _("The authority") if card.on_behalf else _("My authority")
    view = ModalView(
        title=PlainText(title),
        close=PlainText(_("Close")),
        callback_id="authority_card",
        blocks=blocks,
    )
    return view_json(view)


def authority_facts(
    card: AuthorityCard, catalogue: Catalogue, t: Texts, between: Sequence[Block] = ()
) -> list[Block]:
    """Return the authority's data and competences, with the blocks `between` in the middle."""
    return [
        SectionBlock(_data_text(card, t), block_id="data"),
        *between,
        DividerBlock(),
        SectionBlock(_general_keywords(card, catalogue, t), block_id="keywords"),
        *_modules(card, catalogue, t),
    ]


def tab(drafts: TabDrafts, fields: list[Block], language: str, note: Sequence[Block] = ()) -> Json:
    """Return the modal with the fields of the open tab; `note` is the result of the last save."""
    t = texts(language)
    blocks: list[Block] = [_tabs(drafts, t), *note]
    view = ModalView(
        title=PlainText(t.gettext("Edit authority")),
        submit=PlainText(t.gettext("Save")),
        close=PlainText(t.gettext("Close")),
        callback_id=FORM,
        private_metadata=drafts.as_metadata(),
        blocks=[*blocks, *fields],
    )
    return view_json(view)


def _tabs(drafts: TabDrafts, t: Texts) -> Block:
    _ = t.gettext
    names = {
        Tab.AUTHORITY: _("Authority"),
        Tab.CLASSIFICATION: _("Classification"),
        Tab.MODULES: t.pgettext("tab", "Modules"),
    }
    buttons: list[Element] = [
        Button(name, TAB_PREFIX + tab, value=tab, style="primary" if tab == drafts.tab else None)
        for tab, name in names.items()
    ]
    return ActionsBlock(buttons, block_id="tabs")


def _data_text(card: AuthorityCard, t: Texts) -> str:
    _, authority = t.gettext, card.authority
    title = title_in(authority, card.titles, t.language)
    rows = [
        f"*{escaped(title)}*",
        _("Official name: {name}", name=escaped(authority.official_name)),
        shortened(escaped(authority.description), LONGEST_DESCRIPTION),
        _("E-mail: {email}", email=escaped(authority.email)),
        _("Telephone: {phone}", phone=authority.phone) if authority.phone else "",
        ", ".join(escaped(part) for part in (authority.address, authority.place) if part),
        escaped(authority.web_site or ""),
        _("Country: {country}", country=t.country_name(authority.country)),
        _("Languages: {languages}", languages=", ".join(map(t.language_name, authority.languages)))
        if authority.languages
        else "",
        _("This authority is an access manager.") if authority.access_manager else "",
        _("The new title is waiting to be translated by the Commission.") if card.task else "",
    ]
    return shortened("\n".join(row for row in rows if row))


def _buttons(card: AuthorityCard, t: Texts) -> list[Block]:
    _, number = t.gettext, str(card.authority.id)
    if not card.may_edit:
        return []
    buttons: list[Element] = [
        Button(_("Edit authority"), EDIT, value=number, style="primary"),
        Button(_("Everything is still correct"), CONFIRM_DATA, value=number),
    ]
    if not card.on_behalf:
        buttons.append(Button(_("Users"), OPEN_LIST, value="users"))
    if card.may_manage:
        buttons.append(Button(t.pgettext("button", "Modules"), CHANGE_MODULES, value=number))
    if card.on_behalf:
        buttons.append(Button(_("Remove…"), REMOVE_AUTHORITY, value=number, style="danger"))
    return [ActionsBlock(buttons, block_id="navigation")]


def _last_confirmed(card: AuthorityCard, tz: str, t: Texts) -> str:
    since = card.authority.confirmed_at or card.authority.registered_at
    return t.gettext("Last confirmed on {date}.", date=t.date(since, tz))


def _general_keywords(card: AuthorityCard, catalogue: Catalogue, t: Texts) -> str:
    names = _keyword_names(card, GENERAL, catalogue, t)
    return shortened("\n".join(["*" + t.gettext("General keywords") + "*", names]))


def _keyword_names(card: AuthorityCard, module: str, catalogue: Catalogue, t: Texts) -> str:
    codes = card.competences.keywords.get(module, ())
    named = keyword_names(catalogue, module, codes, t.language)
    return ", ".join(escaped(name) for _, name in named) or t.gettext("No keywords yet.")


def _modules(card: AuthorityCard, catalogue: Catalogue, t: Texts) -> list[Block]:
    _ = t.gettext
    blocks: list[Block] = []
    for code in card.authority.modules:
        rows = [f"*{escaped(catalogue.name_of_module(code, t.language))}*"]
        rows.append(_keyword_names(card, code, catalogue, t))
        if code in card.coordinating:
            rows.append(_("This authority coordinates this module."))
        if linked := card.linked.get(code):
            named = ", ".join(map(escaped, linked))
            rows.append(_("Linked coordinators: {names}", names=named))
        blocks.append(SectionBlock(shortened("\n".join(rows)), block_id=f"module_{code}"))
    return blocks or [SectionBlock(_("No modules yet."), block_id="none")]


def _administrators(card: AuthorityCard, t: Texts) -> list[Block]:
    """Return the administrators; the access manager may reset their passwords (D11)."""
    _ = t.gettext
    blocks: list[Block] = [SectionBlock("*" + _("Administrators") + "*", block_id="who")]
    administrators = in_alphabet(card.administrators, t.language, name_in_list)
    for administrator in administrators[:20]:
        name, number = escaped(full_name(administrator, t.language)), administrator.id
        if card.on_behalf:
            blocks += _managed_administrator(administrator, name, t)
        else:
            blocks.append(SectionBlock(name, block_id=f"administrator_{number}"))
    if card.manager is not None:
        name = escaped(card.manager.informal_title)
        blocks.append(ContextBlock([Text(_("Access manager: {name}", name=name))]))
    return blocks


def _managed_administrator(administrator: User, name: str, t: Texts) -> list[Block]:
    """Return an administrator of a managed authority, with what its access manager may do (D11).

    Until the first sign-in that is also to see the messages sent, and to pass on the username.
    """
    _, number = t.gettext, administrator.id
    reset = reset_button(administrator, CHOOSE_USER, t)
    is_new = account_state(administrator.status) == AccountState.NEW
    if is_new and administrator.member is None and administrator.username_handed_over_at is None:
        name = _("{name} does not know the username yet.", name=f"*{name}*")
    row = SectionBlock(name, accessory=reset, block_id=f"administrator_{number}")
    if not is_new:
        return [row]
    status = Button(_("Messages sent"), USER_MENU, value=f"status:{number}")
    return [row, ActionsBlock([status], block_id=f"messages_{number}")]
