"""Parses the signature of an HTTP request from Slack, and verifies it against the raw body."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from core.health.rules import MAX_CLOCK_DIFFERENCE
from core.secret import Secret

# Slack's own limit: https://docs.slack.dev/authentication/verifying-requests-from-slack
MAX_AGE_SECONDS = MAX_CLOCK_DIFFERENCE.total_seconds()

_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class RequestSignature:
    """The two headers with which Slack signs a request; `timestamp` is in Unix seconds."""

    timestamp: int
    signature: bytes

    @classmethod
    def of(cls, headers: Iterable[tuple[bytes, bytes]]) -> Self | None:
        """Return the signature, or None if a header is missing, repeated or malformed."""
        found: dict[bytes, list[bytes]] = {}
        for name, value in headers:
            found.setdefault(name.lower(), []).append(value)
        timestamps = found.get(b"x-slack-request-timestamp", [])
        signatures = found.get(b"x-slack-signature", [])
        if len(timestamps) != 1 or len(signatures) != 1:
            return None
        if not _TIMESTAMP.fullmatch(timestamps[0]) or not _SIGNATURE.fullmatch(signatures[0]):
            return None
        return cls(int(timestamps[0]), signatures[0])

    def is_of(self, body: bytes, secret: Secret) -> bool:
        """Return whether the signature is that of this body, with this secret and the timestamp."""
        key = secret.reveal().encode()
        signed = hmac.new(key, b"v0:%d:" % self.timestamp, hashlib.sha256)
        signed.update(body)
        return hmac.compare_digest(b"v0=" + signed.hexdigest().encode(), self.signature)

    def is_current(self, now: float) -> bool:
        """Return whether the request is recent enough not to be a replay; `now` is Unix seconds."""
        return abs(now - self.timestamp) <= MAX_AGE_SECONDS
