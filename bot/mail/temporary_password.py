"""The letter that carries a temporary password; the username is never in it (D4, D10)."""

from dataclasses import dataclass
from datetime import datetime

from bot.mail.letter import Letter, mailbox_of_user
from bot.mail.rendering import paper
from core.authorities.rules import Authority
from core.languages.texts import texts
from core.secret import Secret
from core.users.rules import User
from core.users.status import AccountState, account_state


@dataclass(frozen=True, slots=True)
class Until:
    """When the password runs out, and in which time zone the user reads that."""

    moment: datetime
    tz: str


def temporary_password(
    user: User, authority: Authority, password: Secret, until: Until, portal_url: str
) -> Letter:
    """Return the letter in the user's language (D20): greeting, password, link, how long."""
    words = texts(user.language)
    values: dict[str, object] = {
        "_": words.gettext,
        "language": user.language,
        "is_new": account_state(user.status) == AccountState.NEW,
        "name": user.full_name,
        "authority": authority.informal_title,
        "password": password.reveal(),
        "portal_url": portal_url,
        "valid_until": words.moment(until.moment, until.tz),
    }
    return Letter(
        recipient=mailbox_of_user(user),
        language=user.language,
        subject=words.gettext("Your temporary password for IMI"),
        plain=paper().get_template("temporary_password.txt").render(values),
        html=paper().get_template("temporary_password.html").render(values),
    )
