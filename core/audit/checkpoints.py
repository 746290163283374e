"""Heads of the trail, signed with a key that the database does not have (D22); pure."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.secret import Secret


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The seal of entry `number` as it was at `made_at`; `mac` shows that the product wrote it.

    `previous_number` is the number of the head before it, so that one taken away is missed.
    """

    number: int
    entry_hash: str
    made_at: datetime
    previous_number: int
    mac: str = ""


def signed(head: Checkpoint, key: Secret) -> Checkpoint:
    """Return the head with the key's mac."""
    return replace(head, mac=_mac_of(head, key))


def is_signed_with(head: Checkpoint, keys: Sequence[Secret]) -> bool:
    """Say whether one of the keys, the present one or an earlier one, signed the head."""
    macs = (_mac_of(head, key) for key in keys)
    # As bytes: letters beyond ASCII, which somebody may have put there, cannot be compared.
    return any(hmac.compare_digest(mac.encode(), head.mac.encode()) for mac in macs)


def _mac_of(head: Checkpoint, key: Secret) -> str:
    made_at = head.made_at.astimezone(UTC).isoformat()
    text = f"imi audit head {head.number} {head.entry_hash} {made_at} after {head.previous_number}"
    return hmac.new(key.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()
