"""Publishes Home tabs of Slack members, and redraws them in the background after a change."""

import asyncio
from collections.abc import Iterable

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.errors import RuleError
from core.home.service import overview
from core.members.rules import MemberKey
from core.users.rows import users
from core.users.rules import User
from core.users.timezones import time_zone_of
from handlers.dependencies import Dependencies, Redraw
from handlers.home import views
from handlers.principals import RequestContext
from handlers.refusal_texts import refusal_text
from handlers.ui.blocks import Json
from handlers.ui.view_context import ViewContext

# Many changes in a row, such as registrations, redraw the tab at most once in this time.
PAUSE_SECONDS = 1.0


class HomePublisher:
    """Publishes Home tabs, and refreshes them in the background after a change.

    Its state is kept by member id: in Enterprise Grid the keys of one person may name several
    workspaces of the organisation, in which the id is unique (D21).
    """

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._refreshing: set[str] = set()
        self._stale: set[str] = set()
        self._redraws: list[Redraw] = []

    def on_refresh(self, redraw: Redraw) -> None:
        """Call `redraw` too whenever a member's Home tab is refreshed."""
        self._redraws.append(redraw)

    def refresh(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        """Redraw the member's Home tab in the background; many calls in a row redraw it twice."""
        member_id = member_key.member_id
        if member_id in self._refreshing:
            self._stale.add(member_id)
        else:
            self._refreshing.add(member_id)
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
            view = await self._home_view(context)
            await client.views_publish(user_id=member_key.member_id, view=view)

        async with self._dependencies.view_locks.lock_of(("home", member_key.member_id)):
            await self._principals.serve(member_key, publish_refusal, publish_home)

    async def _refresh_until_fresh(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        try:
            await self._redraw_all(client, member_key)
            while member_key.member_id in self._stale:
                self._stale.discard(member_key.member_id)
                await asyncio.sleep(PAUSE_SECONDS)
                await self._redraw_all(client, member_key)
        finally:
            self._refreshing.discard(member_key.member_id)

    async def _redraw_all(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        for redraw in (*self._redraws, self.publish):
            await redraw(client, member_key)

    async def _home_view(self, context: RequestContext) -> Json:
        def load_view(tx: Connection) -> Json:
            me = users.require(tx, context.principal.user_id)
            view_context = self._view_context(tx, me)
            if not me.administrator:
                return views.user_view(me, view_context)
            rulebook = self._rulebook
            loaded = overview(tx, context.principal, rulebook, view_context.now)
            return views.administrator_view(loaded, view_context, rulebook.policy)

        return await self._store.read(load_view)

    def _view_context(self, tx: Connection, me: User) -> ViewContext:
        dependencies = self._dependencies
        return ViewContext(
            dependencies.clock(),
            time_zone_of(tx, me),
            dependencies.public_url,
            dependencies.rulebook.catalogue,
        )
