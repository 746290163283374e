"""Walking the chain of the audit trail and finding where it was tampered with (D22); pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.audit.rules import GENESIS, Act, Entry, digest_of, seal_of


class Fault(StrEnum):
    """What is wrong with an entry."""

    ALTERED = "altered"
    OUT_OF_PLACE = "out of place"  # inserted, removed before it, or reordered
    ERASED = "erased without a purge"  # its details are gone, and its user was never purged
    UNLIKE_HEAD = "unlike a posted head"
    CUT_OFF = "cut off"  # entries after the last one are gone


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A fault, and the number of the entry it was found at."""

    number: int
    fault: Fault


class Walk:
    """Takes the entries one after the other; keeps only what it needs of those it has seen.

    `heads` are seals known from elsewhere, by the number of their entry.
    """

    def __init__(self, heads: Mapping[int, str] | None = None) -> None:
        self._heads = dict(heads or {})
        self._previous = GENESIS
        self._erased: dict[int, int] = {}
        self._purged: set[int] = set()
        self.findings: list[Finding] = []
        self.number = 0

    def take(self, entry: Entry) -> None:
        """Check the next entry; after a fault the walk goes on from it."""
        if (entry.id, entry.previous) != (self.number + 1, self._previous):
            self._found(self.number + 1, Fault.OUT_OF_PLACE)
        elif not _is_sealed(entry) or not self._has_details(entry):
            self._found(entry.id, Fault.ALTERED)
        if self._heads.pop(entry.id, entry.seal) != entry.seal:
            self._found(entry.id, Fault.UNLIKE_HEAD)
        if entry.happening.act == Act.USER_PURGED and entry.happening.user_id is not None:
            self._purged.add(entry.happening.user_id)
        self.number, self._previous = entry.id, entry.seal

    def end(self, newest: int, seal: str) -> tuple[Finding, ...]:
        """Return what was found, once all are taken; `newest` and `seal` are the chain's head."""
        missing = [number for number in self._heads if number > self.number]
        if missing or (newest, seal) != (self.number, self._previous):
            self._found(self.number + 1, Fault.CUT_OFF)
        for user_id, number in self._erased.items():
            if user_id not in self._purged:
                self._found(number, Fault.ERASED)
        return tuple(sorted(self.findings))

    def _has_details(self, entry: Entry) -> bool:
        if entry.salt:
            return entry.digest == digest_of(entry.happening.details, entry.salt)
        # A purge leaves neither (D14); whether there was one shows in the end.
        if entry.happening.user_id is not None:
            self._erased.setdefault(entry.happening.user_id, entry.id)
        return not entry.happening.details and entry.happening.user_id is not None

    def _found(self, number: int, fault: Fault) -> None:
        self.findings.append(Finding(number, fault))


def _is_sealed(entry: Entry) -> bool:
    return entry.seal == seal_of(
        entry.id, entry.at, entry.happening, digest=entry.digest, previous=entry.previous
    )
