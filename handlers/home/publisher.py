"""Publishing a person's Home tab: one read, one call to Slack."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.errors import RuleError
from core.home.service import overview
from core.members import rows as members
from core.members.rules import MemberKey
from core.users.rows import users
from handlers.dependencies import Dependencies
from handlers.home import views
from handlers.principals import RequestContext
from handlers.refusal_texts import refusal_text
from handlers.ui.blocks import Json
from handlers.ui.view_context import ViewContext

# Somebody who registers one colleague after another needs no new picture each second.
PAUSE_SECONDS = 1.0


class HomePublisher:
    """Draws the Home tab as it is now."""

    def __init__(self, parts: Dependencies) -> None:
        self._parts = parts
        self._drawing: set[MemberKey] = set()
        self._again: set[MemberKey] = set()
        self._others: list[Callable[[AsyncWebClient, MemberKey], Awaitable[None]]] = []

    def also(self, refresh: Callable[[AsyncWebClient, MemberKey], Awaitable[None]]) -> None:
        """Let `refresh` be called too whenever somebody's Home is refreshed."""
        self._others.append(refresh)

    def refresh(self, client: AsyncWebClient, who: MemberKey) -> None:
        """Show `who` their Home tab after what they did; many deeds in a row draw it twice."""
        if who in self._drawing:
            self._again.add(who)
        else:
            self._drawing.add(who)
            self._parts.run_in_background(self._keep_fresh(client, who))

    def refresh_all(self, client: AsyncWebClient, those: Iterable[MemberKey | None]) -> None:
        """Do the same for each of them, such as those to whom something was done."""
        for who in filter(None, dict.fromkeys(those)):
            self.refresh(client, who)

    async def publish(self, client: AsyncWebClient, who: MemberKey) -> None:
        """Show `who` their Home tab, or why they have none, in their language."""

        async def refused(refusal: RuleError, language: str) -> None:
            view = views.text_view(refusal_text(refusal, language))
            await client.views_publish(user_id=who.member_id, view=view)

        async def work(context: RequestContext) -> None:
            view = await self._drawn(context, who)
            await client.views_publish(user_id=who.member_id, view=view)

        async with self._parts.view_locks.of(who):
            await self._parts.principals.receive(who, refused, work)

    async def _keep_fresh(self, client: AsyncWebClient, who: MemberKey) -> None:
        try:
            await self._draw_all(client, who)
            while who in self._again:
                self._again.discard(who)
                await asyncio.sleep(PAUSE_SECONDS)
                await self._draw_all(client, who)
        finally:
            self._drawing.discard(who)

    async def _draw_all(self, client: AsyncWebClient, who: MemberKey) -> None:
        for refresh in (*self._others, self.publish):
            await refresh(client, who)

    async def _drawn(self, context: RequestContext, who: MemberKey) -> Json:
        def wish(tx: Connection) -> Json:
            me = users.require(tx, context.principal.user_id)
            frame = self._frame(tx, who)
            if not me.administrator:
                return views.user_view(me, frame)
            rulebook = self._parts.rulebook
            seen = overview(tx, context.principal, rulebook, frame.now)
            return views.administrator_view(seen, frame, rulebook.policy)

        return await self._parts.store.read(wish)

    def _frame(self, tx: Connection, who: MemberKey) -> ViewContext:
        member = members.find(tx, who)
        tz = member.tz if member is not None and member.tz else "UTC"
        return ViewContext(
            self._parts.clock(), tz, self._parts.public_url, self._parts.rulebook.catalogue
        )
