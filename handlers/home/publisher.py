"""Publishes members' Home tabs, and redraws them in the background after a change."""

import asyncio
from collections.abc import Iterable

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.errors import RuleError
from core.home.service import overview
from core.members.rules import MemberKey
from core.users.rows import users
from core.users.timezones import time_zone_of_member
from handlers.dependencies import Dependencies, Redraw
from handlers.home import views
from handlers.principals import RequestContext
from handlers.refusal_texts import refusal_text
from handlers.ui.blocks import Json
from handlers.ui.view_context import ViewContext

# Many changes in a row, such as registrations, redraw the tab at most once in this time.
PAUSE_SECONDS = 1.0


class HomePublisher:
    """Publishes Home tabs, and refreshes them in the background after a change."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._refreshing: set[MemberKey] = set()
        self._stale: set[MemberKey] = set()
        self._redraws: list[Redraw] = []

    def on_refresh(self, redraw: Redraw) -> None:
        """Call `redraw` too whenever a member's Home tab is refreshed."""
        self._redraws.append(redraw)

    def refresh(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        """Redraw the member's Home tab in the background; many calls in a row redraw it twice."""
        if member_key in self._refreshing:
            self._stale.add(member_key)
        else:
            self._refreshing.add(member_key)
            self._dependencies.run_in_background(self._refresh_until_fresh(client, member_key))

    def refresh_all(self, client: AsyncWebClient, member_keys: Iterable[MemberKey | None]) -> None:
        """Redraw the Home tab of each member; None stands for a user without a Slack member."""
        for member_key in filter(None, dict.fromkeys(member_keys)):
            self.refresh(client, member_key)

    async def publish(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        """Show the member their Home tab, or why they have none, in their language."""

        async def publish_refusal(refusal: RuleError, language: str) -> None:
            view = views.text_view(refusal_text(refusal, language))
            await client.views_publish(user_id=member_key.member_id, view=view)

        async def publish_home(context: RequestContext) -> None:
            view = await self._home_view(context, member_key)
            await client.views_publish(user_id=member_key.member_id, view=view)

        async with self._dependencies.view_locks.lock_of(member_key):
            await self._principals.serve(member_key, publish_refusal, publish_home)

    async def _refresh_until_fresh(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        try:
            await self._redraw_all(client, member_key)
            while member_key in self._stale:
                self._stale.discard(member_key)
                await asyncio.sleep(PAUSE_SECONDS)
                await self._redraw_all(client, member_key)
        finally:
            self._refreshing.discard(member_key)

    async def _redraw_all(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        for redraw in (*self._redraws, self.publish):
            await redraw(client, member_key)

    async def _home_view(self, context: RequestContext, member_key: MemberKey) -> Json:
        def load_view(tx: Connection) -> Json:
            me = users.require(tx, context.principal.user_id)
            view_context = self._view_context(tx, member_key)
            if not me.administrator:
                return views.user_view(me, view_context)
            rulebook = self._rulebook
            loaded = overview(tx, context.principal, rulebook, view_context.now)
            return views.administrator_view(loaded, view_context, rulebook.policy)

        return await self._store.read(load_view)

    def _view_context(self, tx: Connection, member_key: MemberKey) -> ViewContext:
        tz = time_zone_of_member(tx, member_key)
        dependencies = self._dependencies
        return ViewContext(
            dependencies.clock(), tz, dependencies.public_url, dependencies.rulebook.catalogue
        )
