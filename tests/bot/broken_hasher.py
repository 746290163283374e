"""A hasher on a machine that cannot hash."""

from core.passwords.hashing import Hasher
from core.secret import Secret


class BrokenHasher(Hasher):
    """Has too little memory for a hash."""

    def hash_of(self, password: Secret) -> str:  # noqa: ARG002
        raise MemoryError
