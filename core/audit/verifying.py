"""Verifying the trail in the database against the heads that are known (D22)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.audit import head_rows, rows
from core.audit.chain import Finding, Walk
from core.audit.heads import Head, is_ours
from core.secret import Secret
from core.store import moment

# How many entries are taken between two words about it.
STEP = 5000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, and how far the heads vouch for it.

    `forged` are numbers of heads that none of the keys signed, `gone` of posted ones that the
    database lost. Entries after `vouched` could have been rewritten by somebody who rewrote all of
    them: the chain alone cannot show it.
    """

    entries: int
    vouched: int
    findings: tuple[Finding, ...]
    forged: tuple[int, ...]
    gone: tuple[int, ...]
    faults: int


def verify(
    tx: Connection,
    keys: Sequence[Secret],
    posted: Mapping[int, str],
    tell: Callable[[int, int], None],
) -> Verdict:
    """Walk the whole trail, all of one moment; `tell` hears how many of how many are taken.

    The memory it takes grows with the heads and with the users who were purged, not with the
    entries.
    """
    moment.hold(tx)
    found = tuple(head_rows.as_found(tx))
    heads = [one for one in found if isinstance(one, Head) and is_ours(one, keys)]
    signed = {one.number: one.seal for one in heads}
    every = {one.number if isinstance(one, Head) else one for one in found}
    known = {**signed, **posted}
    newest, seal = rows.newest(tx)
    walk = Walk(known)
    for taken, entry in enumerate(rows.as_found(tx)):
        if taken % STEP == 0:
            tell(taken, newest)
        walk.take(entry)
    findings = walk.end(newest, seal)
    forged, gone = sorted(every - set(signed)), sorted(set(posted) - every)
    faults = walk.faults + len(forged) + len(gone)
    vouched = max(known, default=0)
    return Verdict(walk.number, vouched, findings, tuple(forged), tuple(gone), faults)
