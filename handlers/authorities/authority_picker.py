"""Finds an authority by name or from a menu, and runs the requested action on it (D15).

It offers the authorities that the principal's own authority manages.
"""

from collections.abc import Awaitable, Callable, Sequence

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import Button, ModalView, PlainText, SectionBlock
from sqlalchemy import Connection

from core.administration import managed_authorities
from core.languages.texts import Texts, texts
from handlers import payloads
from handlers.dependencies import Dependencies
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, refusal_view, refuse_without_options
from handlers.ui.blocks import view_json
from handlers.ui.markdown import escaped
from handlers.ui.role_checkboxes import LONGEST_OPTION
from handlers.ui.search_fields import pick_menu

# Followed by the name of the action.
MENU_PREFIX = "managed_authority:"
LIST_PREFIX = "listed_authority:"
MOST_OFFERED = 100
MOST_LISTED = 10

AuthorityAction = Callable[[RequestContext, int, ResponseTarget], Awaitable[None]]


class AuthorityPicker:
    """Holds the actions on a managed authority, by name, and runs the picked one."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._actions: dict[str, AuthorityAction] = {}

    def add_action(self, name: str, action: AuthorityAction) -> None:
        """Offer `action` under this name, which the ids of menus end with."""
        self._actions[name] = action

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        for name in self._actions:
            app.action(MENU_PREFIX + name)(self.pick_from_menu)
            app.action(LIST_PREFIX + name)(self.pick_from_menu)
            app.options(MENU_PREFIX + name)(self.suggest)

    async def pick_by_name(
        self, action_name: str, text: str, context: RequestContext, target: ResponseTarget
    ) -> None:
        """Run the action with the authority that the text names; if several match, ask which."""

        def find_authorities(tx: Connection) -> tuple[tuple[int, str, str], ...]:
            return managed_authorities.search(tx, context.principal, text, MOST_LISTED)

        authorities = await self._store.read(find_authorities)
        if len(authorities) == 1:
            await self._actions[action_name](context, authorities[0][0], target)
        elif authorities:
            view = authority_choice_view(action_name, context.language, authorities)
            await target.show(view)
        else:
            no_match = texts(context.language).gettext(
                "You manage no authority that matches {text}.", text=f"*{escaped(text[:100])}*"
            )
            await target.show(refusal_view(no_match, context.language))

    async def pick_from_menu(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Run the action with the authority that was picked in a menu, or by a button."""
        await ack()
        action = payloads.block_action_of(body)
        name = action.action_id.removeprefix(MENU_PREFIX).removeprefix(LIST_PREFIX)
        target = ResponseTarget.of_action(client, action)

        async def run_picked_action(context: RequestContext) -> None:
            await self._actions[name](context, action.number, target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, run_picked_action)

    async def suggest(self, ack: AsyncAck, body: Json) -> None:
        """Offer the managed authorities that match what is typed so far."""
        request = payloads.suggestion_request_of(body)

        async def offer_matches(context: RequestContext) -> None:
            def find_authorities(tx: Connection) -> tuple[tuple[int, str, str], ...]:
                return managed_authorities.search(tx, context.principal, request.text, MOST_OFFERED)

            authorities = await self._store.read(find_authorities)
            await ack(options=[_option(*authority) for authority in authorities])

        refuse = refuse_without_options(ack)
        await self._principals.serve(payloads.sender_of(body), refuse, offer_matches)


def authority_choice_view(
    action_name: str, language: str, listed: Sequence[tuple[int, str, str]] = ()
) -> Json:
    """Return the modal in which a managed authority is picked for the action.

    The menu finds any of them; those `listed` have a button each.
    """
    t = texts(language)
    _, menu = t.gettext, pick_menu(MENU_PREFIX + action_name, t)
    view = ModalView(
        title=PlainText(_("Choose an authority")),
        close=PlainText(_("Cancel")),
        callback_id="choose_authority",
        blocks=[
            SectionBlock(
                _("Which of the authorities you manage?"),
                accessory=menu,
                block_id="managed",
            ),
            *(_row(action_name, *authority, t) for authority in listed),
        ],
    )
    return view_json(view)


def _row(action_name: str, number: int, title: str, official_name: str, t: Texts) -> SectionBlock:
    button = Button(t.gettext("Choose"), LIST_PREFIX + action_name, value=str(number))
    text = f"*{escaped(title)}*\n{escaped(official_name)}"
    return SectionBlock(text, accessory=button, block_id=f"managed_{number}")


def _option(number: int, title: str, official_name: str) -> Json:
    return {
        "text": {"type": "plain_text", "text": title[:LONGEST_OPTION]},
        "description": {"type": "plain_text", "text": official_name[:LONGEST_OPTION]},
        "value": str(number),
    }
