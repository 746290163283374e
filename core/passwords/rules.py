"""The expiry of passwords, and the rules for new ones (R69-R78, D1, D5).

The limits in these rules, such as the minimum length, are in `core/password_policy.py`.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from core.errors import PasswordRule
from core.passwords.blocklist import is_common
from core.policy import Policy
from core.secret import Secret
from core.text.characters import without_outer_blanks
from core.text.transliteration import to_ascii

_SHORTEST_PERSONAL_WORD = 4
LONGEST_TYPED = 4096


def expires_at(made_at: datetime, *, temporary: bool, policy: Policy) -> datetime:
    """Return when a password made at `made_at` expires, in UTC (D4, D5).

    A temporary one lasts a number of days, a chosen one a number of calendar months.
    """
    made = made_at.astimezone(UTC)
    if temporary:
        return made + timedelta(days=policy.temporary_password_days)
    years, month = divmod(made.month - 1 + policy.password_months, 12)
    year, month = made.year + years, month + 1
    return made.replace(year=year, month=month, day=min(made.day, monthrange(year, month)[1]))


def normalised(password: Secret) -> Secret:
    """Return the password in NFC, so that é is the same from every keyboard.

    A password of more than 4096 characters is returned unchanged: no user has one, and normalising
    many combining accents takes quadratic time.
    """
    if len(password.reveal()) > LONGEST_TYPED:
        return password
    return Secret(unicodedata.normalize("NFC", password.reveal()))


def spellings_of(password: Secret) -> tuple[Secret, ...]:
    """Return the password as typed, and then without the blanks that copying put around it.

    Their number depends only on the typed text, so that comparing all of them takes the same time
    for every username (D3).
    """
    trimmed = without_outer_blanks(password.reveal())
    return (password,) if trimmed == password.reveal() else (password, Secret(trimmed))


def broken_rules(
    password: Secret, policy: Policy, personal: Iterable[str], nearby: Iterable[str] = ()
) -> tuple[PasswordRule, ...]:
    """Return the rules that the password breaks, in the order in which they are shown (R72-R75).

    `personal` are texts whose words must not occur in the password: username, names and the local
    part of the e-mail address. `nearby` are the authority's names: a password that is one of
    their words with only digits and signs around it is too common. R71 (NOT_RECENT) is not
    checked here, because that takes the old hashes.
    """
    if len(password.reveal()) > LONGEST_TYPED:
        return (PasswordRule.NOT_TOO_LONG,)
    text = normalised(password).reveal()
    fulfilled = {
        PasswordRule.LENGTH: len(text) >= policy.password_min_length,
        PasswordRule.UPPER_CASE: any(map(str.isupper, text)),
        PasswordRule.LOWER_CASE: any(map(str.islower, text)),
        PasswordRule.NUMBER: any(map(str.isdecimal, text)),
        PasswordRule.NOT_TOO_LONG: len(text) <= policy.password_max_length,
        PasswordRule.NOT_COMMON: not is_common(text, frozenset(_words_of(nearby))),
        PasswordRule.NOT_PERSONAL: not _is_personal(text, personal),
    }
    return tuple(rule for rule in PasswordRule if not fulfilled.get(rule, True))


def _is_personal(text: str, personal: Iterable[str]) -> bool:
    spellings = (text.casefold(), to_ascii(text))
    return any(word in spelling for word in _words_of(personal) for spelling in spellings)


def _words_of(personal: Iterable[str]) -> Iterator[str]:
    for text in personal:
        for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)):
            for spelling in (word.casefold(), to_ascii(word)):
                if len(spelling) >= _SHORTEST_PERSONAL_WORD and not spelling.isdecimal():
                    yield spelling
