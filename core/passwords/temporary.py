"""Generates random temporary passwords, without characters that look alike (R68, D4)."""

import secrets
from collections.abc import Callable

from core.policy import Policy
from core.secret import Secret

# Without characters that look alike: 0 O o, 1 I l i, 5 S, 2 Z, 8 B.
_UPPER = "ACDEFGHJKLMNPQRTUVWXY"
_LOWER = "abcdefghjkmnpqrstuvwxyz"
_DIGITS = "23456789"
_ALL = _UPPER + _LOWER + _DIGITS
_GROUP = 4
# One upper-case letter, one lower-case letter and one digit (12.9 bits), then 21 of all 52
# characters (119.7 bits): 132 bits in six groups.
_GROUPS = 6


def make_temporary(policy: Policy, choose: Callable[[str], str] = secrets.choice) -> Secret:
    """Return a new password of at least 128 bits in groups, such as `Kd7m-x3Qp-…` (R72-R75, D4).

    It begins with an upper-case letter, a lower-case letter and a digit, so that it keeps every
    rule at the first try. A longer minimum length gets more groups. `choose` picks one character.
    """
    groups = max(_GROUPS, -(-(policy.password_min_length + 1) // (_GROUP + 1)))
    opening = [choose(_UPPER), choose(_LOWER), choose(_DIGITS)]
    characters = opening + [choose(_ALL) for _ in range(groups * _GROUP - len(opening))]
    starts = range(0, len(characters), _GROUP)
    return Secret("-".join("".join(characters[start : start + _GROUP]) for start in starts))
