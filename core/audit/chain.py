"""Walking the chain of the audit trail and finding where it was tampered with (D22); pure."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.audit.rules import GENESIS, SYSTEM, Act, AuditEntry, details_digest, entry_hash_of

# Who alters a million entries is not told of each.
MOST_NAMED = 1000
# Of any other length, a salt and the details after it could be cut in two in another place.
_SALT = re.compile(r"[0-9a-f]{32}")


class ChainFault(StrEnum):
    """What is wrong with an entry."""

    ALTERED = "altered"
    OUT_OF_PLACE = "out of place"  # inserted, removed before it, or reordered
    ERASED = "erased without a purge"  # its details are gone, and its user was not purged after it
    UNLIKE_CHECKPOINT = "unlike a head"
    CUT_OFF = "cut off"  # entries after the last one are gone


@dataclass(frozen=True, slots=True, order=True)
class ChainFinding:
    """A fault, and the number of the entry it was found at."""

    number: int
    fault: ChainFault


class ChainWalk:
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
        self._findings: list[ChainFinding] = []
        self.faults = 0
        self.number = after

    def take(self, entry: AuditEntry | int) -> None:
        """Check the next entry, or the number of one that cannot be read; then go on from it."""
        number = entry if isinstance(entry, int) else entry.id
        if number != self.number + 1:
            self._found(min(self.number + 1, number), ChainFault.OUT_OF_PLACE)
            if number <= self.number:
                return
        if isinstance(entry, int):
            self._found(entry, ChainFault.ALTERED)
            self.number, self._previous = entry, None
            return
        self._check(entry)
        self.number, self._previous = entry.id, entry.entry_hash

    def end(self, newest: int, entry_hash: str) -> tuple[ChainFinding, ...]:
        """Return the findings after all entries; `newest` and `entry_hash` are its tip.

        `faults` counts those too that are too many to be named.
        """
        if newest > self.number or any(number > self.number for number in self._heads):
            self._found(self.number + 1, ChainFault.CUT_OFF)
        elif newest < self.number:
            self._found(newest + 1, ChainFault.OUT_OF_PLACE)
        elif self._previous not in {entry_hash, None}:
            self._found(newest, ChainFault.UNLIKE_CHECKPOINT)
        for number in self._erased.values():
            self._found(number, ChainFault.ERASED)
        return tuple(sorted(self._findings))

    def _check(self, entry: AuditEntry) -> None:
        if entry.id == self.number + 1 and self._previous not in {entry.previous_hash, None}:
            self._found(entry.id, ChainFault.OUT_OF_PLACE)
        elif not _is_sealed(entry) or not self._has_details(entry):
            self._found(entry.id, ChainFault.ALTERED)
        if self._heads.pop(entry.id, entry.entry_hash) != entry.entry_hash:
            self._found(entry.id, ChainFault.UNLIKE_CHECKPOINT)
        if entry.audit_event.act == Act.USER_PURGED:
            self._account_for(entry)

    def _account_for(self, purge: AuditEntry) -> None:
        """Take the purge as the reason for what was erased before it, and for nothing later.

        Its seal needs no key: so it counts once, from the product alone, and where the user is
        no longer there.
        """
        user_id = purge.audit_event.user_id or 0
        if purge.audit_event.actor != SYSTEM or user_id not in self._purged:
            return
        if user_id not in self._accounted and purge.salt:
            self._erased.pop(user_id, None)
        self._accounted.add(user_id)

    def _has_details(self, entry: AuditEntry) -> bool:
        if entry.salt:
            of_ours = _SALT.fullmatch(entry.salt) is not None
            return of_ours and entry.digest == details_digest(entry.audit_event.details, entry.salt)
        # A purge leaves neither (D14); whether there was one shows later.
        if entry.audit_event.user_id is not None:
            self._erased.setdefault(entry.audit_event.user_id, entry.id)
        return not entry.audit_event.details and entry.audit_event.user_id is not None

    def _found(self, number: int, fault: ChainFault) -> None:
        self.faults += 1
        if len(self._findings) < MOST_NAMED:
            self._findings.append(ChainFinding(number, fault))


def _is_sealed(entry: AuditEntry) -> bool:
    return entry.entry_hash == entry_hash_of(
        entry.id,
        entry.at,
        entry.audit_event,
        digest=entry.digest,
        previous_hash=entry.previous_hash,
    )
