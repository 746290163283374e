"""Signing the trail's head, and only over what still fits the head before it (D22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from core.audit.chain import ChainWalk
from core.audit.checkpoints import Checkpoint, is_signed_with, signed
from core.audit.rows import checkpoints, entries
from core.audit.rows.purged_users import erased_ids
from core.secret import Secret
from core.store import snapshot


class TrailBrokenError(Exception):
    """The trail since its last head is not what was written; `number` is where it shows."""

    def __init__(self, number: int, fault: str) -> None:
        super().__init__(f"The trail is broken at {number}: {fault}.")
        self.number = number
        self.fault = fault


@dataclass(frozen=True, slots=True)
class ChainTip:
    """The end of a trail that fits its newest head `head`: number and seal of the last entry."""

    number: int
    entry_hash: str
    head: Checkpoint | None


def verified_tip(tx: Connection, keys: Sequence[Secret], seen: Checkpoint | None) -> ChainTip:
    """Walk the trail from the newest head on, and return its end.

    `seen` is the head that this process saw last: it does not stand in the database alone.

    Raises:
        TrailBrokenError: something does not fit, or a head is gone or none of ours.
    """
    snapshot.take(tx)
    head = _newest(tx, keys)
    if seen is not None and (head is None or head.number < seen.number):
        raise TrailBrokenError(seen.number, "its head is gone")
    known = {one.number: one.entry_hash for one in (head, seen) if one is not None}
    after = min(known) - 1 if known else None
    walk = ChainWalk(known, erased_ids(tx), after=after or 0)
    for entry in entries.scan(tx, after):
        walk.take(entry)
    number, entry_hash = entries.chain_tip(tx)
    for finding in walk.end(number, entry_hash):
        raise TrailBrokenError(finding.number, finding.fault)
    return ChainTip(number, entry_hash, head)


def sign(tx: Connection, end: ChainTip, key: Secret, now: datetime) -> Checkpoint | None:
    """Sign the end that was checked, if there is anything new in it; return the newest head.

    Of the heads of a day the last one stays, and those that are kept: it vouches for all before.
    """
    last = end.head
    if checkpoints.newest(tx) != last:
        # Somebody else signed since it was checked; the next time looks at that too.
        return None
    before = last.number if last else 0
    if end.number == before:
        return last
    if (
        last
        and _same_day(last.made_at, now)
        and checkpoints.delete_unless_retained(tx, last.number)
    ):
        before = last.previous_number
    head = signed(Checkpoint(end.number, end.entry_hash, now, before), key)
    checkpoints.add(tx, head)
    return head


def _newest(tx: Connection, keys: Sequence[Secret]) -> Checkpoint | None:
    head = checkpoints.newest(tx)
    if head is None:
        return None
    if isinstance(head, int):
        raise TrailBrokenError(head, "its head cannot be read")
    if not is_signed_with(head, keys):
        raise TrailBrokenError(head.number, "its head is none of ours")
    return head


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(UTC).date() == other.astimezone(UTC).date()
