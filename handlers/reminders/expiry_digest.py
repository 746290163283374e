"""The daily digest to an administrator of users whose temporary passwords expired (D4)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from slackblocks import Block, ContextBlock, SectionBlock, Text

from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.users.rules import User
from handlers.ui.action_ids import CHOOSE_USER
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped
from handlers.ui.messages import NotificationText, SlackMessage
from handlers.ui.reset_button import reset_button

if TYPE_CHECKING:
    from datetime import datetime

# Maximum number of users that the digest names; the others are counted.
MOST_NAMED = 10


def digest_text(users: Sequence[User], tz: str, language: str) -> NotificationText:
    """Return the digest about these users, of whom there is at least one, latest first."""
    t = texts(language)
    named = [_user_line(user, tz, t) for user in users[:MOST_NAMED]]
    return NotificationText(
        _subject(users, t), (_explanation(t), *named, *_others(users, t), _advice(t))
    )


def digest_message(users: Sequence[User], tz: str, language: str) -> SlackMessage:
    """Return the digest as a DM; each user has a button that opens the reset (D11)."""
    t = texts(language)
    subject = escaped(_subject(users, t))
    blocks: list[Block] = [SectionBlock(f"*{subject}*\n{escaped(_explanation(t))}")]
    for user in users[:MOST_NAMED]:
        reset = reset_button(user, CHOOSE_USER, t)
        blocks.append(
            SectionBlock(
                escaped(_user_line(user, tz, t)), block_id=f"expired_{user.id}", accessory=reset
            )
        )
    blocks += [SectionBlock(line) for line in _others(users, t)]
    blocks.append(ContextBlock([Text(escaped(_advice(t)))]))
    return SlackMessage(subject, blocks_json(blocks))


def _subject(users: Sequence[User], t: Texts) -> str:
    return t.ngettext(
        "{number} temporary password for IMI expired unused",
        "{number} temporary passwords for IMI expired unused",
        len(users),
    )


def _explanation(t: Texts) -> str:
    return t.gettext("These users did not sign in while their passwords were valid:")


def _user_line(user: User, tz: str, t: Texts) -> str:
    # Users in the digest have temporary passwords, which always expire.
    moment = t.moment(cast("datetime", user.status.expires_at), tz)
    return t.gettext(
        "{name} – expired on {moment}", name=full_name(user, t.language), moment=moment
    )


def _others(users: Sequence[User], t: Texts) -> list[str]:
    number = len(users) - MOST_NAMED
    if number <= 0:
        return []
    return [
        t.ngettext(
            "There is {number} more user. The command /imi-users shows all of them.",
            "There are {number} more users. The command /imi-users shows all of them.",
            number,
        )
    ]


def _advice(t: Texts) -> str:
    return t.gettext("Reset the password of a user to send a new temporary password by e-mail.")
