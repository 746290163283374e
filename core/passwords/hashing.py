"""Hashes and verifies passwords with argon2id, through passlib's CryptContext."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from argon2 import extract_parameters
from passlib.context import CryptContext

from core.passwords.rules import normalised
from core.secret import Secret

# passlib refuses longer input (passlib.utils.handlers.MAX_PASSWORD_SIZE) by raising.
_LONGEST_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Hasher:
    """Makes and verifies hashes; the default parameters are OWASP's for argon2id.

    Every method that takes a password normalises it first, and is so slow that it must run on a
    thread, off the event loop.
    """

    memory_kib: int = 19456
    rounds: int = 2
    lanes: int = 1

    def hash_of(self, password: Secret) -> str:
        """Return a new hash, which contains its parameters and its salt."""
        return str(_context_of(self).hash(_bytes_of(password)))

    def matches(self, password: Secret, password_hash: str) -> bool:
        """Return whether the hash is of this password, in the same time for any input (D3)."""
        data = _bytes_of(password)
        verified = _context_of(self).verify(data[:_LONGEST_BYTES], password_hash)
        return bool(verified) and len(data) <= _LONGEST_BYTES

    def dummy_hash(self) -> str:
        """Return a hash of no user's password.

        It is verified for an unknown username, so that timing does not give it away (D3). The
        first call makes it: call it once at start, so that no sign-in pays for it.
        """
        return _dummy_of(self)

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether the hash was made with weaker parameters than new ones are.

        A stronger hash stays: after a return to an earlier version no sign-in weakens it.
        """
        made_with = extract_parameters(password_hash)
        is_weaker_or_equal = (
            made_with.memory_cost <= self.memory_kib and made_with.time_cost <= self.rounds
        )
        is_equal = (made_with.memory_cost, made_with.time_cost) == (self.memory_kib, self.rounds)
        return is_weaker_or_equal and not is_equal


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
    # A lone surrogate in a request makes a wrong password, not an encoding error.
    return normalised(password).reveal().encode(errors="surrogatepass")
