"""What people type to find something, as it is sought and stands in the field again."""

from core.text.characters import one_line

# It travels with the modal, of which Slack takes 3000 characters.
LONGEST_SEARCH = 200


def clean_search_text(text: str) -> str:
    """Return what can be seen of the text, in one line; nobody's name is longer than is kept."""
    return one_line(text)[:LONGEST_SEARCH].strip()
