"""Events: sent when the app subscribed to them, and sent again when it does not answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox import payloads
from sandbox.parcels import Delivery, Parcel, Reply
from sandbox.records import Answer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from sandbox.shapes import Json
    from sandbox.workspace import Workspace

# Slack sends again nearly at once, after a minute and after five.
RETRIES = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
CHANNEL_KINDS = {"im": "message.im", "channel": "message.channels", "group": "message.groups"}


class Events:
    """Sends events and keeps the attempts that are still to come."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, event: Json) -> Answer:
        """Send an event and return the first answer; later attempts go on by themselves.

        An event the app did not subscribe to is not sent: `ok` with status 0.
        """
        if not self._workspace.manifest.hears(_name(event)):
            return Answer(ok=True, detail="not subscribed")
        payload = payloads.event_callback(self._workspace, event)
        reply = await self._delivery.deliver(Parcel("events_api", payload))
        if reply.error and not reply.wants_no_retry:
            self._later(self._send_again(payload, reply))
        return Answer(not reply.error, reply.status, reply.body, reply.seconds, reply.error)

    def post(self, event: Json) -> None:
        """Send an event without waiting for it."""
        self._later(self._send_all(event))

    async def stop(self) -> None:
        """Forget every attempt still to come."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send_all(self, event: Json) -> None:
        await self.send(event)

    async def _send_again(self, payload: Json, reply: Reply) -> None:
        due = self._workspace.clock.now()
        for number, wait in enumerate(RETRIES, start=1):
            due += wait
            await self._workspace.clock.sleep_until(due)
            parcel = Parcel("events_api", payload, number, reply.retry_reason)
            reply = await self._delivery.deliver(parcel)
            if not reply.error or reply.wants_no_retry:
                return

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _name(event: Json) -> str:
    if event["type"] == "message":
        return CHANNEL_KINDS.get(event.get("channel_type", ""), "message")
    return str(event["type"])
