"""From what somebody types or picks to one user, and on to what is to be done with them."""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import (
    Block,
    Button,
    ContextBlock,
    ModalView,
    Option,
    OverflowMenu,
    PlainText,
    SectionBlock,
    Text,
)
from sqlalchemy import Connection

from core.languages.texts import Texts, texts
from core.users import lookup
from core.users.lookup import MAX_MATCHES
from core.users.rules import User
from handlers import payloads
from handlers.answers import ResponseTarget, notice
from handlers.asker import RequestContext
from handlers.blocks import Json, drawn_view
from handlers.markdown import escaped
from handlers.parts import Dependencies
from handlers.payloads import BadPayloadError

MENU = "user_menu"
CHOOSE = "choose_user"

Act = Callable[[RequestContext, int, ResponseTarget], Awaitable[None]]


class UserPicker:
    """Knows what can be done with a user: by name after a command, or from a user's menu."""

    def __init__(self, parts: Dependencies) -> None:
        self._parts = parts
        self._acts: dict[str, Act] = {}

    def offer(self, what: str, act: Act) -> None:
        """Let `act` be done under the name `what`."""
        self._acts[what] = act

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        app.action(MENU)(self.pick)
        app.action(CHOOSE)(self.pick)

    async def by_name(
        self, what: str, text: str, context: RequestContext, place: ResponseTarget
    ) -> None:
        """Do `what` with whom the text means; let the person choose where it means several."""
        team_id = self._parts.team_id

        def look(tx: Connection) -> tuple[User, ...]:
            return lookup.matching(tx, context.principal, text, team_id)

        found = await self._parts.store.read(look)
        if len(found) == 1:
            await self._acts[what](context, found[0].id, place)
        elif found:
            await place.show(choice(found, what, context.language))
        else:
            await place.show(notice(nobody(text, context.language), context.language))

    async def act(
        self, what: str, context: RequestContext, user_id: int, place: ResponseTarget
    ) -> None:
        """Do `what` with the user."""
        await self._acts[what](context, user_id, place)

    async def pick(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Do with the user what was picked in their menu."""
        await ack()
        click = payloads.click_of(body)
        place = ResponseTarget(client, click.trigger_id, pushed=click.form is not None)
        what, _, number = click.value.partition(":")
        if what not in self._acts or not number.isdecimal():
            raise BadPayloadError("No such thing to do with a user.")

        async def work(context: RequestContext) -> None:
            await self._acts[what](context, int(number), place)

        await self._parts.principals.receive(payloads.who_of(body), place.refused, work)


def menu_of(user: User, t: Texts) -> OverflowMenu:
    """Return the menu of what an administrator can do with a user."""
    _ = t.gettext
    entries = {
        "edit": _("Edit details"),
        "roles": _("Change roles"),
        "reset": _("Reset password"),
        "status": _("Messages sent"),
        "remove": _("Remove"),
    }
    options = [Option(PlainText(said), f"{what}:{user.id}") for what, said in entries.items()]
    return OverflowMenu(MENU, options)


def choice(found: tuple[User, ...], what: str, language: str) -> Json:
    """Return the modal in which one of several people is chosen."""
    t = texts(language)
    _ = t.gettext
    blocks: list[Block] = [SectionBlock(_("Several people fit. Whom do you mean?"))]
    for user in found[: MAX_MATCHES - 1]:
        said = f"*{escaped(user.full_name)}*\n{escaped(user.email)}"
        button = Button(_("Choose"), CHOOSE, value=f"{what}:{user.id}")
        blocks.append(SectionBlock(said, accessory=button, block_id=f"choose_{user.id}"))
    if len(found) == MAX_MATCHES:
        blocks.append(ContextBlock([Text(_("There are more. Type more of the name."))]))
    view = ModalView(
        title=PlainText(_("Choose a user")),
        close=PlainText(_("Cancel")),
        callback_id="choose",
        blocks=blocks,
    )
    return drawn_view(view)


def nobody(text: str, language: str) -> str:
    """Return that nobody fits, and the way out."""
    return texts(language).gettext(
        "Nobody in your authority fits {text}. `/imi-users` lists everybody.",
        text=f"*{escaped(text[:100])}*",
    )
