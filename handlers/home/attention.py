"""The blocks on the Home tab for items that need an administrator's attention, with buttons.

Such items are, for example, failed messages and requests for a password reset. An item about a user
is one line with one button; requests and questions have a row of two.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from slackblocks import ActionsBlock, Block, Button, ContextBlock, SectionBlock, Text

from core.catalogue.rules import Catalogue
from core.home.attention import AttentionKind, Sample
from core.home.service import NEWEST_SHOWN, Overview
from core.languages.names import full_name
from core.languages.sorting import in_alphabet
from core.languages.texts import Texts
from core.policy import Policy
from core.role_keys import ADMINISTRATOR
from core.users.rules import User
from core.users.search_keys import name_in_list
from handlers.authorities.administrator_naming_views import name_button, without_administrator_line
from handlers.removals.messages import leaver_buttons, leaver_question
from handlers.resets.messages import decision_buttons, origin_lines
from handlers.ui.account_states import password_state_text
from handlers.ui.action_ids import ADD_SECOND_USER, ROLE_HOLDERS, SHOW_ALL, SHOW_OVERVIEW, USER_MENU
from handlers.ui.delivery_states import failed_delivery_blocks, send_all_again_block
from handlers.ui.markdown import escaped
from handlers.ui.namesakes import least_beside, name_line, namesakes
from handlers.ui.reset_button import reset_button
from handlers.ui.role_names import role_name
from handlers.ui.user_confirmation import USERNAME_TOLD
from handlers.ui.view_context import ViewContext


def attention_blocks(
    overview: Overview, view_context: ViewContext, policy: Policy, t: Texts
) -> list[Block]:
    """Return how many items there are, then a line for each, the most urgent first.

    If `overview.only_kind` is set, the lines are those of that kind only, with a button back.
    """
    by_kind = _blocks_by_kind(overview, view_context, policy, t)
    if overview.only_kind is not None:
        return [*by_kind[overview.only_kind], _back(t)]
    total = sum(overview.attention.totals.values())
    if not total:
        done = ":white_check_mark: " + t.gettext("There is nothing for you to do.")
        return [SectionBlock(done, block_id="attention")]
    text = t.ngettext(
        "Needs your attention: {number} item", "Needs your attention: {number} items", total
    )
    heading = SectionBlock(f"*{text}*", block_id="attention")
    return [heading, *(block for blocks in by_kind.values() for block in blocks)]


def _blocks_by_kind(
    overview: Overview, view_context: ViewContext, policy: Policy, t: Texts
) -> dict[AttentionKind, list[Block]]:
    """Return the blocks of each kind, the most urgent kind first."""
    blocks: dict[AttentionKind, Iterator[Block]] = {
        AttentionKind.REQUESTS: _reset_requests(overview, view_context, t),
        AttentionKind.WITHOUT_ADMINISTRATOR: _authorities_without_administrator(overview, t),
        AttentionKind.LEAVERS: _leavers(overview, t),
        AttentionKind.FAILED_DELIVERIES: _failed_deliveries(overview, t),
        AttentionKind.ROLE_GAPS: _role_gaps(overview, view_context.catalogue, t),
        AttentionKind.ADMINISTRATORS: _administrators(overview, t),
        AttentionKind.LOCKED_OUT: _locked_out(overview, view_context, t),
        AttentionKind.USERNAME_UNKNOWN: _username_unknown(overview, t),
        AttentionKind.NEVER_SIGNED_IN: _never_signed_in(overview, policy, t),
    }
    return {kind: list(found) for kind, found in blocks.items()}


def _reset_requests(overview: Overview, view_context: ViewContext, t: Texts) -> Iterator[Block]:
    for request, user in overview.attention.requests.items:
        text = t.gettext(
            "Request for a new password: {name}, {moment}",
            name=_bold_name(user, t),
            moment=t.moment(request.requested_at, view_context.tz),
        )
        lines = (f":key: {text}", *origin_lines(request, t))
        yield SectionBlock("\n".join(lines), block_id=f"request_{request.id}")
        yield decision_buttons(request, t)
    yield from _more(AttentionKind.REQUESTS, overview.attention.requests, overview, t)


def _authorities_without_administrator(overview: Overview, t: Texts) -> Iterator[Block]:
    for authority in overview.attention.without_administrator.items:
        text = without_administrator_line(f"*{escaped(authority.informal_title)}*", t)
        yield SectionBlock(
            f":rotating_light: {text}",
            accessory=name_button(authority.id, t),
            block_id=f"without_administrator_{authority.id}",
        )
    yield from _more(
        AttentionKind.WITHOUT_ADMINISTRATOR, overview.attention.without_administrator, overview, t
    )


def _leavers(overview: Overview, t: Texts) -> Iterator[Block]:
    for leaver, user in overview.attention.leavers.items:
        text = leaver_question(_bold_name(user, t), leaver.fault, t)
        yield SectionBlock(f":door: {text}", block_id=f"leaver_{user.id}")
        yield leaver_buttons(user.id, t)
    yield from _more(AttentionKind.LEAVERS, overview.attention.leavers, overview, t)


def _failed_deliveries(overview: Overview, t: Texts) -> Iterator[Block]:
    failed = overview.attention.failed_deliveries
    with_names = tuple(
        (delivery, escaped(full_name(user, t.language))) for delivery, user in failed.items
    )
    yield from failed_delivery_blocks(with_names, t.language)
    yield from _more(AttentionKind.FAILED_DELIVERIES, failed, overview, t)
    if failed.total > 1:
        yield send_all_again_block(t)


def _role_gaps(overview: Overview, catalogue: Catalogue, t: Texts) -> Iterator[Block]:
    for key in overview.attention.role_gaps.items:
        text = t.gettext(
            "Too few users, or none, hold this role: {role}. Requests from other"
            " authorities may go unanswered.",
            role=f"*{escaped(role_name(key, catalogue, t.language))}*",
        )
        yield SectionBlock(
            f":warning: {text}", accessory=_assign_button(str(key), t), block_id=f"role_gap_{key}"
        )
    yield from _more(AttentionKind.ROLE_GAPS, overview.attention.role_gaps, overview, t)


def _administrators(overview: Overview, t: Texts) -> Iterator[Block]:
    if overview.attention.too_few_administrators:
        warning = t.gettext(
            "Too few administrators of your authority can act in Slack. Add another one who"
            " can stand in."
        )
        button = (
            _assign_button(str(ADMINISTRATOR), t)
            if _has_candidate(overview)
            else Button(t.gettext("Add a user"), ADD_SECOND_USER, value="add")
        )
        yield SectionBlock(f":warning: {warning}", accessory=button, block_id="administrators")


def _has_candidate(overview: Overview) -> bool:
    """Return whether a user is no administrator yet, or there may be one beyond the newest."""
    is_administrator = [user.administrator for user in overview.newest]
    return not all(is_administrator) or len(is_administrator) >= NEWEST_SHOWN


def _locked_out(overview: Overview, view_context: ViewContext, t: Texts) -> Iterator[Block]:
    for user, name in _named(overview.attention.locked_out, t):
        state = password_state_text(user.status, view_context, t)
        yield SectionBlock(
            f"{name} · {state}",
            accessory=reset_button(user, USER_MENU, t),
            block_id=f"locked_out_{user.id}",
        )
    yield from _more(AttentionKind.LOCKED_OUT, overview.attention.locked_out, overview, t)


def _username_unknown(overview: Overview, t: Texts) -> Iterator[Block]:
    for user in _in_order(overview.attention.username_unknown, t):
        sentence = t.gettext("{name} does not know the username yet.", name=_bold_name(user, t))
        button = Button(
            t.gettext("I have passed on the username"), USERNAME_TOLD, value=str(user.id)
        )
        text = f":speech_balloon: {sentence} `{user.username}`"
        yield SectionBlock(text, accessory=button, block_id=f"username_unknown_{user.id}")
    if overview.attention.username_unknown.items:
        hint = t.gettext("Tell the user the username in person or by phone, never by e-mail.")
        yield ContextBlock([Text(hint)], block_id="username_unknown")
    yield from _more(
        AttentionKind.USERNAME_UNKNOWN, overview.attention.username_unknown, overview, t
    )


def _never_signed_in(overview: Overview, policy: Policy, t: Texts) -> Iterator[Block]:
    for user, name in _named(overview.attention.never_signed_in, t):
        sentence = t.ngettext(
            "Never signed in: {name}. Registered over {number} day ago.",
            "Never signed in: {name}. Registered over {number} days ago.",
            policy.unused_days,
            name=name,
        )
        yield SectionBlock(
            f":sleeping: {sentence}",
            accessory=reset_button(user, USER_MENU, t),
            block_id=f"never_signed_in_{user.id}",
        )
    yield from _more(AttentionKind.NEVER_SIGNED_IN, overview.attention.never_signed_in, overview, t)


def _more(
    kind: AttentionKind, sample: Sample[Any], overview: Overview, t: Texts
) -> Iterator[Block]:
    """Return the number of the items that are not shown, and the button that shows them."""
    number = sample.total - len(sample.items)
    if number <= 0:
        return
    text = t.ngettext("and {number} more", "and {number} more", number)
    if overview.only_kind == kind:
        yield ContextBlock([Text(text)], block_id=f"more_{kind}")
        return
    show_all = Button(t.gettext("Show all"), SHOW_ALL, value=kind.value)
    yield SectionBlock(text, accessory=show_all, block_id=f"more_{kind}")


def _back(t: Texts) -> Block:
    back = Button(t.gettext("Back to the overview"), SHOW_OVERVIEW, value="overview")
    return ActionsBlock([back], block_id=SHOW_OVERVIEW)


def _in_order(sample: Sample[User], t: Texts) -> Sequence[User]:
    """Return the users in the reader's alphabet if all are shown, else as they were read (D25)."""
    if len(sample.items) < sample.total:
        return sample.items
    return in_alphabet(sample.items, t.language, name_in_list)


def _named(sample: Sample[User], t: Texts) -> Iterator[tuple[User, str]]:
    """Yield the users with their names as markdown; namesakes have their e-mail addresses too."""
    same_name = namesakes(sample.items, t.language)
    for user in _in_order(sample, t):
        yield user, name_line(user, least_beside(user, same_name), t.language)


def _bold_name(user: User, t: Texts) -> str:
    return f"*{escaped(full_name(user, t.language))}*"


def _assign_button(role: str, t: Texts) -> Button:
    return Button(t.gettext("Assign this role"), ROLE_HOLDERS, value=role)
