"""Renders the e-mail with a temporary password, which must not contain the username (D4, D10)."""

from dataclasses import dataclass
from datetime import datetime

from bot.mail.letter import Letter, user_mailbox
from bot.mail.rendering import mail_templates
from core.authorities.rules import Authority
from core.languages.names import full_name
from core.languages.texts import texts
from core.secret import Secret
from core.users.rules import User
from core.users.status import AccountState, account_state


@dataclass(frozen=True, slots=True)
class IssuedPassword:
    """A temporary password, when it expires, and the time zone in which the user reads that.

    `is_first`: no other temporary password was sent to the user by e-mail before.
    """

    password: Secret
    expires_at: datetime
    tz: str
    is_first: bool = True


def temporary_password_letter(
    user: User, authority: Authority, issued: IssuedPassword, portal_url: str
) -> Letter:
    """Return the letter in the user's language (D20): greeting, password, link, expiry."""
    words = texts(user.language)
    values: dict[str, object] = {
        "_": words.gettext,
        "language": words.shown_language,
        "is_new": account_state(user.status) == AccountState.NEW,
        "is_first": issued.is_first,
        "name": full_name(user, user.language),
        "authority": authority.informal_title,
        "password": issued.password.reveal(),
        "portal_url": portal_url,
        "valid_until": words.moment(issued.expires_at, issued.tz),
    }
    return Letter(
        recipient=user_mailbox(user),
        language=words.shown_language,
        subject=words.gettext("Your temporary password for IMI"),
        plain=mail_templates().get_template("temporary_password.txt").render(values),
        html=mail_templates().get_template("temporary_password.html").render(values),
    )
