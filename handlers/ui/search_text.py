"""Normalises and shortens the text that a user searches for."""

from core.store.store import Store
from core.text.characters import one_line
from core.users import lookup
from core.users.principals import Principal

# The text is kept in the modal's metadata, which Slack limits to 3000 characters.
LONGEST_SEARCH = 200


def clean_search_text(text: str) -> str:
    """Return the visible characters of the text in one line, cut to `LONGEST_SEARCH`."""
    return one_line(text)[:LONGEST_SEARCH].strip()


async def search_text_of_command(
    store: Store, principal: Principal, text: str, team_id: str
) -> str:
    """Return the text after a command as a search: a mention of a colleague is their name.

    The database is read only if there is a mention.
    """
    if lookup.has_mention(text):
        text = await store.read(lambda tx: lookup.without_mentions(tx, principal, text, team_id))
    return clean_search_text(text)
