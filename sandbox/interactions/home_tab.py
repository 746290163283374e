"""Opens the app's Home tab as a simulated member, which sends an event to the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.state.members import dm_id

if TYPE_CHECKING:
    from sandbox.delivery.answers import Answer
    from sandbox.interactions.dispatcher import Dispatcher


async def open_home(dispatcher: Dispatcher, member_id: str) -> Answer:
    """Open the Home tab, which sends `app_home_opened`."""
    dispatcher.active_member(member_id)
    event = {"type": "app_home_opened", "user": member_id, "channel": dm_id(member_id)}
    event["tab"] = "home"
    home = dispatcher.workspace.views.home(member_id)
    view = {"view": home.json()} if home else {}
    return await dispatcher.events.send(event | view)
