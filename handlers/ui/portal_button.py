"""The button that opens the portal, where users sign in and choose their password."""

from slackblocks import ActionsBlock, Button

from core.languages.texts import Texts, texts
from core.users.rules import User
from handlers.ui.action_ids import OPEN_PORTAL


def portal_url(public_url: str, user: User) -> str:
    """Return the address of the portal in the user's language."""
    return f"{public_url}/?lang={user.language}"


def portal_button(url: str, t: Texts) -> Button:
    """Return the button that opens the portal at this address."""
    return Button(t.gettext("Open the portal"), OPEN_PORTAL, url=url)


def portal_block(url: str, language: str) -> ActionsBlock:
    """Return the button alone, as a block of a message."""
    return ActionsBlock([portal_button(url, texts(language))], block_id=OPEN_PORTAL)
