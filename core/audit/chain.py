"""Walks the hash chain of the audit trail, and finds entries that were tampered with (D22)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.audit.rules import GENESIS, SYSTEM, Act, AuditEntry, details_digest, entry_hash_of
from core.audit.stored_entries import SALT, StoredEntry, continues_chain, decode

# Bounds the list of findings when somebody altered a million entries.
MOST_NAMED = 1000


class ChainFault(StrEnum):
    """The faults that an entry can have."""

    ALTERED = "altered"
    OUT_OF_PLACE = "out of place"  # inserted, reordered, or the entry before it was removed
    ERASED = "erased without a purge"  # no details, and no later purge that explains it
    UNLIKE_CHECKPOINT = "unlike a checkpoint"  # or unlike the tip of the chain
    CUT_OFF = "cut off"  # the entries from here on are gone


@dataclass(frozen=True, slots=True, order=True)
class ChainFinding:
    """A fault, and the number of the entry at which it was found."""

    number: int
    fault: ChainFault


class ChainWalk:
    """Checks the entries one after the other; keeps only what later entries need.

    `checkpoints` are the known hashes of entries, by their numbers. `purged` holds the ids of the
    users whom the database says were purged (D14). The walk begins behind the entry `after`.
    """

    def __init__(
        self,
        checkpoints: Mapping[int, str] | None = None,
        purged: Container[int] = (),
        *,
        after: int = 0,
    ) -> None:
        self._checkpoints = dict(checkpoints or {})
        self._purged = purged
        # None if the hash of the previous entry is not known, because that entry was not read.
        self._previous_hash: str | None = None if after else GENESIS
        # By user: the first entry without details that no purge has explained yet.
        self._erased: dict[int, int] = {}
        self._purges_seen: set[int] = set()
        self._findings: list[ChainFinding] = []
        self.faults = 0
        self.number = after

    def check_stored(self, row: StoredEntry | int) -> None:
        """Check the next row of the database, or note the number of one that cannot be fetched."""
        if isinstance(row, int):
            self.check_next(row)
        elif row[0] not in self._checkpoints and continues_chain(
            row, self.number, self._previous_hash
        ):
            self.number, self._previous_hash = row[0], row[-1]
        else:
            self.check_next(decode(row))

    def check_next(self, entry: AuditEntry | int) -> None:
        """Check the next entry, or note the number of one that cannot be read."""
        number = entry if isinstance(entry, int) else entry.id
        if number != self.number + 1:
            self._report(min(self.number + 1, number), ChainFault.OUT_OF_PLACE)
            if number <= self.number:
                return
        if isinstance(entry, int):
            self._report(entry, ChainFault.ALTERED)
            self.number, self._previous_hash = entry, None
            return
        self._check(entry)
        self.number, self._previous_hash = entry.id, entry.entry_hash

    def finish(self, newest: int, entry_hash: str) -> tuple[ChainFinding, ...]:
        """Compare with the tip of the chain, `newest` and `entry_hash`; return all findings.

        `faults` also counts those beyond the first `MOST_NAMED`.
        """
        if newest > self.number or any(number > self.number for number in self._checkpoints):
            self._report(self.number + 1, ChainFault.CUT_OFF)
        elif newest < self.number:
            self._report(newest + 1, ChainFault.OUT_OF_PLACE)
        elif self._previous_hash not in {entry_hash, None}:
            self._report(newest, ChainFault.UNLIKE_CHECKPOINT)
        for number in self._erased.values():
            self._report(number, ChainFault.ERASED)
        return tuple(sorted(self._findings))

    def _check(self, entry: AuditEntry) -> None:
        follows = entry.id == self.number + 1
        if follows and self._previous_hash not in {entry.previous_hash, None}:
            self._report(entry.id, ChainFault.OUT_OF_PLACE)
        elif not _is_hash_right(entry) or not self._are_details_right(entry):
            self._report(entry.id, ChainFault.ALTERED)
        if self._checkpoints.pop(entry.id, entry.entry_hash) != entry.entry_hash:
            self._report(entry.id, ChainFault.UNLIKE_CHECKPOINT)
        if entry.audit_event.act == Act.USER_PURGED:
            self._accept_purge(entry)

    def _accept_purge(self, purge: AuditEntry) -> None:
        """Take the purge as the reason for what was erased before it, and for nothing later.

        An entry's hash needs no key, so anyone who can write to the database can forge a purge.
        It therefore counts once per user, only from the product itself, and only when the user's
        row says that the user was purged.
        """
        user_id = purge.audit_event.user_id or 0
        if purge.audit_event.actor != SYSTEM or user_id not in self._purged:
            return
        if user_id not in self._purges_seen and purge.salt:
            self._erased.pop(user_id, None)
        self._purges_seen.add(user_id)

    def _are_details_right(self, entry: AuditEntry) -> bool:
        if entry.salt:
            is_our_salt = SALT.fullmatch(entry.salt) is not None
            return is_our_salt and entry.digest == details_digest(
                entry.audit_event.details, entry.salt
            )
        # A purge drops details and salt (D14); a later entry shows whether there was one.
        if entry.audit_event.user_id is not None:
            self._erased.setdefault(entry.audit_event.user_id, entry.id)
        return not entry.audit_event.details and entry.audit_event.user_id is not None

    def _report(self, number: int, fault: ChainFault) -> None:
        self.faults += 1
        if len(self._findings) < MOST_NAMED:
            self._findings.append(ChainFinding(number, fault))


def _is_hash_right(entry: AuditEntry) -> bool:
    return entry.entry_hash == entry_hash_of(
        entry.id,
        entry.at,
        entry.audit_event,
        digest=entry.digest,
        previous_hash=entry.previous_hash,
    )
