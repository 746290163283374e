"""Heads of the trail, signed with a key that the database does not have (D22); pure."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.secret import Secret


@dataclass(frozen=True, slots=True)
class Head:
    """The seal of entry `number` as it was at `made_at`; `mac` shows that the product wrote it."""

    number: int
    seal: str
    made_at: datetime
    mac: str


def mac_of(key: Secret, number: int, seal: str, made_at: datetime) -> str:
    """Return the keyed digest of a head."""
    text = f"imi audit head {number} {seal} {made_at.astimezone(UTC).isoformat()}"
    return hmac.new(key.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()


def is_ours(head: Head, keys: Sequence[Secret]) -> bool:
    """Say whether one of the keys, the present one or an earlier one, signed the head."""
    macs = (mac_of(key, head.number, head.seal, head.made_at) for key in keys)
    # As bytes: letters beyond ASCII, which somebody may have put there, cannot be compared.
    return any(hmac.compare_digest(mac.encode(), head.mac.encode()) for mac in macs)
