"""Verifies the whole audit trail against its checkpoints in the database and in Slack (D22)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection

from core.audit.chain import ChainFinding, ChainWalk
from core.audit.checkpoints import Checkpoint, is_signed_with, key_id_of
from core.audit.rows import checkpoints, entries
from core.audit.rows.purged_users import purged_ids
from core.audit.stored_entries import StoredEntry, decode
from core.secret import Secret
from core.store import snapshot

# The number of entries that are checked between two reports of progress.
PROGRESS_STEP = 5000
# Checkpoints are signed every few minutes, so their absence for this long is a fault.
LONGEST_UNSIGNED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """The faults that were found, and the number of the last entry that a checkpoint covers.

    `invalid` are the numbers of checkpoints that none of the keys signed; `unknown_key_ids` are
    the names of the keys that these say they were signed with. `missing` are the numbers of
    posted checkpoints that the database lacks, `unlinked` those of checkpoints that do not name
    the one before them. `unsigned` means that there is no checkpoint at all although there are
    entries older than `LONGEST_UNSIGNED`.
    Entries after `covered_up_to` may have been replaced by somebody who rewrote all of them: the
    chain alone cannot show that.
    """

    entries: int
    covered_up_to: int
    findings: tuple[ChainFinding, ...]
    invalid: tuple[int, ...]
    unknown_key_ids: tuple[str, ...]
    missing: tuple[int, ...]
    unlinked: tuple[int, ...]
    unsigned: bool
    chain_faults: int

    @property
    def faults(self) -> int:
        """Return the number of all faults, including those that `findings` leaves out."""
        of_checkpoints = len(self.invalid) + len(self.missing) + len(self.unlinked)
        return self.chain_faults + of_checkpoints + int(self.unsigned)


def verify(
    tx: Connection,
    keys: Sequence[Secret],
    posted: Mapping[int, str],
    report_progress: Callable[[int, int], None],
    now: datetime,
) -> VerificationResult:
    """Verify the whole trail in one snapshot.

    `posted` are hashes by number, from checkpoints that were posted outside the database.
    `report_progress` gets the number of entries checked so far and the number of the newest one.
    Memory grows with the checkpoints, a few a day, and with the purged users, not with the entries.
    """
    snapshot.take(tx)
    stored = tuple(checkpoints.scan(tx))
    signed = _signed(stored, keys)
    numbers = {_number_of(checkpoint) for checkpoint in stored}
    known = {**signed, **posted}
    walk, oldest = ChainWalk(known, purged_ids(tx)), now
    newest, entry_hash = entries.chain_tip(tx)
    for checked, row in enumerate(entries.scan(tx)):
        if checked % PROGRESS_STEP == 0:
            report_progress(checked, newest)
        if checked == 0:
            oldest = _moment_of(row) or now
        walk.check_stored(row)
    return VerificationResult(
        entries=walk.number,
        covered_up_to=max(known, default=0),
        findings=walk.finish(newest, entry_hash),
        invalid=tuple(sorted(numbers - set(signed))),
        unknown_key_ids=_unknown_key_ids(stored, keys, signed),
        missing=tuple(sorted(set(posted) - numbers)),
        unlinked=_unlinked(stored, signed),
        unsigned=not signed and now - oldest > LONGEST_UNSIGNED,
        chain_faults=walk.faults,
    )


def _moment_of(row: StoredEntry | int) -> datetime | None:
    entry = row if isinstance(row, int) else decode(row)
    return None if isinstance(entry, int) else entry.at


def _signed(stored: Sequence[Checkpoint | int], keys: Sequence[Secret]) -> dict[int, str]:
    """Return the hashes, by number, of the checkpoints that one of the keys signed."""
    return {
        checkpoint.number: checkpoint.entry_hash
        for checkpoint in stored
        if isinstance(checkpoint, Checkpoint) and is_signed_with(checkpoint, keys)
    }


def _unknown_key_ids(
    stored: Sequence[Checkpoint | int], keys: Sequence[Secret], signed: Mapping[int, str]
) -> tuple[str, ...]:
    """Return the names of other keys than ours in checkpoints that none of ours signed."""
    invalid = (
        checkpoint
        for checkpoint in stored
        if isinstance(checkpoint, Checkpoint) and checkpoint.number not in signed
    )
    return tuple(sorted({one.key_id for one in invalid} - {key_id_of(key) for key in keys}))


def _unlinked(stored: Sequence[Checkpoint | int], signed: Mapping[int, str]) -> tuple[int, ...]:
    """Return the numbers of signed checkpoints that do not name the stored one before them."""
    pairs = pairwise((0, *stored))
    return tuple(
        checkpoint.number
        for previous, checkpoint in pairs
        if isinstance(checkpoint, Checkpoint)
        and checkpoint.number in signed
        and checkpoint.previous_number != _number_of(previous)
    )


def _number_of(checkpoint: Checkpoint | int) -> int:
    return checkpoint.number if isinstance(checkpoint, Checkpoint) else checkpoint
