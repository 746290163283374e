"""Finds English in what is shown in another language."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from core.languages.texts import LOCALE_DIR, po_path

# The shortest part between the placeholders of an English text that counts as English.
SHORTEST = 10


def english_left(shown: str, language: str) -> list[str]:
    """Return the pieces of English texts that are shown; no translation contains them."""
    in_it = _translations(language)
    return sorted(one for one in english_pieces() if one in shown and one not in in_it)


def english_pieces() -> set[str]:
    """Return what the English texts say between their placeholders, if it is more than a word."""
    with (LOCALE_DIR / "imi.pot").open("rb") as file:
        ids = [message.id for message in read_po(file) if message.id]
    found = (one for text in ids for one in ([text] if isinstance(text, str) else text))
    return {piece for text in found for piece in _pieces_of(text)}


def _pieces_of(text: str) -> set[str]:
    pieces = (piece.strip(" .:,;()") for piece in re.split(r"\{\w+\}|`[^`]*`", text))
    return {piece for piece in pieces if " " in piece and len(piece) >= SHORTEST}


def _translations(language: str) -> str:
    if language == "en":
        return ""
    with po_path(language).open("rb") as file:
        return "\n".join(str(message.string) for message in read_po(file, locale=language))
