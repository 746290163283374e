"""From what an access manager types to one of the authorities that theirs looks after (D15)."""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ExternalSelectMenu, ModalView, PlainText, SectionBlock
from sqlalchemy import Connection

from core.administration import managing
from core.errors import RuleError
from core.languages.texts import texts
from handlers import payloads
from handlers.dependencies import Dependencies
from handlers.principals import RequestContext
from handlers.responses import ResponseTarget, notice_view
from handlers.ui.blocks import Json, view_json
from handlers.ui.markdown import escaped
from handlers.ui.role_checkboxes import LONGEST_OPTION

MENU_PREFIX = "managed_authority:"  # and what is to be done
MOST_OFFERED = 100

AuthorityAction = Callable[[RequestContext, int, ResponseTarget], Awaitable[None]]


class AuthorityPicker:
    """Knows what can be done with a managed authority: by words, or picked in a menu."""

    def __init__(self, parts: Dependencies) -> None:
        self._parts = parts
        self._acts: dict[str, AuthorityAction] = {}

    def offer(self, what: str, act: AuthorityAction) -> None:
        """Let `act` be done under the name `what`."""
        self._acts[what] = act

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        for what in self._acts:
            app.action(MENU_PREFIX + what)(self.pick)
            app.options(MENU_PREFIX + what)(self.suggest)

    async def by_words(
        self, what: str, text: str, context: RequestContext, place: ResponseTarget
    ) -> None:
        """Do `what` with the one that the words mean; let the person choose among several."""

        def look(tx: Connection) -> tuple[tuple[int, str, str], ...]:
            return managing.managed(tx, context.principal, text, 2)

        found = await self._parts.store.read(look)
        if len(found) == 1:
            await self._acts[what](context, found[0][0], place)
        elif found:
            await place.show(authority_choice_view(what, context.language))
        else:
            said = texts(context.language).gettext(
                "You look after no authority that fits {text}.", text=f"*{escaped(text[:100])}*"
            )
            await place.show(notice_view(said, context.language))

    async def pick(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Do it with the authority that was picked."""
        await ack()
        click = payloads.block_action_of(body)
        what = click.action_id.removeprefix(MENU_PREFIX)
        place = ResponseTarget(client, click.trigger_id, pushed=True)

        async def work(context: RequestContext) -> None:
            await self._acts[what](context, click.number, place)

        await self._parts.principals.receive(payloads.sender_of(body), place.refused, work)

    async def suggest(self, ack: AsyncAck, body: Json) -> None:
        """Offer the managed authorities that fit what is typed so far."""
        search = payloads.suggestion_request_of(body)

        async def refused(_refusal: RuleError, _language: str) -> None:
            await ack(options=[])

        async def work(context: RequestContext) -> None:
            def look(tx: Connection) -> tuple[tuple[int, str, str], ...]:
                return managing.managed(tx, context.principal, search.text, MOST_OFFERED)

            found = await self._parts.store.read(look)
            await ack(options=[_option(*one) for one in found])

        await self._parts.principals.receive(payloads.sender_of(body), refused, work)


def authority_choice_view(what: str, language: str) -> Json:
    """Return the modal in which a managed authority is picked."""
    _ = texts(language).gettext
    menu = ExternalSelectMenu(
        MENU_PREFIX + what, min_query_length=0, placeholder=PlainText(_("Type a name"))
    )
    view = ModalView(
        title=PlainText(_("Choose an authority")),
        close=PlainText(_("Cancel")),
        callback_id="choose_authority",
        blocks=[
            SectionBlock(
                _("Which of the authorities that you look after?"),
                accessory=menu,
                block_id="managed",
            )
        ],
    )
    return view_json(view)


def _option(number: int, title: str, official_name: str) -> Json:
    return {
        "text": {"type": "plain_text", "text": title[:LONGEST_OPTION]},
        "description": {"type": "plain_text", "text": official_name[:LONGEST_OPTION]},
        "value": str(number),
    }
