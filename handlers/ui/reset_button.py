"""The button that opens the reset of a user's password."""

from slackblocks import Button

from core.languages.texts import Texts
from core.users.rules import User


def reset_button(user: User, action_id: str, t: Texts) -> Button:
    """Return the button; the user picker handles the action id."""
    return Button(t.gettext("Reset password"), action_id, value=f"reset:{user.id}")
