"""Finds a user by name or from a menu, and runs the requested action on that user."""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.users import lookup
from core.users.principals import Principal, require_administrator
from core.users.rules import User
from handlers import payloads
from handlers.dependencies import Dependencies
from handlers.interactions import BadPayloadError
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, refusal_view, refuse_without_options
from handlers.ui.action_ids import CHOOSE_USER, USER_MENU
from handlers.ui.user_menu import no_match_text, user_choice_view
from handlers.ui.user_option import user_options_json
from handlers.ui.user_search import SEARCH_PREFIX

UserAction = Callable[[RequestContext, int, ResponseTarget], Awaitable[None]]
UserLookup = Callable[[Connection, Principal, str, str], tuple[User, ...]]


class UserPicker:
    """Holds the actions that features offer on a user, by name, and runs the picked one."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._team_id = dependencies.team_id
        self._actions: dict[str, UserAction] = {}
        self._lookups: dict[str, UserLookup] = {}
        self._searched: list[str] = []

    def add_action(
        self,
        name: str,
        action: UserAction,
        *,
        searched: bool = False,
        find: UserLookup = lookup.matching,
    ) -> None:
        """Offer `action` under this name, which the values of menus and buttons carry.

        `searched` says that a `user_search_menu` offers it too. `find` finds the users whom a text
        after a command may mean.
        """
        self._lookups[name] = find
        self._actions[name] = action
        if searched:
            self._searched.append(name)

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.action(USER_MENU)(self.pick_from_menu)
        app.action(CHOOSE_USER)(self.pick_from_menu)
        for name in self._searched:
            app.action(SEARCH_PREFIX + name)(self.pick_from_search)
            app.options(SEARCH_PREFIX + name)(self.suggest)

    async def pick_by_name(
        self, action_name: str, text: str, context: RequestContext, target: ResponseTarget
    ) -> None:
        """Run the action with the user whom the text names; if several match, ask which."""
        find = self._lookups[action_name]

        def find_users(tx: Connection) -> tuple[User, ...]:
            return find(tx, context.principal, text, self._team_id)

        users = await self._store.read(find_users)
        if len(users) == 1:
            await self.run_action(action_name, context, users[0].id, target)
        elif users:
            await target.show(user_choice_view(users, action_name, context.language))
        else:
            await target.show(refusal_view(no_match_text(text, context.language), context.language))

    async def ask(self, view: Json, context: RequestContext, target: ResponseTarget) -> None:
        """Show the modal that asks an administrator for a user; see `user_search_view`."""
        await self._store.read(lambda tx: require_administrator(tx, context.principal))
        await target.show(view)

    async def run_action(
        self, name: str, context: RequestContext, user_id: int, target: ResponseTarget
    ) -> None:
        """Run the action of this name with the user."""
        await self._actions[name](context, user_id, target)

    async def pick_from_menu(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Run the action that was picked in a user's menu; its value is `action:user id`."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)
        name, _, user_id = action.value.partition(":")
        if name not in self._actions or not user_id.isdecimal():
            raise BadPayloadError("No such action on a user.")

        async def run_picked_action(context: RequestContext) -> None:
            await self.run_action(name, context, int(user_id), target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, run_picked_action)

    async def pick_from_search(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Run the action of the menu with the user who was found in it."""
        await ack()
        action = payloads.block_action_of(body)
        name = action.action_id.removeprefix(SEARCH_PREFIX)
        target = ResponseTarget(client, action.trigger_id, pushed=True)

        async def run_menu_action(context: RequestContext) -> None:
            await self.run_action(name, context, action.number, target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, run_menu_action)

    async def suggest(self, ack: AsyncAck, body: Json) -> None:
        """Offer the users of the person's authority who match what is typed so far."""
        request = payloads.suggestion_request_of(body)

        async def offer_users(context: RequestContext) -> None:
            def find_users(tx: Connection) -> tuple[User, ...]:
                return lookup.suggestions(tx, context.principal, request.text)

            found = await self._store.read(find_users)
            await ack(options=user_options_json(found, context.language))

        await self._principals.serve(
            payloads.sender_of(body), refuse_without_options(ack), offer_users
        )
