"""Walking the chain of the audit trail and finding where it was tampered with (D22); pure."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.audit.rules import GENESIS, SYSTEM, Act, Entry, digest_of, seal_of

# Who alters a million entries is not told of each.
MOST_NAMED = 1000
# Of any other length, a salt and the details after it could be cut in two in another place.
_SALT = re.compile(r"[0-9a-f]{32}")


class Fault(StrEnum):
    """What is wrong with an entry."""

    ALTERED = "altered"
    OUT_OF_PLACE = "out of place"  # inserted, removed before it, or reordered
    ERASED = "erased without a purge"  # its details are gone, and its user was not purged after it
    UNLIKE_HEAD = "unlike a head"
    CUT_OFF = "cut off"  # entries after the last one are gone


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A fault, and the number of the entry it was found at."""

    number: int
    fault: Fault


class Walk:
    """Takes the entries one after the other; keeps only what it needs of those it has seen.

    `heads` are seals known from elsewhere, by the number of their entry; `purged` are the users
    of whom the database says that they were erased (D14). It begins after the entry `after`.
    """

    def __init__(
        self,
        heads: Mapping[int, str] | None = None,
        purged: Container[int] = (),
        *,
        after: int = 0,
    ) -> None:
        self._heads = dict(heads or {})
        self._purged = purged
        # None where the entry before cannot be read: what it was sealed with is not known.
        self._previous: str | None = None if after else GENESIS
        self._erased: dict[int, int] = {}
        self._accounted: set[int] = set()
        self._findings: list[Finding] = []
        self.faults = 0
        self.number = after

    def take(self, entry: Entry | int) -> None:
        """Check the next entry, or the number of one that cannot be read; then go on from it."""
        number = entry if isinstance(entry, int) else entry.id
        if number != self.number + 1:
            self._found(min(self.number + 1, number), Fault.OUT_OF_PLACE)
            if number <= self.number:
                return
        if isinstance(entry, int):
            self._found(entry, Fault.ALTERED)
            self.number, self._previous = entry, None
            return
        self._check(entry)
        self.number, self._previous = entry.id, entry.seal

    def end(self, newest: int, seal: str) -> tuple[Finding, ...]:
        """Return what was found, once all are taken; `newest` and `seal` are the chain's head.

        `faults` counts those too that are too many to be named.
        """
        if newest > self.number or any(number > self.number for number in self._heads):
            self._found(self.number + 1, Fault.CUT_OFF)
        elif newest < self.number:
            self._found(newest + 1, Fault.OUT_OF_PLACE)
        elif self._previous not in {seal, None}:
            self._found(newest, Fault.UNLIKE_HEAD)
        for number in self._erased.values():
            self._found(number, Fault.ERASED)
        return tuple(sorted(self._findings))

    def _check(self, entry: Entry) -> None:
        if entry.id == self.number + 1 and self._previous not in {entry.previous, None}:
            self._found(entry.id, Fault.OUT_OF_PLACE)
        elif not _is_sealed(entry) or not self._has_details(entry):
            self._found(entry.id, Fault.ALTERED)
        if self._heads.pop(entry.id, entry.seal) != entry.seal:
            self._found(entry.id, Fault.UNLIKE_HEAD)
        if entry.happening.act == Act.USER_PURGED:
            self._account_for(entry)

    def _account_for(self, purge: Entry) -> None:
        """Take the purge as the reason for what was erased before it, and for nothing later.

        Its seal needs no key: so it counts once, from the product alone, and where the user is
        no longer there.
        """
        user_id = purge.happening.user_id or 0
        if purge.happening.actor != SYSTEM or user_id not in self._purged:
            return
        if user_id not in self._accounted and purge.salt:
            self._erased.pop(user_id, None)
        self._accounted.add(user_id)

    def _has_details(self, entry: Entry) -> bool:
        if entry.salt:
            of_ours = _SALT.fullmatch(entry.salt) is not None
            return of_ours and entry.digest == digest_of(entry.happening.details, entry.salt)
        # A purge leaves neither (D14); whether there was one shows later.
        if entry.happening.user_id is not None:
            self._erased.setdefault(entry.happening.user_id, entry.id)
        return not entry.happening.details and entry.happening.user_id is not None

    def _found(self, number: int, fault: Fault) -> None:
        self.faults += 1
        if len(self._findings) < MOST_NAMED:
            self._findings.append(Finding(number, fault))


def _is_sealed(entry: Entry) -> bool:
    return entry.seal == seal_of(
        entry.id, entry.at, entry.happening, digest=entry.digest, previous=entry.previous
    )
