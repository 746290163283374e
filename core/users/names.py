"""Checking people's names: any script, one line, no invisible characters (R41, R42)."""

from core.errors import BadNameError, NameFault, RequiredError
from core.text.characters import is_visible, one_line
from core.text_lengths import LONGEST_PERSON_NAME


def name_of(text: str, field: str) -> str:
    """Return the name in NFC with single spaces; errors name the form field `field`.

    Raises:
        RequiredError: the text is blank.
        BadNameError: control or invisible characters, no letter, or too long.
    """
    if not text.strip():
        raise RequiredError(field)
    if not is_visible(text):
        raise BadNameError(field, NameFault.CONTROL_CHARACTERS)
    name = one_line(text)
    if not any(map(str.isalpha, name)):
        raise BadNameError(field, NameFault.NO_LETTER)
    if len(name) > LONGEST_PERSON_NAME:
        raise BadNameError(field, NameFault.TOO_LONG)
    return name
