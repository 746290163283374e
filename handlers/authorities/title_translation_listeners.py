"""Listeners with which the Commission's translators translate authorities' titles (R29, D17).

They are members of a Slack channel of the European Commission, and need no account.
"""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import title_tasks
from core.administration.title_tasks import TitleEdit
from core.authorities.rows import authorities, titles
from core.errors import EditedMeanwhileError, NotTranslatorError, RuleError
from core.languages.tags import from_locale
from core.languages.texts import texts
from core.members.rules import MemberKey, require_eligible
from handlers import payloads
from handlers.authorities import title_translation_views as views
from handlers.authorities.messages import TRANSLATE
from handlers.commands import help_text
from handlers.dependencies import Dependencies
from handlers.json_types import Json
from handlers.principals import RefusalResponder, log_refusal
from handlers.responses import ResponseTarget, refuse_at_fields, refuse_in_message

COMMAND = "/imi-titles"
MOST_LISTED = 40
# The largest page of a channel's members that Slack recommends.
MOST_MEMBERS = 200


class TitleTranslationListeners:
    """Listeners for the title queue; members of the Commission's channel need no account in IMI."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(self.type_command)
        app.action(TRANSLATE)(self.press_translate)
        app.view(views.FORM)(self.submit_titles)

    async def type_command(
        self, ack: AsyncAck, respond: AsyncRespond, command: Json, client: AsyncWebClient
    ) -> None:
        """List the open tasks; this works in the Commission's channel only."""
        await ack()
        sender, text = payloads.sender_of(command), payloads.command_text_of(command)
        target = ResponseTarget(client, payloads.trigger_id_of(command))
        channel = self._dependencies.commission_channel

        async def explain_or_list(language: str) -> None:
            if text.casefold() == "help":
                await respond(help_text(COMMAND, language))
            elif channel is None or command.get("channel_id") != channel:
                await respond(other_channel_text(channel, language))
            else:
                await self._serve_translator(sender, client, target.refuse, show_queue)

        async def show_queue(language: str) -> None:
            await target.show(await self._store.read(lambda tx: _queue_view(tx, language)))

        await self._serve(sender, refuse_in_message(respond), explain_or_list)

    async def press_translate(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form of a task, from the channel or from the list."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)

        async def show_form(language: str) -> None:
            def load_form(tx: Connection) -> Json:
                task, authority = title_tasks.require_open_task(tx, action.number)
                shown = views.opened_form(task, titles.translations_of(tx, authority.id))
                return views.form(shown, authority, language)

            await target.show(await self._store.write(load_form))

        await self._serve_translator(payloads.sender_of(body), client, target.refuse, show_form)

    async def submit_titles(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Save the translations; the message in the channel then shows how many are left."""
        sender, edit = payloads.sender_of(body), views.edit_in(payloads.submitted_form_of(body))

        async def save_titles(language: str) -> None:
            view = await self._saved_or_refused(edit, sender.member_id, language)
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()

        await self._serve_translator(sender, client, refuse_at_fields(ack), save_titles)

    async def _saved_or_refused(self, edit: TitleEdit, member_id: str, language: str) -> Json:
        """Save the translations; return the confirmation, or the form with what others changed."""
        now = self._clock()

        def translate(tx: Connection) -> Json:
            task = title_tasks.translate(tx, edit, member_id, language, now)
            left, closed = title_tasks.left_of(tx, task), task.closed_at is not None
            return views.saved(left, language, closed=closed)

        try:
            return await self._store.write(translate)
        except EditedMeanwhileError as refusal:
            log_refusal(refusal)
            return await self._form_after_refusal(edit, refusal, language)

    async def _form_after_refusal(
        self, edit: TitleEdit, refusal: EditedMeanwhileError, language: str
    ) -> Json:
        """Return the form with what was typed and what others changed meanwhile (D23)."""

        def load_form(tx: Connection) -> Json:
            task, authority = title_tasks.require_open_task(tx, edit.task_id)
            shown = views.form_after_refusal(task, edit, refusal.changes)
            return views.form(shown, authority, language, refusal.changes)

        return await self._store.write(load_form)

    async def _serve_translator(
        self,
        sender: MemberKey,
        client: AsyncWebClient,
        refuse: RefusalResponder,
        handle: Callable[[str], Awaitable[None]],
    ) -> None:
        """Call `handle` with the language of a current member of the Commission's channel (D17).

        People who preview a channel can type commands there without being members.
        """

        async def handle_translator(language: str) -> None:
            channel = self._dependencies.commission_channel
            if channel is None or sender.member_id not in await channel_member_ids(client, channel):
                raise NotTranslatorError("Not in the Commission's channel.")
            await handle(language)

        await self._serve(sender, refuse, handle_translator)

    async def _serve(
        self, sender: MemberKey, refuse: RefusalResponder, handle: Callable[[str], Awaitable[None]]
    ) -> None:
        """Call `handle` with the language of a full member of the workspace (D21).

        `refuse` answers a RuleError in this language; it is English if Slack knows nobody by this
        id.
        """
        language = from_locale(None)
        try:
            member = await self._principals.member(sender)
            language = from_locale(member.locale)
            require_eligible(member, self._dependencies.team_id)
            await handle(language)
        except RuleError as refusal:
            log_refusal(refusal)
            await refuse(refusal, language)


async def channel_member_ids(client: AsyncWebClient, channel: str) -> frozenset[str]:
    """Return the ids of the channel's members."""
    found: set[str] = set()
    async for page in await client.conversations_members(channel=channel, limit=MOST_MEMBERS):
        found.update(page["members"])
    return frozenset(found)


def _queue_view(tx: Connection, language: str) -> Json:
    tasks, total = titles.open_tasks(tx, MOST_LISTED)
    named = tuple(
        (task, authorities.require(tx, task.authority_id), title_tasks.left_of(tx, task))
        for task in tasks
    )
    return views.queue(named, total, language)


def other_channel_text(channel: str | None, language: str) -> str:
    """Return the text that says in which channel titles are translated."""
    _ = texts(language).gettext
    if channel is None:
        return _("The channel in which the Commission translates titles has not been set.")
    return _("Titles are translated in {channel}. Type the command there.", channel=f"<#{channel}>")
