"""What the portal works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.portal.throttle import Throttle
from bot.runtime.hash_pool import HashPool
from bot.settings.checks import is_loopback_url
from core.rulebook import Rulebook
from core.secret import Secret
from core.store.store import Store


def unobserved(_outcome: str) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class PortalDependencies:
    """Handed in by whoever starts the process."""

    store: Store
    hashing: HashPool
    rulebook: Rulebook
    clock: Callable[[], datetime]
    secret_keys: Sequence[Secret]
    public_url: str
    throttle: Throttle
    observe: Callable[[str], None] = unobserved
    refusal_step: timedelta = timedelta(milliseconds=250)  # D3: well above one hash

    @property
    def secure(self) -> bool:
        """Say whether cookies travel by HTTPS only: always, but on this machine."""
        return self.public_url.startswith("https://") or not is_loopback_url(self.public_url)
