"""Delays responses of the portal website to multiples of a fixed time (D3).

Otherwise the response time would reveal which accounts exist.
"""

import asyncio
import math
import time
from datetime import timedelta


async def wait_for_whole_step(began: float, step: timedelta) -> None:
    """Wait until a multiple of the step has passed since `began`, on the monotonic clock."""
    await asyncio.sleep(rest_of_step(time.monotonic() - began, step.total_seconds()))


def rest_of_step(spent: float, step: float) -> float:
    """Return the time until the next multiple of `step` is reached, all in seconds."""
    return math.ceil(spent / step) * step - spent if step else 0.0
