"""Signs anew the audit trail's checkpoints whose key was lost, after verifying the trail (D22)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service
from core.audit.checkpoints import Checkpoint, is_signed_with, signed
from core.audit.rows import checkpoints, entries
from core.audit.rules import COMMAND_LINE, Act
from core.audit.signing import TrailBrokenError
from core.secret import Secret


def adopt(tx: Connection, keys: Sequence[Secret], now: datetime) -> tuple[int, ...]:
    """Sign with the first key what none of the keys signed, on the record; return the numbers.

    The caller has verified the trail, and the operator has confirmed that the key was changed: a
    forged checkpoint that fits the trail would be signed as well.

    Raises:
        TrailBrokenError: a checkpoint cannot be read, or does not fit its entry; none is signed.
    """
    adopted = []
    for checkpoint in checkpoints.scan(tx):
        if isinstance(checkpoint, int):
            raise TrailBrokenError(checkpoint, "its checkpoint cannot be read")
        if not is_signed_with(checkpoint, keys):
            _require_fit(tx, checkpoint)
            adopted.append(signed(checkpoint, keys[0]))
    for checkpoint in adopted:
        checkpoints.replace_mac(tx, checkpoint)
    numbers = tuple(checkpoint.number for checkpoint in adopted)
    if numbers:
        audit_event = service.event_about(
            COMMAND_LINE, Act.CHECKPOINTS_ADOPTED, authority_id=None, numbers=list(numbers)
        )
        service.record(tx, audit_event, now)
    return numbers


def _require_fit(tx: Connection, checkpoint: Checkpoint) -> None:
    page = entries.page(tx, checkpoint.number - 1, 1)
    fits = [(entry.id, entry.entry_hash) for entry in page]
    if fits != [(checkpoint.number, checkpoint.entry_hash)]:
        raise TrailBrokenError(checkpoint.number, "its checkpoint does not fit the entry")
