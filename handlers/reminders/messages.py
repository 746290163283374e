"""Texts and direct messages about expiring and expired passwords (D4, D6).

Users are told that their password expires, and administrators that a temporary password expired.
"""

from datetime import datetime

from slackblocks import ActionsBlock, Button, SectionBlock

from core.languages.names import full_name
from core.languages.texts import Texts, texts
from core.time_zones import days_between
from core.users.rules import User
from handlers.ui.action_ids import CHOOSE_USER, REMINDER_LINK
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped
from handlers.ui.messages import NotificationText, SlackMessage
from handlers.ui.reset_button import reset_button


def reminder_text(user: User, expires_at: datetime, tz: str, now: datetime) -> NotificationText:
    """Return the reminder to the user, with the time in their language and time zone (R69, D6)."""
    t = texts(user.language)
    _ = t.gettext
    moment, days = t.moment(expires_at, tz), days_between(now, expires_at, tz)
    if now >= expires_at:
        return NotificationText(
            _("Your password for IMI has expired"),
            (
                _("Your password for IMI expired on {moment}.", moment=moment),
                _("Sign in with it once more and choose a new password."),
            ),
        )
    return NotificationText(
        _("Your password for IMI expires soon"),
        (
            _("Your password for IMI expires on {moment}.", moment=moment)
            + f" {_days_text(t, days)}",
            _("Sign in before then and choose a new password; these reminders will then stop."),
        ),
    )


def _days_text(t: Texts, days: int) -> str:
    """Return the sentence that says in how many days that is."""
    if days == 0:
        return t.gettext("That is today.")
    if days == 1:
        return t.gettext("That is tomorrow.")
    return t.ngettext("That is in {number} day.", "That is in {number} days.", days)


def reminder_message(text: NotificationText, language: str, portal_url: str) -> SlackMessage:
    """Return the reminder as a DM with a link to the portal."""
    button = Button(texts(language).gettext("Choose a new password"), REMINDER_LINK, url=portal_url)
    blocks = [
        SectionBlock(f"*{escaped(text.subject)}*\n" + escaped("\n".join(text.lines))),
        ActionsBlock([button], block_id=REMINDER_LINK),
    ]
    return SlackMessage(escaped(text.subject), blocks_json(blocks))


def expired_password_text(user: User, language: str) -> NotificationText:
    """Return the text to an administrator about a temporary password that expired unused (D4)."""
    _ = texts(language).gettext
    return NotificationText(
        _("A temporary password for IMI expired unused"),
        (
            _(
                "The user did not sign in while the password was valid, and can no longer"
                " use it. User: {name}.",
                name=full_name(user, language),
            ),
            _("Reset the password to send a new temporary password by e-mail."),
        ),
    )


def expired_password_message(text: NotificationText, user: User, language: str) -> SlackMessage:
    """Return the text as a DM with a button that opens the reset (D4, D11)."""
    reset = reset_button(user, CHOOSE_USER, texts(language))
    blocks = [
        SectionBlock(f"*{escaped(text.subject)}*\n" + escaped("\n".join(text.lines))),
        ActionsBlock([reset], block_id=f"expired_{user.id}"),
    ]
    return SlackMessage(escaped(text.subject), blocks_json(blocks))
