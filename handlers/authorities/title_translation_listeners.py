"""Listeners with which the Commission's translators translate authorities' titles (R29, D17).

They are members of a Slack channel of the European Commission, and need no account.
"""

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
from handlers.payloads import Json
from handlers.principals import log_refusal
from handlers.refusal_texts import refusal_text
from handlers.responses import ResponseTarget, refuse_at_fields

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
        channel = self._dependencies.commission_channel
        try:
            language = await self._language(sender)
        except RuleError as refusal:
            log_refusal(refusal)
            await respond(refusal_text(refusal, from_locale(None)))
            return
        if text.casefold() == "help":
            await respond(help_text(COMMAND, language))
        elif channel is None or command.get("channel_id") != channel:
            await respond(other_channel_text(channel, language))
        else:
            await self._show_queue(client, command, sender)

    async def _show_queue(self, client: AsyncWebClient, command: Json, sender: MemberKey) -> None:
        target = ResponseTarget(client, payloads.trigger_id_of(command))
        try:
            # People who preview a channel can type commands there without being members.
            language = await self._translators_language(client, sender)
        except RuleError as refusal:
            log_refusal(refusal)
            await target.refuse(refusal, from_locale(None))
        else:
            await target.show(await self._store.read(lambda tx: _queue_view(tx, language)))

    async def press_translate(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form of a task, from the channel or from the list."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget(client, action.trigger_id, pushed=action.form is not None)
        try:
            language = await self._translators_language(client, payloads.sender_of(body))

            def load_form(tx: Connection) -> Json:
                task, authority = title_tasks.require_open_task(tx, action.number)
                shown = views.opened_form(task, titles.translations_of(tx, authority.id))
                return views.form(shown, authority, language)

            await target.show(await self._store.write(load_form))
        except RuleError as refusal:
            log_refusal(refusal)
            await target.refuse(refusal, from_locale(None))

    async def submit_titles(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Save the translations; the message in the channel then shows how many are left."""
        sender, edit = payloads.sender_of(body), views.edit_in(payloads.submitted_form_of(body))
        try:
            language = await self._translators_language(client, sender)
            now = self._clock()

            def translate(tx: Connection) -> Json:
                task = title_tasks.translate(tx, edit, sender.member_id, now)
                left, closed = title_tasks.left_of(tx, task), task.closed_at is not None
                return views.saved(left, language, closed=closed)

            view = await self._store.write(translate)
        except EditedMeanwhileError as refusal:
            log_refusal(refusal)
            view = await self._form_after_refusal(edit, refusal, language)
        except RuleError as refusal:
            log_refusal(refusal)
            await refuse_at_fields(ack)(refusal, from_locale(None))
            return
        await ack(response_action="update", view=view)
        self._dependencies.wake_delivery_worker()

    async def _form_after_refusal(
        self, edit: TitleEdit, refusal: EditedMeanwhileError, language: str
    ) -> Json:
        """Return the form with what was typed and what others changed meanwhile (D23)."""

        def load_form(tx: Connection) -> Json:
            task, authority = title_tasks.require_open_task(tx, edit.task_id)
            shown = views.form_after_refusal(task, edit, refusal.changes)
            return views.form(shown, authority, language, refusal.changes)

        return await self._store.write(load_form)

    async def _translators_language(self, client: AsyncWebClient, sender: MemberKey) -> str:
        """Return the language of a current member of the Commission's channel (D17).

        Raises:
            MemberRefusedError: they cannot be a user.
            NotTranslatorError: they are not in the channel, or not any more.
        """
        language, channel = await self._language(sender), self._dependencies.commission_channel
        if channel is None or sender.member_id not in await channel_member_ids(client, channel):
            raise NotTranslatorError("Not in the Commission's channel.")
        return language

    async def _language(self, sender: MemberKey) -> str:
        """Return the language of a full member of the workspace; raises MemberRefusedError."""
        member = await self._principals.member(sender)
        require_eligible(member, self._dependencies.team_id)
        return from_locale(member.locale)


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
        return _("No channel is set in which the Commission translates titles.")
    return _("Titles are translated in {channel}. Type this there.", channel=f"<#{channel}>")
