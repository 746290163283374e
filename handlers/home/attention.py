"""The blocks on the Home tab for items that need an administrator's attention, with buttons.

Such items are, for example, failed messages and requests for a password reset.
"""

from collections.abc import Iterator

from slackblocks import ActionsBlock, Block, Button, ContextBlock, SectionBlock, Text

from core.catalogue.rules import Catalogue
from core.home.service import MAX_SHOWN, AttentionItems, Overview
from core.languages.names import full_name
from core.languages.texts import Texts
from core.policy import Policy
from handlers.authorities.administrator_recovery_views import lost_line, name_button
from handlers.removals.messages import leaver_buttons, leaver_question
from handlers.resets.messages import decision_buttons, origin_lines
from handlers.ui.account_states import password_state_text
from handlers.ui.action_ids import ROLE_HOLDERS
from handlers.ui.delivery_states import failed_delivery_blocks, send_all_again_block
from handlers.ui.markdown import escaped
from handlers.ui.role_names import role_name
from handlers.ui.user_confirmation import USERNAME_TOLD
from handlers.ui.user_menu import user_menu
from handlers.ui.view_context import ViewContext


def attention_blocks(
    overview: Overview, view_context: ViewContext, policy: Policy, t: Texts
) -> list[Block]:
    """Return a block for each item, or a line that says that nothing waits."""
    attention = overview.attention
    blocks = [
        *_reset_requests(attention, view_context, t),
        *_lost_authorities(attention, t),
        *_leavers(attention, t),
        *_failed(attention, t),
        *_roles_without_holder(attention, view_context.catalogue, t),
        *_administrators(attention, policy, t),
        *_stuck_users(attention, view_context, t),
        *_untold_users(attention, t),
        *_unused_users(attention, policy, t),
    ]
    if not blocks:
        return [
            ContextBlock(
                [Text(":white_check_mark: " + t.gettext("There is nothing for you to do."))]
            )
        ]
    return blocks


def _reset_requests(
    attention: AttentionItems, view_context: ViewContext, t: Texts
) -> Iterator[Block]:
    for request, user in attention.requests[:MAX_SHOWN]:
        text = t.gettext(
            "Request for a new password: {name}, {moment}",
            name=f"*{escaped(full_name(user, t.language))}*",
            moment=t.moment(request.requested_at, view_context.tz),
        )
        lines = (f":key: {text}", *origin_lines(request, t))
        yield SectionBlock("\n".join(lines), block_id=f"request_{request.id}")
        yield decision_buttons(request, t)
    yield from _more_line(len(attention.requests) - MAX_SHOWN, t)


def _lost_authorities(attention: AttentionItems, t: Texts) -> Iterator[Block]:
    for authority in attention.lost:
        text = lost_line(f"*{escaped(authority.informal_title)}*", t)
        yield SectionBlock(f":rotating_light: {text}", block_id=f"lost_{authority.id}")
        yield ActionsBlock([name_button(authority.id, t)], block_id=f"name_{authority.id}")
    yield from _more_line(attention.all_lost - len(attention.lost), t)


def _leavers(attention: AttentionItems, t: Texts) -> Iterator[Block]:
    for leaver, user in attention.leavers[:MAX_SHOWN]:
        text = leaver_question(f"*{escaped(full_name(user, t.language))}*", leaver.fault, t)
        yield SectionBlock(f":door: {text}", block_id=f"leaver_{user.id}")
        yield leaver_buttons(user.id, t)
    yield from _more_line(len(attention.leavers) - MAX_SHOWN, t)


def _failed(attention: AttentionItems, t: Texts) -> list[Block]:
    with_names = tuple(
        (delivery, escaped(full_name(user, t.language))) for delivery, user in attention.failed
    )
    blocks = failed_delivery_blocks(with_names, t.language)
    if attention.all_failed > 1:
        blocks += [*_more_line(attention.all_failed - len(with_names), t), send_all_again_block(t)]
    return blocks


def _roles_without_holder(
    attention: AttentionItems, catalogue: Catalogue, t: Texts
) -> Iterator[Block]:
    for key in attention.unheld[:MAX_SHOWN]:
        text = t.gettext(
            "Too few users, or none, hold this role: {role}. Requests from other"
            " authorities may go unanswered.",
            role=f"*{escaped(role_name(key, catalogue, t.language))}*",
        )
        give = Button(t.gettext("Assign this role"), ROLE_HOLDERS, value=str(key))
        yield SectionBlock(f":warning: {text}", accessory=give, block_id=f"unheld_{key}")
    yield from _more_line(len(attention.unheld) - MAX_SHOWN, t)


def _administrators(attention: AttentionItems, policy: Policy, t: Texts) -> Iterator[Block]:
    if attention.administrators < policy.administrators_wanted:
        warning = t.gettext(
            "Only one administrator of your authority can act in Slack. Add a second one who"
            " can stand in."
        )
        yield SectionBlock(f":warning: {warning}", block_id="administrators")


def _stuck_users(attention: AttentionItems, view_context: ViewContext, t: Texts) -> Iterator[Block]:
    for user in attention.stuck.users:
        state = password_state_text(user.status, view_context, t)
        text = f"*{escaped(full_name(user, t.language))}* · {state}"
        yield SectionBlock(text, accessory=user_menu(user, t), block_id=f"stuck_{user.id}")
    yield from _more_line(attention.stuck.total - len(attention.stuck.users), t)


def _untold_users(attention: AttentionItems, t: Texts) -> Iterator[Block]:
    for user in attention.untold.users:
        sentence = t.gettext(
            "{name} does not know the username yet.",
            name=f"*{escaped(full_name(user, t.language))}*",
        )
        told = Button(t.gettext("I have passed on the username"), USERNAME_TOLD, value=str(user.id))
        text = f":speech_balloon: {sentence} `{user.username}`"
        yield SectionBlock(text, accessory=told, block_id=f"untold_{user.id}")
    yield from _more_line(attention.untold.total - len(attention.untold.users), t)
    if attention.untold.users:
        hint = t.gettext("Tell the user the username in person or by phone, never by e-mail.")
        yield ContextBlock([Text(hint)], block_id="untold")


def _unused_users(attention: AttentionItems, policy: Policy, t: Texts) -> Iterator[Block]:
    for user in attention.unused.users:
        sentence = t.ngettext(
            "Never signed in: {name}. Registered over {number} day ago.",
            "Never signed in: {name}. Registered over {number} days ago.",
            policy.unused_days,
            name=f"*{escaped(full_name(user, t.language))}*",
        )
        text = f":sleeping: {sentence}"
        yield SectionBlock(text, accessory=user_menu(user, t), block_id=f"unused_{user.id}")
    yield from _more_line(attention.unused.total - len(attention.unused.users), t)


def _more_line(number: int, t: Texts) -> Iterator[Block]:
    if number > 0:
        text = t.ngettext("and {number} more", "and {number} more", number)
        yield ContextBlock([Text(text)])
