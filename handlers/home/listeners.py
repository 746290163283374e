"""The Home tab is opened, or the workspace's people change."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import slack_members
from core.leavers import service as leavers
from handlers import payloads
from handlers.home.publisher import Publisher
from handlers.parts import Dependencies
from handlers.payloads import Json


class HomeListeners:
    """Shows the Home tab, and keeps the table of members as Slack describes them."""

    def __init__(self, parts: Dependencies, home: Publisher) -> None:
        self._parts = parts
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.event("app_home_opened")(self.open_home)
        app.event("user_change")(self.meet_member)
        app.event("team_join")(self.meet_member)

    async def open_home(self, body: Json, client: AsyncWebClient) -> None:
        """Publish the Home tab; its tab of messages needs nothing."""
        if payloads.tab_of(body) == "home":
            await self._home.publish(client, payloads.event_user_of(body))

    async def meet_member(self, body: Json) -> None:
        """Write down the member as Slack describes them now, and notice who seems to have left."""
        now = self._parts.clock()
        member = payloads.member_in(body, now)

        def wish(tx: Connection) -> None:
            slack_members.save_member(tx, member)
            leavers.check_member(tx, member, now)

        await self._parts.store.write(wish)
        self._parts.nudge()
