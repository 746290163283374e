"""The blocks on an access manager's Home tab: the authorities that it manages, and its tools."""

from operator import itemgetter

from slackblocks import ActionsBlock, Block, Button, ContextBlock, DividerBlock, SectionBlock, Text

from core.home.service import ManagedAuthorities
from core.languages.sorting import in_alphabet
from core.languages.texts import Texts
from handlers.authorities.authority_picker import MENU_PREFIX
from handlers.authorities.listeners import ACTION_NAME
from handlers.ui.action_ids import CHOOSE_MANAGED, GRANT_MODULES, OPEN_HEALTH, REGISTER_AUTHORITY
from handlers.ui.markdown import escaped

SHOW = MENU_PREFIX + ACTION_NAME


def managed_blocks(managed: ManagedAuthorities, t: Texts) -> list[Block]:
    """Return the number of managed authorities, the first of them, and the buttons (D15)."""
    return [
        DividerBlock(),
        _heading(managed, t),
        *_first(managed, t),
        _tools(managed, t),
        *_title_tasks(managed, t),
    ]


def _heading(managed: ManagedAuthorities, t: Texts) -> Block:
    text = t.ngettext(
        "Your authority manages {number} authority",
        "Your authority manages {number} authorities",
        managed.first.total,
    )
    if not managed.first.total:
        return SectionBlock(f"*{text}*", block_id="managed")
    choose = Button(t.gettext("Find another one"), CHOOSE_MANAGED, value="show")
    accessory = choose if managed.first.total > len(managed.first.items) else None
    return SectionBlock(f"*{text}*", accessory=accessory, block_id="managed")


def _first(managed: ManagedAuthorities, t: Texts) -> list[Block]:
    """Return a row for each; in the reader's alphabet if they are all there are (D25)."""
    first = [*managed.first.items]
    if len(first) == managed.first.total:
        first = in_alphabet(first, t.language, itemgetter(1))
    return [
        SectionBlock(
            escaped(title),
            accessory=Button(t.pgettext("button", "Show"), SHOW, value=str(authority_id)),
            block_id=f"managed_{authority_id}",
        )
        for authority_id, title in first
    ]


def _tools(managed: ManagedAuthorities, t: Texts) -> Block:
    _ = t.gettext
    buttons = [Button(_("Register an authority"), REGISTER_AUTHORITY, value="register")]
    if managed.first.total:
        buttons.append(Button(_("Grant or withdraw modules"), GRANT_MODULES, value="modules"))
    if managed.coordinates:
        buttons.append(Button(_("System status"), OPEN_HEALTH, value="health"))
    return ActionsBlock(list(buttons), block_id="managing")


def _title_tasks(managed: ManagedAuthorities, t: Texts) -> list[Block]:
    if not managed.title_tasks:
        return []
    text = t.ngettext(
        "{number} title waits for its translations. Members of the Commission's channel enter"
        " them there with `/imi-titles`.",
        "{number} titles wait for their translations. Members of the Commission's channel enter"
        " them there with `/imi-titles`.",
        managed.title_tasks,
    )
    return [ContextBlock([Text(text)], block_id="titles")]
