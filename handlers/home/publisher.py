"""Publishes Home tabs of Slack members, and redraws them in the background after a change."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable

from slack_sdk.web.async_client import AsyncWebClient

from core.errors import RuleError
from core.home.attention import AttentionKind, HomeRequest
from core.home.service import overview_for
from core.members.rules import MemberKey
from handlers.dependencies import Dependencies, Redraw
from handlers.home import views
from handlers.json_types import Json
from handlers.refusal_texts import refusal_text
from handlers.request_context import RequestContext
from handlers.ui.view_context import ViewContext

# The redraw waits for this long, so that the messages about the change are sent first.
DELAY_SECONDS = 0.1
# Many changes in a row, such as registrations, redraw the tab at most once in this time.
PAUSE_SECONDS = 1.0
# Maximum number of members whose Home tab is remembered to show only one kind of items.
MAX_REMEMBERED_KINDS = 1000


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
        self._rests_until: dict[str, float] = {}
        self._redraws: list[Redraw] = []
        # The members whose tab shows the items of only one kind; the oldest are dropped first.
        self._only_kinds: OrderedDict[str, AttentionKind] = OrderedDict()

    def on_refresh(self, redraw: Redraw) -> None:
        """Call `redraw` too whenever a member's Home tab is refreshed."""
        self._redraws.append(redraw)

    def refresh(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        """Redraw the member's Home tab in the background; many calls in a row share a redraw.

        The first one redraws almost at once, those in the second after that together.
        """
        member_id = member_key.member_id
        self._stale.add(member_id)
        if member_id not in self._refreshing:
            self._refreshing.add(member_id)
            self._dependencies.run_in_background(self._refresh_until_fresh(client, member_key))

    def refresh_all(self, client: AsyncWebClient, member_keys: Iterable[MemberKey | None]) -> None:
        """Redraw the Home tab of each member; None stands for a user without a Slack member."""
        for member_key in filter(None, dict.fromkeys(member_keys)):
            self.refresh(client, member_key)

    async def show(
        self, client: AsyncWebClient, member_key: MemberKey, only_kind: AttentionKind | None
    ) -> None:
        """Show the member the items of one kind only, or with None the whole tab."""
        self._only_kinds.pop(member_key.member_id, None)
        if only_kind is not None:
            self._only_kinds[member_key.member_id] = only_kind
        while len(self._only_kinds) > MAX_REMEMBERED_KINDS:
            self._only_kinds.popitem(last=False)
        await self.publish(client, member_key)

    async def publish(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        """Show the member their Home tab, or why they have none, in their language."""

        async def publish_refusal(refusal: RuleError, language: str) -> None:
            view = views.text_view(refusal_text(refusal, language))
            await client.views_publish(user_id=member_key.member_id, view=view)

        async def publish_home(context: RequestContext) -> None:
            only_kind = self._only_kinds.get(member_key.member_id)
            view = await self._home_view(context, only_kind)
            await client.views_publish(user_id=member_key.member_id, view=view)

        async with self._dependencies.view_locks.lock_of(("home", member_key.member_id)):
            await self._principals.serve(member_key, publish_refusal, publish_home)

    async def _refresh_until_fresh(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        member_id, now = member_key.member_id, asyncio.get_running_loop().time
        try:
            while member_id in self._stale:
                await asyncio.sleep(self._rests_until.get(member_id, now() + DELAY_SECONDS) - now())
                self._stale.discard(member_id)
                await self._redraw_and_rest(client, member_key)
        except Exception:
            self._refreshing.discard(member_id)
            if member_id in self._stale:
                # Another redraw was requested while this one failed.
                self.refresh(client, member_key)
            raise
        self._refreshing.discard(member_id)

    async def _redraw_and_rest(self, client: AsyncWebClient, member_key: MemberKey) -> None:
        """Redraw all, and not again within the pause after that, even if it failed."""
        loop = asyncio.get_running_loop()
        try:
            for redraw in (*self._redraws, self.publish):
                await redraw(client, member_key)
        finally:
            until = loop.time() + PAUSE_SECONDS
            self._rests_until[member_key.member_id] = until
            # A rest begins only after the one before it, so this removes no later one.
            loop.call_at(until, self._rests_until.pop, member_key.member_id, None)

    async def _home_view(self, context: RequestContext, only_kind: AttentionKind | None) -> Json:
        dependencies, me, rulebook = self._dependencies, context.user, self._rulebook
        view_context = ViewContext(
            dependencies.clock(),
            context.time_zone,
            dependencies.public_url,
            dependencies.rulebook.catalogue,
        )
        if not me.administrator:
            return views.user_view(me, view_context)
        request = HomeRequest(me, context.authority, view_context.now, only_kind)
        overview = await self._store.read(lambda tx: overview_for(tx, request, rulebook))
        return views.administrator_view(overview, view_context, rulebook.policy)
