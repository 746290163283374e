"""The objects and settings that the portal needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.portal.throttle import Throttle
from bot.runtime.hash_pool import HashPool
from bot.runtime.keyed_locks import KeyedLocks
from bot.runtime.no_op import ignore
from bot.settings.checks import is_loopback_url
from core.rulebook import Rulebook
from core.secret import Secret
from core.store.store import Store


@dataclass(frozen=True, slots=True)
class PortalDependencies:
    """The objects and settings that `bot.wiring` hands to the portal."""

    store: Store
    hashing: HashPool
    rulebook: Rulebook
    clock: Callable[[], datetime]
    secret_keys: Sequence[Secret]
    public_url: str
    throttle: Throttle
    # Held while a password of an account is compared and the outcome is counted.
    account_locks: KeyedLocks = field(default_factory=KeyedLocks)
    # Called after each sign-in attempt with its outcome.
    observe: Callable[[str], None] = ignore
    # Makes queued messages go out at once.
    wake_delivery_worker: Callable[[], None] = ignore
    # D3: refusals take a multiple of this time, which is well above that of one hash.
    refusal_step: timedelta = timedelta(milliseconds=250)

    @property
    def secure(self) -> bool:
        """Return whether cookies are restricted to HTTPS: always, except on this machine."""
        return self.public_url.startswith("https://") or not is_loopback_url(self.public_url)
