"""Verifying the trail in the database against the heads that are known (D22)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection

from core.audit.chain import ChainFinding, ChainWalk
from core.audit.checkpoints import Checkpoint, is_signed_with
from core.audit.rows import checkpoints
from core.audit.rows import entries as rows
from core.audit.rows.purged_users import erased_ids
from core.audit.rules import AuditEntry
from core.secret import Secret
from core.store import snapshot

# How many entries are taken between two words about it.
PROGRESS_STEP = 5000
# Heads are signed every few minutes: so long without any, and there is a reason to ask for.
LONGEST_UNSIGNED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """What was found, and how far the heads vouch for it.

    `invalid` are numbers of heads that none of the keys signed, `missing` of posted ones that the
    database lost, `unlinked` of those that were signed after another head than the one before
    them; `unsigned` says that there is no head at all, though there are entries older than a day.
    Entries after `covered_up_to` could have been rewritten by somebody who rewrote all of them: the
    chain alone cannot show it.
    """

    entries: int
    covered_up_to: int
    findings: tuple[ChainFinding, ...]
    invalid: tuple[int, ...]
    missing: tuple[int, ...]
    unlinked: tuple[int, ...]
    unsigned: bool
    chain_faults: int

    @property
    def faults(self) -> int:
        """Return how many there are, those too that are not named."""
        heads = len(self.invalid) + len(self.missing) + len(self.unlinked)
        return self.chain_faults + heads + int(self.unsigned)


def verify(
    tx: Connection,
    keys: Sequence[Secret],
    posted: Mapping[int, str],
    tell: Callable[[int, int], None],
    now: datetime,
) -> VerificationResult:
    """Walk the whole trail, all of one moment; `tell` hears how many of how many are taken.

    The memory it takes grows with the heads, of which there are a few a day at the most, and with
    the users who were purged, not with the entries.
    """
    snapshot.take(tx)
    found = tuple(checkpoints.scan(tx))
    heads = [one for one in found if isinstance(one, Checkpoint) and is_signed_with(one, keys)]
    signed = {one.number: one.entry_hash for one in heads}
    every = {_number(one) for one in found}
    known = {**signed, **posted}
    walk, oldest = ChainWalk(known, erased_ids(tx)), now
    newest, entry_hash = rows.chain_tip(tx)
    for taken, entry in enumerate(rows.scan(tx)):
        if taken % PROGRESS_STEP == 0:
            tell(taken, newest)
        if taken == 0 and isinstance(entry, AuditEntry):
            oldest = entry.at
        walk.take(entry)
    return VerificationResult(
        entries=walk.number,
        covered_up_to=max(known, default=0),
        findings=walk.end(newest, entry_hash),
        invalid=tuple(sorted(every - set(signed))),
        missing=tuple(sorted(set(posted) - every)),
        unlinked=_unlinked(found, signed),
        unsigned=not signed and now - oldest > LONGEST_UNSIGNED,
        chain_faults=walk.faults,
    )


def _unlinked(found: Sequence[Checkpoint | int], signed: Mapping[int, str]) -> tuple[int, ...]:
    """Return the heads that do not name the one before them, whoever signed that."""
    pairs = pairwise((0, *found))
    return tuple(
        head.number
        for before, head in pairs
        if isinstance(head, Checkpoint)
        and head.number in signed
        and head.previous_number != _number(before)
    )


def _number(head: Checkpoint | int) -> int:
    return head.number if isinstance(head, Checkpoint) else head
