"""Reads the person who is typed after `/imi-adduser` into the form."""

import re

from core.languages.names import split_name
from core.text.characters import one_line
from core.text_lengths import LONGEST_PERSON_NAME
from handlers.ui.person_fields import UserDraft

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_ADDRESS = re.compile(r"(?:<mailto:)?([^\s<>|@]+@[^\s<>|@]+)(?:\|[^\s<>]*)?>?")


def draft_of(text: str, language: str) -> UserDraft:
    """Return the form with what is typed: a Slack member, or a name and an e-mail address (R38).

    The language is the reader's: it is the order of the names, and the form's working language.
    """
    mention = _MENTION.search(text)
    if mention is not None:
        return UserDraft(language=language, member=mention.group(1))
    words = one_line(text).split()
    addresses = [found.group(1) for word in words if (found := _ADDRESS.fullmatch(word))]
    name = " ".join(word for word in words if not _ADDRESS.fullmatch(word))
    first, last = (part[:LONGEST_PERSON_NAME] for part in split_name(name, language))
    email = addresses[0] if addresses else ""
    return UserDraft(language=language, first_name=first, last_name=last, email=email)
