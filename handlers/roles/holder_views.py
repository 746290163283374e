"""The modal that lists all roles, and the modal with the holders of one role."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from slackblocks import (
    Block,
    Button,
    ContextBlock,
    ExternalMultiSelectMenu,
    InputBlock,
    ModalView,
    PlainText,
    SectionBlock,
    Text,
)

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.errors import FieldChange
from core.languages.names import full_name
from core.languages.punctuation import labelled
from core.languages.sorting import in_alphabet
from core.languages.texts import Texts, texts
from core.role_keys import RoleKey
from core.roles.rules import Holders, min_holders_of
from core.users.rules import User
from core.users.search_keys import name_in_list
from handlers.json_types import Json
from handlers.roles.views import given_or_taken
from handlers.ui.action_ids import ROLE_HOLDERS
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.changed_meanwhile import refusal_note
from handlers.ui.markdown import escaped, shortened
from handlers.ui.namesakes import least_beside, name_line, namesakes
from handlers.ui.role_names import role_name
from handlers.ui.user_option import user_option
from handlers.ui.user_search import user_search_menu

GIVE = "holders_give"
TAKE = "holders_take"
FORM = "holders_form"

MOST_NAMED = 30
# A modal holds 100 blocks; larger catalogues are shown by module elsewhere.
MOST_ROLES = 90
MOST_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class HolderDraft:
    """Whom the form gives the role and from whom it takes it, as the fields show them.

    `since` is the number of the newest audit entry when it was opened, to find opposite changes
    by others (D23).
    """

    role: RoleKey
    since: int
    give: tuple[User, ...] = ()
    take: tuple[User, ...] = ()


def overview(authority: Authority, holders: Holders, catalogue: Catalogue, language: str) -> Json:
    """Return all roles of the authority with the number of holders, and a search for a user."""
    t = texts(language)
    _ = t.gettext
    pick = user_search_menu("roles", t)
    person = _("Change a user's roles")
    blocks: list[Block] = [
        SectionBlock(f"*{person}*", accessory=pick, block_id="roles_of"),
        SectionBlock("*" + _("Or by role held") + "*", block_id="by_role"),
    ]
    roles = catalogue.roles_in(authority.modules)[:MOST_ROLES]
    for module, keys in groupby(roles, key=lambda key: key.module):
        if module:
            name = escaped(catalogue.name_of_module(module, language))
            blocks.append(SectionBlock(f"*{name}*", block_id=f"module_{module}"))
        blocks += [_role_row(key, holders.get(key, 0), catalogue, t) for key in keys]
    view = ModalView(
        title=PlainText(_("Roles")),
        close=PlainText(_("Close")),
        callback_id="roles_overview",
        blocks=blocks[:MOST_BLOCKS],
    )
    return view_json(view)


def _role_row(key: RoleKey, number: int, catalogue: Catalogue, t: Texts) -> Block:
    """Return a role with the number of its holders, under the name of its module."""
    count = t.ngettext("{number} user", "{number} users", number)
    sign = ":warning: " if number < min_holders_of(key, catalogue) else ""
    name = escaped(catalogue.name_of_role(key, t.language))
    text = labelled(f"{sign}{name}", count, t.language)
    button = Button(t.pgettext("button", "Show"), ROLE_HOLDERS, value=str(key))
    return SectionBlock(text, accessory=button, block_id=f"role_{key}")


def _description(key: RoleKey, catalogue: Catalogue, language: str) -> list[Block]:
    text = catalogue.description_of_role(key, language)
    return [ContextBlock([Text(escaped(text))], block_id="description")] if text else []


def holders(
    draft: HolderDraft,
    held_by: tuple[User, ...],
    catalogue: Catalogue,
    language: str,
    problem: str = "",
) -> Json:
    """Return the holders of the role, with fields to give it and to take it away.

    `problem` says why the last save was refused.
    """
    t = texts(language)
    _ = t.gettext
    key = draft.role
    blocks = alert_blocks(problem)
    blocks += [
        SectionBlock(f"*{escaped(role_name(key, catalogue, language))}*", block_id="role"),
        *_description(key, catalogue, language),
        SectionBlock(_names(held_by, t), block_id="holders"),
        *_more_line(held_by, t),
        _search(GIVE, _("Assign this role to"), draft.give, t),
    ]
    if held_by:
        blocks.append(_search(TAKE, _("Remove this role from"), draft.take, t))
    blocks += _minimum_line(min_holders_of(key, catalogue), t)
    view = ModalView(
        title=PlainText(_("Who holds the role")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Back")),
        callback_id=FORM,
        private_metadata=metadata_json({"role": str(key), "since": draft.since}),
        blocks=blocks,
    )
    return view_json(view)


def refused_text(changes: tuple[FieldChange, ...], named: Mapping[int, User], language: str) -> str:
    """Return why the save was refused: who gave the role to whom meanwhile, or took it (D23)."""
    t = texts(language)
    lines = [refusal_note(t)]
    for change in changes:
        user = escaped(full_name(named[int(change.field)], t.language))
        lines.append(f"• {user}\n{given_or_taken(change, t)}")
    return shortened("\n".join(lines))


def _search(action_id: str, label: str, chosen: tuple[User, ...], t: Texts) -> InputBlock:
    menu = ExternalMultiSelectMenu(
        action_id,
        min_query_length=0,
        initial_options=[user_option(user, t.language) for user in chosen] or None,
        placeholder=PlainText(t.gettext("Type a name")),
    )
    return InputBlock(label, menu, block_id=action_id, optional=True)


def _minimum_line(least: int, t: Texts) -> list[Block]:
    if not least:
        return []
    needs = t.ngettext(
        "At least {number} user must hold this role.",
        "At least {number} users must hold this role.",
        least,
    )
    return [ContextBlock([Text(needs)])]


def _names(held_by: tuple[User, ...], t: Texts) -> str:
    if not held_by:
        return t.gettext("Nobody holds this role yet.")
    same_name = namesakes(held_by, t.language)
    listed = in_alphabet(held_by, t.language, name_in_list)[:MOST_NAMED]
    lines = (name_line(user, least_beside(user, same_name), t.language) for user in listed)
    return shortened("\n".join(f"• {line}" for line in lines))


def _more_line(held_by: tuple[User, ...], t: Texts) -> list[Block]:
    rest = len(held_by) - MOST_NAMED
    if rest <= 0:
        return []
    return [ContextBlock([Text(t.ngettext("and {number} more", "and {number} more", rest))])]
