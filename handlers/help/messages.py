"""The message that tells an administrator what a user asks for (R38)."""

from core.languages.names import full_name
from core.languages.texts import texts
from core.users.rules import User
from handlers.ui.messages import NotificationText


def help_request_text(user: User, topic: str, language: str) -> NotificationText:
    """Return the request; `topic` is the command that the user may not use, or empty."""
    _ = texts(language).gettext
    lines = [_("This user asks you to do something in IMI that only an administrator can do.")]
    lines.append(_("User: {name}", name=full_name(user, language)))
    if topic:
        lines.append(_("Command: {command}", command=topic))
    lines.append(_("Contact the user to find out what is needed."))
    return NotificationText(_("A user asks for your help in IMI"), tuple(lines))
