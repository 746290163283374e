"""The objects and settings that the delivery worker needs."""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.mail.smtp import Mailer
from bot.runtime.no_op import ignore
from bot.slack.client import SlackSender
from core.deliveries.rules import DeliveryKind
from core.rulebook import Rulebook
from core.secret import Secret
from core.store.store import Store


class PasswordHasher(Protocol):
    """Hashes passwords off the event loop."""

    async def hash_of(self, password: Secret) -> str:
        """Return a new hash of the password."""
        ...


@dataclass(frozen=True, slots=True)
class DeliveryDependencies:
    """The objects and settings that `bot.wiring` hands to the delivery worker."""

    store: Store
    rulebook: Rulebook
    slack: SlackSender
    mailer: Mailer
    hashing: PasswordHasher
    clock: Callable[[], datetime]
    public_url: str
    team_id: str = ""
    commission_channel: str | None = None
    # Called after each attempt with its outcome: sent, put_off or failed.
    observe: Callable[[DeliveryKind, str], None] = ignore
    # Called with the ids of the users to whom messages were sent, or were not, when that is stored.
    on_settled: Callable[[Collection[int]], None] = ignore
    # Returns a random number in [0, 1] that shortens the pause before a retry.
    jitter: Callable[[], float] = random.random
