"""Sends events to an app that subscribed to them, and retries those that it did not acknowledge."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.delivery import payloads
from sandbox.delivery.answers import Answer
from sandbox.delivery.requests import AppRequest, AppResponse, Delivery

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from sandbox.json_types import Json
    from sandbox.state.workspace import Workspace

# Slack retries almost at once, after one minute and after five minutes.
RETRY_DELAYS = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
# Channel type of a message -> the event that an app subscribes to.
MESSAGE_EVENTS = {"im": "message.im", "channel": "message.channels", "group": "message.groups"}


class Events:
    """Sends events and runs their retries in the background."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, event: Json) -> Answer:
        """Send an event and return the first answer; retries follow in the background.

        If the app did not subscribe to it, nothing is sent: the answer is ok, with status 0.
        """
        if not self._workspace.manifest.receives(_subscription(event)):
            return Answer(ok=True, detail="not subscribed")
        payload = payloads.event_callback(self._workspace, event)
        response = await self._delivery.deliver(AppRequest("events_api", payload))
        if response.error and not response.wants_no_retry:
            self._run_in_background(self._retry(payload, response))
        return Answer(
            not response.error, response.status, response.body, response.seconds, response.error
        )

    def send_in_background(self, event: Json) -> None:
        """Send an event without waiting for the answer."""
        self._run_in_background(self._send_and_drop_answer(event))

    async def stop(self) -> None:
        """Cancel everything that runs in the background."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send_and_drop_answer(self, event: Json) -> None:
        await self.send(event)

    async def _retry(self, payload: Json, response: AppResponse) -> None:
        due = self._workspace.clock.now()
        for number, delay in enumerate(RETRY_DELAYS, start=1):
            due += delay
            await self._workspace.clock.sleep_until(due)
            request = AppRequest("events_api", payload, number, response.retry_reason)
            response = await self._delivery.deliver(request)
            if not response.error or response.wants_no_retry:
                return

    def _run_in_background(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _subscription(event: Json) -> str:
    if event["type"] == "message":
        return MESSAGE_EVENTS.get(event.get("channel_type", ""), "message")
    return str(event["type"])
