"""What needs attention, as blocks: each with the button that settles it; pure."""

from collections.abc import Iterator

from slackblocks import Block, Button, ContextBlock, SectionBlock, Text

from core.catalogue.rules import Catalogue
from core.home.service import MOST, AttentionItems, Overview
from core.languages.texts import Texts
from core.policy import Policy
from core.users.status import password_state
from handlers.deliveries.views import failed_blocks
from handlers.home.frame import HomeContext
from handlers.home.states import password_words
from handlers.markdown import escaped
from handlers.removals.messages import leaver_buttons, leaver_words
from handlers.resets.messages import decision_buttons, origin_words
from handlers.roles.ticks import name_of
from handlers.roles.views import HOLDERS
from handlers.users.finder import menu_of


def attention_blocks(
    overview: Overview, frame: HomeContext, policy: Policy, t: Texts
) -> list[Block]:
    """Return a block for each thing that waits; where nothing does, a line that says so."""
    attention = overview.attention
    blocks = [
        *_requests(attention, frame, t),
        *_leavers(attention, t),
        *_failed(attention, t),
        *_unheld(attention, frame.catalogue, t),
        *_administrators(attention, policy, t),
        *_stuck(attention, frame, t),
        *_unused(attention, policy, t),
    ]
    if not blocks:
        return [ContextBlock([Text(":white_check_mark: " + t.gettext("Nothing waits for you."))])]
    return blocks


def _requests(attention: AttentionItems, frame: HomeContext, t: Texts) -> Iterator[Block]:
    for request, user in attention.requests[:MOST]:
        said = t.gettext(
            "{name} asks for a new password since {moment}.",
            name=f"*{escaped(user.full_name)}*",
            moment=t.moment(request.asked_at, frame.tz),
        )
        lines = (f":key: {said}", *origin_words(request, t))
        yield SectionBlock("\n".join(lines), block_id=f"request_{request.id}")
        yield decision_buttons(request, t)
    yield from _more(len(attention.requests) - MOST, t)


def _leavers(attention: AttentionItems, t: Texts) -> Iterator[Block]:
    for leaver, user in attention.leavers[:MOST]:
        said = leaver_words(f"*{escaped(user.full_name)}*", leaver.fault, t)
        yield SectionBlock(f":door: {said}", block_id=f"leaver_{user.id}")
        yield leaver_buttons(user.id, t)
    yield from _more(len(attention.leavers) - MOST, t)


def _failed(attention: AttentionItems, t: Texts) -> list[Block]:
    named = tuple((one, escaped(user.full_name)) for one, user in attention.failed)
    return failed_blocks(named, t.language)


def _unheld(attention: AttentionItems, catalogue: Catalogue, t: Texts) -> Iterator[Block]:
    for key in attention.unheld[:MOST]:
        said = t.gettext(
            "Nobody, or too few, hold the role {role}. Requests from other authorities may lie"
            " unanswered.",
            role=f"*{escaped(name_of(key, catalogue, t.language))}*",
        )
        give = Button(t.gettext("Give it to someone"), HOLDERS, value=str(key))
        yield SectionBlock(f":warning: {said}", accessory=give, block_id=f"unheld_{key}")
    yield from _more(len(attention.unheld) - MOST, t)


def _administrators(attention: AttentionItems, policy: Policy, t: Texts) -> Iterator[Block]:
    if attention.administrators < policy.administrators_wanted:
        lacking = t.gettext(
            "Your authority has only one administrator. Add a second one who can stand in."
        )
        yield SectionBlock(f":warning: {lacking}", block_id="administrators")


def _stuck(attention: AttentionItems, frame: HomeContext, t: Texts) -> Iterator[Block]:
    for user in attention.stuck.users:
        state = password_words(password_state(user.status, frame.now), t)
        said = f"*{escaped(user.full_name)}* · {state}"
        yield SectionBlock(said, accessory=menu_of(user, t), block_id=f"stuck_{user.id}")
    yield from _more(attention.stuck.total - len(attention.stuck.users), t)


def _unused(attention: AttentionItems, policy: Policy, t: Texts) -> Iterator[Block]:
    for user in attention.unused.users:
        said = t.ngettext(
            "{name} was registered over {number} day ago and has never signed in.",
            "{name} was registered over {number} days ago and has never signed in.",
            policy.unused_days,
            name=f"*{escaped(user.full_name)}*",
        )
        text = f":sleeping: {said}"
        yield SectionBlock(text, accessory=menu_of(user, t), block_id=f"unused_{user.id}")
    yield from _more(attention.unused.total - len(attention.unused.users), t)


def _more(number: int, t: Texts) -> Iterator[Block]:
    if number > 0:
        said = t.ngettext("and {number} more", "and {number} more", number)
        yield ContextBlock([Text(said)])
