"""Hashes of passwords: argon2id through passlib, and nothing else knows how; slow on purpose."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from passlib.context import CryptContext

from core.passwords.rules import normalised
from core.secret import Secret

# passlib refuses longer input (passlib.utils.handlers.MAX_PASSWORD_SIZE) by raising.
_LONGEST_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Hasher:
    """Makes and checks hashes; the defaults are OWASP's for argon2id.

    Every method that takes a password normalises it first. Run them on a thread.
    """

    memory_kib: int = 19456
    rounds: int = 2
    lanes: int = 1

    def hash_of(self, password: Secret) -> str:
        """Return a new hash with its parameters and its own salt in it."""
        return str(_context_of(self).hash(_bytes_of(password)))

    def matches(self, password: Secret, password_hash: str) -> bool:
        """Say whether the hash was made of this password; as slow for any input (D3)."""
        data = _bytes_of(password)
        verified = _context_of(self).verify(data[:_LONGEST_BYTES], password_hash)
        return bool(verified) and len(data) <= _LONGEST_BYTES

    def dummy_hash(self) -> str:
        """Return a hash to check in vain, so that an unknown username takes as long (D3).

        The first call makes it; call once at start, or the first stranger waits longer.
        """
        return _dummy_of(self)

    def is_outdated(self, password_hash: str) -> bool:
        """Say whether the hash was made with other parameters than these."""
        return bool(_context_of(self).needs_update(password_hash))


@cache
def _context_of(hasher: Hasher) -> CryptContext:
    return CryptContext(
        schemes=["argon2"],
        argon2__type="ID",
        argon2__memory_cost=hasher.memory_kib,
        argon2__time_cost=hasher.rounds,
        argon2__parallelism=hasher.lanes,
    )


@cache
def _dummy_of(hasher: Hasher) -> str:
    return hasher.hash_of(Secret("nobody's password"))


def _bytes_of(password: Secret) -> bytes:
    # A lone surrogate can come in from outside; it is a wrong password, not a crash.
    return normalised(password).reveal().encode(errors="surrogatepass")
