"""Checkpoints of the audit trail: an entry's number and hash, signed with HMAC-SHA-256 (D22)."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.secret import Secret


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The number and hash of an entry at `made_at`; `mac` proves that the product wrote it.

    `previous_number` is the number of the checkpoint before it, 0 for the first, so that a
    deleted checkpoint is noticed. `key_id` names the key of the MAC; it is empty in checkpoints of
    earlier versions.
    """

    number: int
    entry_hash: str
    made_at: datetime
    previous_number: int
    mac: str = ""
    key_id: str = ""


def signed(checkpoint: Checkpoint, key: Secret) -> Checkpoint:
    """Return the checkpoint with the MAC (HMAC-SHA-256) that the key gives it."""
    return replace(checkpoint, mac=_mac_of(checkpoint, key), key_id=key_id_of(key))


def key_id_of(key: Secret) -> str:
    """Return a short name of the key, by which it is recognised and from which it cannot be had."""
    return hmac.new(key.reveal().encode(), b"imi audit key id", hashlib.sha256).hexdigest()[:16]


def is_signed_with(checkpoint: Checkpoint, keys: Sequence[Secret]) -> bool:
    """Return whether one of the keys, current or earlier, signed the checkpoint."""
    macs = (_mac_of(checkpoint, key) for key in keys)
    # As bytes: `compare_digest` refuses non-ASCII text, which a forger may have written.
    return any(hmac.compare_digest(mac.encode(), checkpoint.mac.encode()) for mac in macs)


def _mac_of(checkpoint: Checkpoint, key: Secret) -> str:
    made_at = checkpoint.made_at.astimezone(UTC).isoformat()
    number, previous_number = checkpoint.number, checkpoint.previous_number
    # The wording is part of every signature that was ever made; it must not change.
    text = f"imi audit head {number} {checkpoint.entry_hash} {made_at} after {previous_number}"
    return hmac.new(key.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()
