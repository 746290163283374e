"""People's names: any script, one line, nothing invisible (R41, R42)."""

from core.errors import BadNameError, NameFault, RequiredError
from core.limits import LONGEST_PERSON_NAME
from core.text.characters import is_seen, one_line


def name_of(text: str, field: str) -> str:
    """Return a name in NFC with single spaces; `field` is the one to blame.

    Raises:
        RequiredError: nothing but white space.
        BadNameError: control or invisible characters, no letter, or more than 80 characters.
    """
    if not text.strip():
        raise RequiredError(field)
    if not is_seen(text):
        raise BadNameError(field, NameFault.CONTROL_CHARACTERS)
    name = one_line(text)
    if not any(map(str.isalpha, name)):
        raise BadNameError(field, NameFault.NO_LETTER)
    if len(name) > LONGEST_PERSON_NAME:
        raise BadNameError(field, NameFault.TOO_LONG)
    return name
