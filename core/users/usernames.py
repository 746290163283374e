"""Validates usernames, and proposes a username for a name (R51-R53, D8)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.errors import BadUsernameError, UsernameFault
from core.policy import Policy
from core.text.characters import without_format_characters
from core.text.transliteration import to_ascii

_CHARACTERS = re.compile(r"[a-z0-9._-]*")
_FALLBACK = "user"
_COUNTED_UP_TO = 50
_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Username:
    """A name to sign in with, of `[a-z0-9._-]` only; `username_of` checks the length."""

    text: str

    def __post_init__(self) -> None:
        if not _CHARACTERS.fullmatch(self.text):
            raise BadUsernameError(UsernameFault.CHARACTERS)


def username_of(text: str, policy: Policy) -> Username:
    """Return the typed text as a username; case and outer spaces do not matter (R52, D8).

    Characters without a width, which are copied unseen, are left out.

    Raises:
        BadUsernameError: other characters, too short or too long.
    """
    username = Username(without_format_characters(text).strip().lower())
    least, most = policy.username_min_length, policy.username_max_length
    if len(username.text) < least:
        raise BadUsernameError(UsernameFault.TOO_SHORT, least=least, most=most)
    if len(username.text) > most:
        raise BadUsernameError(UsernameFault.TOO_LONG, least=least, most=most)
    return username


def base_of(first: str, last: str, policy: Policy) -> str:
    """Return first initial and surname in ASCII, within the policy's lengths (D8).

    Spaces and apostrophes are dropped, hyphens inside a surname are kept: Ana García-Lorca →
    agarcia-lorca. A surname that is too short takes more of the first name, then a number:
    Eva Ó → evo, Ý Ó → yo1. A name of one word is taken whole. A name that has no spelling in
    Latin letters becomes user1.
    """
    stem = _stem_of(first, last, policy)
    return stem if len(stem) >= policy.username_min_length else _numbered(stem, 1, policy)


def propose(first: str, last: str, is_taken: Callable[[str], bool], policy: Policy) -> str:
    """Return a username for the name that is not taken: ahansen, ahansen2, ahansen3, … (R51, R53).

    `is_taken` is called at most 71 times: from 50 on the numbers double, so that a name which
    hundreds of users share costs no hundreds of queries. The number need not be the lowest free
    one.

    Raises:
        LookupError: all candidates are taken, which means that `is_taken` is wrong.
    """
    for candidate in _candidates(first, last, policy):
        if not is_taken(candidate):
            return candidate
    raise LookupError("No username is free for this name.")


def _candidates(first: str, last: str, policy: Policy) -> Iterator[str]:
    stem = _stem_of(first, last, policy)
    yield base_of(first, last, policy)
    for number in range(2, _COUNTED_UP_TO + 1):
        yield _numbered(stem, number, policy)
    for doubling in range(1, _DOUBLINGS + 1):
        yield _numbered(stem, _COUNTED_UP_TO * 2**doubling, policy)


def _stem_of(first: str, last: str, policy: Policy) -> str:
    given, family = to_ascii(first).replace("-", ""), to_ascii(last)
    wanted = max(1, policy.username_min_length - len(family)) if family else len(given)
    stem = given[:wanted] + family
    return stem[: policy.username_max_length].rstrip("-")


def _numbered(stem: str, number: int, policy: Policy) -> str:
    base = stem or _FALLBACK
    digits = str(number).zfill(policy.username_min_length - len(base))
    return base[: policy.username_max_length - len(digits)] + digits
