"""Normalises and shortens the text that a user searches for."""

from core.text.characters import one_line

# The text is kept in the modal's metadata, which Slack limits to 3000 characters.
LONGEST_SEARCH = 200


def clean_search_text(text: str) -> str:
    """Return the visible characters of the text in one line, cut to `LONGEST_SEARCH`."""
    return one_line(text)[:LONGEST_SEARCH].strip()
