"""The modal that lists all roles, and the modal with the holders of one role."""

from slackblocks import (
    Block,
    Button,
    ContextBlock,
    ExternalMultiSelectMenu,
    ExternalSelectMenu,
    InputBlock,
    ModalView,
    PlainText,
    SectionBlock,
    Text,
)

from core.authorities.rules import Authority
from core.catalogue.rules import Catalogue
from core.languages.texts import Texts, texts
from core.role_keys import RoleKey
from core.roles.rules import Holders, min_holders_of
from core.users.rules import User
from handlers.ui.action_ids import ROLE_HOLDERS
from handlers.ui.blocks import Json, metadata_json, view_json
from handlers.ui.markdown import escaped, shortened
from handlers.ui.role_checkboxes import LONGEST_OPTION
from handlers.ui.role_names import role_name

PERSON = "roles_of"
GIVE = "holders_give"
TAKE = "holders_take"
FORM = "holders_form"

MOST_NAMED = 30
# A modal holds 100 blocks; larger catalogues are shown by module elsewhere.
MOST_ROLES = 90


def overview(authority: Authority, holders: Holders, catalogue: Catalogue, language: str) -> Json:
    """Return all roles of the authority with the number of holders, and a search for a user."""
    t = texts(language)
    _ = t.gettext
    pick = ExternalSelectMenu(PERSON, min_query_length=0, placeholder=PlainText(_("Type a name")))
    person = _("Change a person's roles")
    blocks: list[Block] = [
        SectionBlock(f"*{person}*", accessory=pick, block_id=PERSON),
        SectionBlock("*" + _("Or by role: who holds it") + "*", block_id="by_role"),
    ]
    for key in catalogue.roles_in(authority.modules)[:MOST_ROLES]:
        number = holders.get(key, 0)
        count = t.ngettext("{number} user", "{number} users", number)
        sign = ":warning: " if number < min_holders_of(key, catalogue) else ""
        text = f"{sign}{escaped(role_name(key, catalogue, language))}: {count}"
        button = Button(_("Show"), ROLE_HOLDERS, value=str(key))
        blocks.append(SectionBlock(text, accessory=button, block_id=f"role_{key}"))
    view = ModalView(
        title=PlainText(_("Roles")),
        close=PlainText(_("Close")),
        callback_id="roles_overview",
        blocks=blocks,
    )
    return view_json(view)


def holders(
    key: RoleKey, held_by: tuple[User, ...], catalogue: Catalogue, language: str, problem: str = ""
) -> Json:
    """Return the holders of the role, with fields to give it and to take it away."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [SectionBlock(f":warning: {problem}")] if problem else []
    blocks += [
        SectionBlock(f"*{escaped(role_name(key, catalogue, language))}*", block_id="role"),
        SectionBlock(_names(held_by, t), block_id="holders"),
        *_more_line(held_by, t),
        _search(GIVE, _("Give to"), t),
    ]
    if held_by:
        blocks.append(_search(TAKE, _("Take away from"), t))
    least = min_holders_of(key, catalogue)
    if least:
        needs = t.ngettext(
            "At least {number} user must hold this role.",
            "At least {number} users must hold this role.",
            least,
        )
        blocks.append(ContextBlock([Text(needs)]))
    view = ModalView(
        title=PlainText(_("Who holds the role")),
        submit=PlainText(_("Save")),
        close=PlainText(_("Back")),
        callback_id=FORM,
        private_metadata=metadata_json({"role": str(key)}),
        blocks=blocks,
    )
    return view_json(view)


def user_options(found: tuple[User, ...]) -> list[Json]:
    """Return users as options of a search: name, and address to tell namesakes apart."""
    return [
        {
            "text": {"type": "plain_text", "text": user.full_name[:LONGEST_OPTION]},
            "description": {"type": "plain_text", "text": user.email[:LONGEST_OPTION]},
            "value": str(user.id),
        }
        for user in found
    ]


def _search(action_id: str, label: str, t: Texts) -> InputBlock:
    menu = ExternalMultiSelectMenu(
        action_id, min_query_length=0, placeholder=PlainText(t.gettext("Type a name"))
    )
    return InputBlock(label, menu, block_id=action_id, optional=True)


def _names(held_by: tuple[User, ...], t: Texts) -> str:
    if not held_by:
        return t.gettext("Nobody holds it yet.")
    return shortened("\n".join(f"• {escaped(user.full_name)}" for user in held_by[:MOST_NAMED]))


def _more_line(held_by: tuple[User, ...], t: Texts) -> list[Block]:
    rest = len(held_by) - MOST_NAMED
    if rest <= 0:
        return []
    return [ContextBlock([Text(t.ngettext("and {number} more", "and {number} more", rest))])]
