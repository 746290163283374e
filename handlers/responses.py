"""Responses to a request in Slack: messages to one person, errors at fields, and modals."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import Block, ModalView, PlainText, SectionBlock

from core.errors import NotAccessManagerError, NotAdministratorError, NotAUserError, RuleError
from core.languages.texts import texts
from handlers.interactions import BlockAction, SubmittedForm
from handlers.json_types import Json
from handlers.principals import RefusalResponder
from handlers.refusal_texts import field_errors, refusal_text
from handlers.ui.alerts import alert_blocks
from handlers.ui.blocks import blocks_json, view_json
from handlers.ui.whom_to_ask import NO_TOPIC, access_manager_blocks, whom_to_ask_blocks

# Seconds to wait for a modal to open: its trigger expires after three, so later it cannot.
OPEN_SECONDS = 4.0
# The errors of a call that Slack refuses, or does not answer.
SLACK_FAULTS = (SlackClientError, ClientError, TimeoutError)


def refuse_in_message(respond: AsyncRespond, command: str = NO_TOPIC) -> RefusalResponder:
    """Return a responder that sends the refusal as a message only the person sees.

    `command` is the one that the person typed, if they did.
    """

    async def send_message(refusal: RuleError, language: str) -> None:
        text, asking = refusal_text(refusal, language), _asking(refusal, language, command)
        if asking:
            await respond(text=text, blocks=blocks_json([SectionBlock(text), *asking]))
        else:
            await respond(text)

    return send_message


def refuse_in_modal(client: AsyncWebClient, trigger_id: str) -> RefusalResponder:
    """Return a responder that opens a modal with the refusal; no other modal may be open."""

    async def open_modal(refusal: RuleError, language: str) -> None:
        view = _view_of(refusal, language)
        await open_view(client, trigger_id, view)

    return open_modal


def refuse_in_pushed_modal(client: AsyncWebClient, trigger_id: str) -> RefusalResponder:
    """Return a responder that pushes a modal with the refusal; the one below keeps its input."""

    async def push_modal(refusal: RuleError, language: str) -> None:
        view = _view_of(refusal, language)
        await open_view(client, trigger_id, view, pushed=True)

    return push_modal


def refuse_at_fields(ack: AsyncAck) -> RefusalResponder:
    """Return a responder to a submission whose block ids are the names of its fields."""

    async def show_errors(refusal: RuleError, language: str) -> None:
        await ack(**field_errors_response(refusal, language, str))

    return show_errors


def refuse_with_notice(ack: AsyncAck) -> RefusalResponder:
    """Return a responder to a submission that pushes a modal with the refusal."""

    async def push_notice(refusal: RuleError, language: str) -> None:
        await ack(**pushed_notice_response(refusal, language))

    return push_notice


def refuse_without_options(ack: AsyncAck) -> RefusalResponder:
    """Return a responder to a menu's search that offers no options."""

    async def offer_nothing(_refusal: RuleError, _language: str) -> None:
        await ack(options=[])

    return offer_nothing


@dataclass(frozen=True, slots=True)
class ResponseTarget:
    """The place for a new modal: on top of the open one if `pushed`, otherwise by itself."""

    client: AsyncWebClient
    trigger_id: str
    pushed: bool = False

    @classmethod
    def of_action(cls, client: AsyncWebClient, action: BlockAction) -> "ResponseTarget":
        """Return the place after a pressed button or a picked option: on top if in a modal."""
        return cls(client, action.trigger_id, pushed=action.form is not None)

    async def show(self, view: Json) -> str:
        """Show the modal and return its id; a modal below it keeps what was typed."""
        return await open_view(self.client, self.trigger_id, view, pushed=self.pushed)

    @property
    def refuse(self) -> RefusalResponder:
        """Return a responder that shows refusals here."""
        make_responder = refuse_in_pushed_modal if self.pushed else refuse_in_modal
        return make_responder(self.client, self.trigger_id)


async def open_view(
    client: AsyncWebClient, trigger_id: str, view: Json, *, pushed: bool = False
) -> str:
    """Open the modal, or push it on top of the open one; return its id.

    Raises:
        SlackApiError: Slack refuses, for example because the trigger is older than three seconds.
        TimeoutError: Slack has not answered within `OPEN_SECONDS`, retries included.
    """
    open_or_push = client.views_push if pushed else client.views_open
    async with asyncio.timeout(OPEN_SECONDS):
        answer = await open_or_push(trigger_id=trigger_id, view=view)
    return str(answer["view"]["id"])


async def redraw(client: AsyncWebClient, form: SubmittedForm, view: Json) -> None:
    """Replace the form by `view`, unless the modal has changed since the form was sent."""
    try:
        await client.views_update(view_id=form.view_id, hash=form.hash, view=view)
    except SlackApiError as error:
        # A later action of the person wins: their next step, or another pick.
        if error.response.get("error") != "hash_conflict":
            raise


def notice_view(text: str, language: str) -> Json:
    """Return a modal that shows one text."""
    return _notice([SectionBlock(text)], language)


def refusal_view(text: str, language: str, more: Sequence[Block] = ()) -> Json:
    """Return a modal that shows why something was refused, and more blocks below it."""
    return _notice([*alert_blocks(text), *more], language)


def success_view(text: str, language: str) -> Json:
    """Return a modal that shows what was done."""
    return _notice(alert_blocks(text, "success"), language)


def _notice(blocks: Sequence[Block], language: str) -> Json:
    view = ModalView(
        title=PlainText("IMI"),
        close=PlainText(texts(language).gettext("Close")),
        callback_id="notice",
        blocks=[*blocks],
    )
    return view_json(view)


def field_errors_response(
    refusal: RuleError, language: str, block_id_of: Callable[[str], str]
) -> Json:
    """Return the response to a submission: errors at their fields, or a modal pushed on top.

    `block_id_of` maps a field's name to the id of the block that holds it.
    """
    errors = field_errors(refusal, language)
    if not errors:
        return pushed_notice_response(refusal, language)
    by_block = {block_id_of(field): text for field, text in errors.items()}
    return {"response_action": "errors", "errors": by_block}


def pushed_notice_response(refusal: RuleError, language: str) -> Json:
    """Return the response to a submission that pushes a modal with the refusal on top."""
    return pushed_response(_view_of(refusal, language))


def _view_of(refusal: RuleError, language: str) -> Json:
    return refusal_view(refusal_text(refusal, language), language, _asking(refusal, language))


def _asking(refusal: RuleError, language: str, command: str = NO_TOPIC) -> list[Block]:
    """Return whom the refused person can ask; administrators can be asked with a button."""
    match refusal:
        case NotAdministratorError():
            return whom_to_ask_blocks(refusal.askable, language, command)
        case NotAUserError():
            return whom_to_ask_blocks(refusal.askable, language)
        case NotAccessManagerError(manager=manager) if manager:
            return access_manager_blocks(manager, language)
        case _:
            return []


def pushed_response(view: Json) -> Json:
    """Return the response to a submission that pushes `view` on top."""
    return {"response_action": "push", "view": view}
