"""Listeners for opening the Home tab, and for events about new and changed Slack members.

The events update the stored data of members who are users.
"""

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import slack_members
from core.home.attention import AttentionKind
from core.leavers import service as leavers
from handlers import payloads
from handlers.dependencies import Dependencies
from handlers.home.publisher import HomePublisher
from handlers.interactions import BadPayloadError
from handlers.json_types import Json
from handlers.ui.action_ids import SHOW_ALL, SHOW_OVERVIEW

log = structlog.get_logger()


class HomeListeners:
    """Shows the Home tab, and keeps what is known of users in Slack up to date."""

    def __init__(self, dependencies: Dependencies, home: HomePublisher) -> None:
        self._dependencies = dependencies
        self._clock = dependencies.clock
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.event("app_home_opened")(self.open_home)
        app.action(SHOW_ALL)(self.press_show_all)
        app.action(SHOW_OVERVIEW)(self.press_overview)
        app.event("user_change")(self.update_member)
        app.event("team_join")(self.update_member)

    async def open_home(self, body: Json, client: AsyncWebClient) -> None:
        """Publish the Home tab; opening the messages tab needs nothing."""
        if payloads.opened_tab_of(body) == "home":
            await self._home.show(client, payloads.event_user_of(body), None)

    async def press_show_all(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show all items of the kind whose button was pressed, and no others."""
        await ack()
        kind = payloads.block_action_of(body).value
        if kind not in set(AttentionKind):
            raise BadPayloadError("No such kind of items.")
        await self._home.show(client, payloads.sender_of(body), AttentionKind(kind))

    async def press_overview(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the whole Home tab again."""
        await ack()
        await self._home.show(client, payloads.sender_of(body), None)

    async def update_member(self, body: Json) -> None:
        """Save a user as Slack describes them; record them if they seem to have left."""
        now = self._clock()
        member = payloads.event_member_of(body, self._dependencies.team_id, now)
        if member is None:
            log.info("member_data_incomplete")
            return

        def store_member(tx: Connection) -> None:
            if slack_members.save_reported_member(tx, member):
                leavers.check_member(tx, member, now)

        await self._dependencies.store.write(store_member)
        self._dependencies.wake_delivery_worker()
