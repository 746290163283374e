"""Signs checkpoints of the audit trail, after verifying the entries since the last one (D22).

Checkpoints that an earlier key signed are signed again with the current one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from core.audit.chain import ChainWalk
from core.audit.checkpoints import Checkpoint, is_signed_with, key_id_of, signed
from core.audit.rows import checkpoints, entries
from core.audit.rows.purged_users import purged_ids
from core.secret import Secret
from core.store import snapshot


class TrailBrokenError(Exception):
    """The trail was changed since its last checkpoint; `number` is the entry where it shows."""

    def __init__(self, number: int, fault: str) -> None:
        super().__init__(f"The trail is broken at {number}: {fault}.")
        self.number = number
        self.fault = fault


class UnknownKeyError(TrailBrokenError):
    """The newest checkpoint was signed with a key that is not among ours.

    Either the key was changed without keeping the earlier one, or somebody forged the checkpoint.
    `key_id` names the key, if the checkpoint says so.
    """

    def __init__(self, number: int, key_id: str) -> None:
        super().__init__(number, "its checkpoint is none of ours")
        self.key_id = key_id


@dataclass(frozen=True, slots=True)
class ChainTip:
    """The number and hash of the last entry of a verified trail, and its newest checkpoint."""

    number: int
    entry_hash: str
    checkpoint: Checkpoint | None


def verified_tip(tx: Connection, keys: Sequence[Secret], seen: Checkpoint | None) -> ChainTip:
    """Verify the trail from the newest checkpoint on, and return its tip.

    `seen` is the checkpoint that this process saw last. It is kept in memory, so nobody can
    remove it by writing to the database.

    Raises:
        TrailBrokenError: an entry was changed, or a checkpoint is missing or not ours.
    """
    snapshot.take(tx)
    newest = _newest_checkpoint(tx, keys)
    if seen is not None and (newest is None or newest.number < seen.number):
        raise TrailBrokenError(seen.number, "its checkpoint is gone")
    known = {
        checkpoint.number: checkpoint.entry_hash
        for checkpoint in (newest, seen)
        if checkpoint is not None
    }
    after = min(known) - 1 if known else None
    walk = ChainWalk(known, purged_ids(tx), after=after or 0)
    for row in entries.scan(tx, after):
        walk.check_stored(row)
    number, entry_hash = entries.chain_tip(tx)
    for finding in walk.finish(number, entry_hash):
        raise TrailBrokenError(finding.number, finding.fault)
    return ChainTip(number, entry_hash, newest)


def sign(tx: Connection, tip: ChainTip, key: Secret, now: datetime) -> Checkpoint | None:
    """Sign the verified tip if it has new entries; return the newest checkpoint.

    The new checkpoint replaces an earlier one of the same day, unless that is retained: it covers
    all entries before it. None if another process signed since the trail was verified.
    """
    last = tip.checkpoint
    if checkpoints.newest(tx) != last:
        # The next run verifies that checkpoint too.
        return None
    previous_number = last.number if last else 0
    if tip.number == previous_number:
        return last
    if (
        last
        and _is_same_day(last.made_at, now)
        and checkpoints.delete_unless_retained(tx, last.number)
    ):
        previous_number = last.previous_number
    checkpoint = signed(Checkpoint(tip.number, tip.entry_hash, now, previous_number), key)
    checkpoints.add(tx, checkpoint)
    return checkpoint


def awaits_countersigning(tx: Connection, keys: Sequence[Secret]) -> bool:
    """Return whether an earlier one of the keys signed a checkpoint."""
    return next(_signed_with_earlier(tx, keys), None) is not None


def countersign(tx: Connection, keys: Sequence[Secret]) -> int:
    """Sign anew, with the first key, what an earlier one of the keys signed; return how many.

    Afterwards the earlier keys can be removed from the settings: nothing needs them any more. A
    checkpoint that none of the keys signed stays as it is.
    """
    earlier = list(_signed_with_earlier(tx, keys))
    for checkpoint in earlier:
        checkpoints.replace_mac(tx, signed(checkpoint, keys[0]))
    return len(earlier)


def _signed_with_earlier(tx: Connection, keys: Sequence[Secret]) -> Iterator[Checkpoint]:
    for checkpoint in checkpoints.signed_with_others(tx, key_id_of(keys[0])):
        if isinstance(checkpoint, Checkpoint) and is_signed_with(checkpoint, keys):
            yield checkpoint


def _newest_checkpoint(tx: Connection, keys: Sequence[Secret]) -> Checkpoint | None:
    newest = checkpoints.newest(tx)
    if newest is None:
        return None
    if isinstance(newest, int):
        raise TrailBrokenError(newest, "its checkpoint cannot be read")
    if not is_signed_with(newest, keys):
        raise UnknownKeyError(newest.number, newest.key_id)
    return newest


def _is_same_day(first: datetime, second: datetime) -> bool:
    return first.astimezone(UTC).date() == second.astimezone(UTC).date()
