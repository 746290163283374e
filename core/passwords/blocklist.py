"""Recognises passwords that attackers try first: leaked ones, common words, runs on a keyboard."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

# The rows of keyboards used in the Union, two patterns across the rows, and the alphabet.
_WALKS = (
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
    "wxcvbn",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
)
_SHORTEST_RUN = 3
_LONGEST_RUN = 30
_FEWEST_DIFFERENT = 4

# Signs and digits that stand for letters: P@ssw0rd, We1c0me, $ommer.
_DISGUISES = (
    str.maketrans("@4031$5!7", "aaoeissit"),
    str.maketrans("@4031$5!7", "aaoelsslt"),
)


def is_common(text: str, nearby: Iterable[str] = ()) -> bool:
    """Return whether attackers try this password early, in any case and disguise.

    A word of the list stays common whatever digits and signs surround it: Sommer2026!,
    1Velkommen, P@ssw0rd1. `nearby` are more such words in lower case, such as those of the
    authority's name.
    """
    folded = text.casefold()
    undisguised = _without_disguise(folded)
    return (
        len(set(folded)) < _FEWEST_DIFFERENT
        or not _words().isdisjoint(undisguised)
        or not undisguised.isdisjoint(nearby)
        or _is_walk(re.sub(r"[\W_]", "", folded))
    )


def _without_disguise(folded: str) -> set[str]:
    core = _trimmed(folded)
    plain = {folded, core}
    for disguise in _DISGUISES:
        plain |= {core.translate(disguise), _trimmed(folded.translate(disguise))}
    return plain


def _trimmed(text: str) -> str:
    return text.strip("".join(character for character in set(text) if not character.isalpha()))


def _is_walk(text: str) -> bool:
    start = 0
    while start < len(text):
        length = _run_at(text, start)
        if length == 0:
            return False
        start += length
    return start > 0


def _run_at(text: str, start: int) -> int:
    lengths = range(_LONGEST_RUN, _SHORTEST_RUN - 1, -1)
    return next((length for length in lengths if text[start : start + length] in _runs()), 0)


@cache
def _runs() -> frozenset[str]:
    return frozenset(
        walk[start:end]
        for row in _WALKS
        for walk in (row, row[::-1])
        for start in range(len(walk))
        for end in range(start + _SHORTEST_RUN, len(walk) + 1)
    )


@cache
def _words() -> frozenset[str]:
    own_words = {line for line in _lines("blocklist.txt") if line and not line.startswith("#")}
    # Their origin and licence are beside them, in leaked_passwords.license.txt.
    return frozenset(own_words.union(_lines("leaked_passwords.txt")))


def _lines(file: str) -> list[str]:
    return files("core.passwords").joinpath(file).read_text("utf-8").splitlines()
