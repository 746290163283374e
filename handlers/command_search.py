"""Reads the text after a command as a search, in which a mention stands for a colleague's name."""

from core.store.store import Store
from core.users import lookup
from core.users.principals import Principal
from handlers.ui.search_text import clean_search_text


async def search_text_of_command(
    store: Store, principal: Principal, text: str, team_id: str
) -> str:
    """Return the text after a command as a search: a mention of a colleague is their name.

    The database is read only if there is a mention.
    """
    if lookup.has_mention(text):
        text = await store.read(lambda tx: lookup.without_mentions(tx, principal, text, team_id))
    return clean_search_text(text)
