"""The modal that lists all roles, and the modal with the holders of one role."""

from collections.abc import Mapping, Sequence
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
from core.roles.rules import HolderCounts, min_holders_of
from core.users.rules import User
from core.users.search_keys import name_in_list
from handlers.json_types import Json
from handlers.roles.views import granted_or_revoked
from handlers.ui.action_ids import ROLE_HOLDERS
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import metadata_json, view_json
from handlers.ui.changed_meanwhile import refusal_note
from handlers.ui.markdown import escaped, shortened
from handlers.ui.namesakes import least_beside, name_line, namesakes
from handlers.ui.role_names import role_name
from handlers.ui.user_option import user_option
from handlers.ui.user_search import user_search_menu

GRANT_TO = "holders_give"
REVOKE_FROM = "holders_take"
FORM = "holders_form"

MOST_NAMED = 30
# A modal holds 100 blocks; larger catalogues are shown by module elsewhere.
MOST_ROLES = 90
MOST_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class HolderDraft:
    """The users to whom the form grants the role, and those from whom it revokes it.

    `since` is the number of the newest audit entry when it was opened, to find opposite changes
    by others (D23).
    """

    role: RoleKey
    since: int
    grant_to: tuple[User, ...] = ()
    revoke_from: tuple[User, ...] = ()


def overview(
    authority: Authority, holders: HolderCounts, catalogue: Catalogue, language: str
) -> Json:
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
    note: Sequence[Block] = (),
) -> Json:
    """Return the holders of the role, with fields to grant it and to revoke it.

    `note` says what became of the last save.
    """
    t = texts(language)
    _ = t.gettext
    key = draft.role
    blocks = [
        *note,
        SectionBlock(f"*{escaped(role_name(key, catalogue, language))}*", block_id="role"),
        *_description(key, catalogue, language),
        SectionBlock(_names(held_by, t), block_id="holders"),
        *_more_line(held_by, t),
        _search(GRANT_TO, _("Assign this role to"), draft, t),
    ]
    if held_by:
        blocks.append(_search(REVOKE_FROM, _("Remove this role from"), draft, t))
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


def saved_note(*, changed: bool, language: str) -> list[Block]:
    """Return whether the save changed the holders."""
    t = texts(language)
    text = t.gettext("Saved.") if changed else t.gettext("There are no changes.")
    return alert_blocks(text, "success" if changed else "warning", "note")


def refused_note(
    changes: tuple[FieldChange, ...], named: Mapping[int, User], language: str
) -> list[Block]:
    """Return why the save was refused: who granted or revoked whose role meanwhile (D23)."""
    t = texts(language)
    lines = [refusal_note(t)]
    for change in changes:
        user = escaped(full_name(named[int(change.field)], t.language))
        lines.append(f"• {user}\n{granted_or_revoked(change, t)}")
    return alert_blocks(shortened("\n".join(lines)))


def block_id_of(action_id: str, since: int) -> str:
    """Return the id of the block that holds the field.

    It differs after each change: Slack shows in a block with the same id what was chosen before.
    """
    return f"{action_id}:{since}"


def _search(action_id: str, label: str, draft: HolderDraft, t: Texts) -> InputBlock:
    chosen = draft.grant_to if action_id == GRANT_TO else draft.revoke_from
    menu = ExternalMultiSelectMenu(
        action_id,
        min_query_length=0,
        initial_options=[user_option(user, t.language) for user in chosen] or None,
        placeholder=PlainText(t.gettext("Type a name")),
    )
    return InputBlock(label, menu, block_id=block_id_of(action_id, draft.since), optional=True)


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
