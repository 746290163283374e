"""Checks that a person's name has letters of one script, on one line, all visible (D32)."""

import re
import unicodedata
from collections.abc import Iterator

from core.errors import BadNameError, InputError, NameFault, RequiredError
from core.text.characters import is_visible, one_line
from core.text.scripts import script_of, scripts_of
from core.text.web_addresses import holds_web_address
from core.text_lengths import LONGEST_PERSON_NAME

# Apostrophes and hyphens as programs write them; the letters ʻ and ʼ are apostrophes too.
_SIGNS = frozenset(" '’‘ʼʻ-\u2010\u2011.,")
# Catalan writes l·l with a full stop at half height.
_CATALAN = re.compile("(?<=l)·(?=l)", re.IGNORECASE)
# Text in brackets, such as pronouns or a team, which people add to their name in Slack.
_BRACKETED = re.compile(r"[(\[{][^)\]}]*[)\]}]?")


def name_of(text: str, field: str) -> str:
    """Return the name in NFC with single spaces; errors name the form field `field`.

    Raises:
        RequiredError: the text is blank.
        BadNameError: invisible characters, no letter, a web address, digits, other signs than
            blanks, apostrophes, hyphens, full stops and commas, letters of several scripts, or too
            long.
    """
    if not text.strip():
        raise RequiredError(field)
    if not is_visible(text):
        raise BadNameError(field, NameFault.CONTROL_CHARACTERS)
    name = one_line(text)
    fault = next(_faults(name), None)
    if fault is not None:
        raise BadNameError(field, fault, " ".join(dict.fromkeys(filter(_is_foreign, name))))
    return name


def proposed_name(text: str) -> str:
    """Return the part of a Slack profile's name that can be proposed; it may be empty.

    Additions to the name are left out: brackets, pictures, digits.
    """
    line = one_line(_BRACKETED.sub(" ", text))
    kept = "".join(sign for sign in line if not _is_foreign(sign)).strip("-,. ")
    try:
        return "" if holds_web_address(line) else name_of(kept[:LONGEST_PERSON_NAME], "")
    except InputError:
        return ""


def _faults(name: str) -> Iterator[NameFault]:
    if not any(map(str.isalpha, name)):
        yield NameFault.NO_LETTER
    if holds_web_address(name):
        yield NameFault.WEB_ADDRESS
    if any(unicodedata.category(sign)[0] == "N" for sign in name):
        yield NameFault.DIGITS
    if any(map(_is_foreign, _CATALAN.sub("", name))):
        yield NameFault.SIGNS
    if len(scripts_of(name)) > 1:
        yield NameFault.SCRIPTS
    if len(name) > LONGEST_PERSON_NAME:
        yield NameFault.TOO_LONG


def _is_foreign(sign: str) -> bool:
    """Return whether the sign stands in no name: no letter of a script, no mark, no such sign."""
    return not (sign in _SIGNS or unicodedata.category(sign)[0] == "M" or script_of(sign))
