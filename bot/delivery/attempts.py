"""One attempt to send a delivery (an outbox row): within a time limit, logged and counted."""

import asyncio

import structlog

from bot.delivery.context import DeliveryContext
from bot.delivery.dependencies import DeliveryDependencies
from bot.delivery.dispatch import Dispatch
from bot.delivery.outcomes import Outcome, outcome_of
from core.backoff import exponential_backoff
from core.deliveries.rules import FIRST_BACKOFF, Delivery
from core.deliveries.settlement import Ended, NotSent, Sent

log = structlog.get_logger()

# Less than a lease (60 s), so that the outcome is stored before another worker can claim it.
SEND_TIMEOUT_SECONDS = 45.0


class Attempts:
    """Makes attempts; the worker records how they ended."""

    def __init__(self, dependencies: DeliveryDependencies) -> None:
        self._dispatch = Dispatch(dependencies)
        self._clock = dependencies.clock
        self._observe = dependencies.observe
        self._jitter = dependencies.jitter

    async def send(self, context: DeliveryContext) -> Ended:
        """Send the delivery; return how it ended."""
        delivery = context.delivery
        try:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                result = await self._dispatch.send(context)
        except Exception as error:  # noqa: BLE001 - an error puts off one delivery, no others
            outcome = outcome_of(error, delivery.kind)
            label = "failed" if outcome.final else "put_off"
            self._observe(delivery.kind, label)
            _log_failure(delivery, outcome)
            return self._not_sent(delivery, outcome)
        self._observe(delivery.kind, "sent")
        log.info("delivery_sent", delivery=delivery.id, kind=delivery.kind)
        return Sent(delivery, self._clock(), result)

    def _not_sent(self, delivery: Delivery, outcome: Outcome) -> NotSent:
        pause = outcome.after or exponential_backoff(
            delivery.attempts + 1, FIRST_BACKOFF, outcome.max_backoff, self._jitter()
        )
        return NotSent(
            delivery,
            self._clock(),
            outcome.reason,
            final=outcome.final,
            pause=pause,
            outcome_unknown=outcome.outcome_unknown,
        )


def _log_failure(delivery: Delivery, outcome: Outcome) -> None:
    log.warning(
        "delivery_failed" if outcome.final else "delivery_put_off",
        delivery=delivery.id,
        kind=delivery.kind,
        reason=outcome.reason,
        error=outcome.error,
        code=outcome.code,
    )
