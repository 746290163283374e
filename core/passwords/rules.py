"""The two status axes, the six months, and what a new password must have (R69-R78, D1, D5)."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from core.errors import PasswordRule
from core.passwords.blocklist import is_common
from core.policy import Policy
from core.secret import Secret
from core.text.transliteration import to_ascii

_SHORTEST_PERSONAL_WORD = 4
LONGEST_TYPED = 4096


def expires_at(made_at: datetime, *, temporary: bool, policy: Policy) -> datetime:
    """Return when a password made then expires, in UTC: after days or calendar months (D4, D5)."""
    made = made_at.astimezone(UTC)
    if temporary:
        return made + timedelta(days=policy.temporary_password_days)
    years, month = divmod(made.month - 1 + policy.password_months, 12)
    year, month = made.year + years, month + 1
    return made.replace(year=year, month=month, day=min(made.day, monthrange(year, month)[1]))


def normalised(password: Secret) -> Secret:
    """Return the password in NFC, so that every keyboard's spelling of é is the same.

    One of more than 4096 characters stays as it is: it is nobody's, and bringing a heap of accents
    in order takes the square of its height.
    """
    if len(password.reveal()) > LONGEST_TYPED:
        return password
    return Secret(unicodedata.normalize("NFC", password.reveal()))


def broken_rules(
    password: Secret, policy: Policy, personal: Iterable[str], nearby: Iterable[str] = ()
) -> tuple[PasswordRule, ...]:
    """Return the rules the password breaks, in the order people read them (R72-R75).

    `personal` is what must not be in it at all: username, names, the e-mail address's local part.
    A word of `nearby`, the authority's names, must not be all there is to it but digits and signs.
    Of R71 (NOT_RECENT) nothing is said here; that takes the old hashes.
    """
    if len(password.reveal()) > LONGEST_TYPED:
        return (PasswordRule.NOT_TOO_LONG,)
    text = normalised(password).reveal()
    kept = {
        PasswordRule.LENGTH: len(text) >= policy.password_min_length,
        PasswordRule.UPPER_CASE: any(map(str.isupper, text)),
        PasswordRule.LOWER_CASE: any(map(str.islower, text)),
        PasswordRule.NUMBER: any(map(str.isdecimal, text)),
        PasswordRule.NOT_TOO_LONG: len(text) <= policy.password_max_length,
        PasswordRule.NOT_COMMON: not is_common(text, frozenset(_words_of(nearby))),
        PasswordRule.NOT_PERSONAL: not _is_personal(text, personal),
    }
    return tuple(rule for rule in PasswordRule if not kept.get(rule, True))


def _is_personal(text: str, personal: Iterable[str]) -> bool:
    spellings = (text.casefold(), to_ascii(text))
    return any(word in spelling for word in _words_of(personal) for spelling in spellings)


def _words_of(personal: Iterable[str]) -> Iterator[str]:
    for text in personal:
        for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)):
            for spelling in (word.casefold(), to_ascii(word)):
                if len(spelling) >= _SHORTEST_PERSONAL_WORD and not spelling.isdecimal():
                    yield spelling
