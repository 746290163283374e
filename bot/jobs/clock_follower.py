"""Makes the running product follow a clock that was moved, as in the demo."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.jobs.scheduler import Scheduler


@dataclass(frozen=True, slots=True)
class ClockFollower:
    """Does at once everything that otherwise waits for the next check of the clock.

    `forget_tries` ends the throttles of the portal, which count by the machine's clock;
    `probe_slack` finds out anew whether Slack is reachable.
    """

    scheduler: Scheduler
    forget_tries: Callable[[], None]
    probe_slack: Callable[[], Awaitable[None]]
    wake_delivery_worker: Callable[[], None]

    async def follow(self) -> None:
        """Run the jobs that are due by now, and wait until they have ended."""
        self.forget_tries()
        await self.probe_slack()
        await self.scheduler.tick()
        await self.scheduler.wait()
        self.wake_delivery_worker()
