"""The ways an answer reaches a person: a line only they see, a modal, one on top, one redrawn."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView, PlainText, SectionBlock

from core.errors import RuleError
from core.languages.texts import texts
from handlers.payloads import SubmittedForm
from handlers.principals import RefusalResponder
from handlers.refusal_texts import field_errors, refusal_text
from handlers.ui.blocks import Json, view_json


def refuse_in_message(respond: AsyncRespond) -> RefusalResponder:
    """Answer with a line that only the person sees."""

    async def answer(refusal: RuleError, language: str) -> None:
        await respond(refusal_text(refusal, language))

    return answer


def refuse_in_modal(client: AsyncWebClient, trigger_id: str) -> RefusalResponder:
    """Answer with a modal, where none is open."""

    async def answer(refusal: RuleError, language: str) -> None:
        view = notice_view(refusal_text(refusal, language), language)
        await client.views_open(trigger_id=trigger_id, view=view)

    return answer


def refuse_in_pushed_modal(client: AsyncWebClient, trigger_id: str) -> RefusalResponder:
    """Answer with a modal on top of the open one, which keeps what was typed."""

    async def answer(refusal: RuleError, language: str) -> None:
        view = notice_view(refusal_text(refusal, language), language)
        await client.views_push(trigger_id=trigger_id, view=view)

    return answer


@dataclass(frozen=True, slots=True)
class ResponseTarget:
    """Where a modal goes: on the open one where there is one, else on the screen."""

    client: AsyncWebClient
    trigger_id: str
    pushed: bool = False

    async def show(self, view: Json) -> str:
        """Show the modal, and return its id; what stood there keeps what was typed."""
        put = self.client.views_push if self.pushed else self.client.views_open
        answer = await put(trigger_id=self.trigger_id, view=view)
        return str(answer["view"]["id"])

    @property
    def refused(self) -> RefusalResponder:
        """Return the way in which a refusal reaches the person here."""
        return (refuse_in_pushed_modal if self.pushed else refuse_in_modal)(
            self.client, self.trigger_id
        )


async def redraw(client: AsyncWebClient, form: SubmittedForm, view: Json) -> None:
    """Put `view` in the form's place, unless the form has turned into something else meanwhile."""
    try:
        await client.views_update(view_id=form.view_id, hash=form.hash, view=view)
    except SlackApiError as error:
        # What the person did since then counts: their next step, or a later pick.
        if error.response.get("error") != "hash_conflict":
            raise


def notice_view(text: str, language: str) -> Json:
    """Return a modal that says one thing."""
    view = ModalView(
        title=PlainText("IMI"),
        close=PlainText(texts(language).gettext("Close")),
        callback_id="notice",
        blocks=[SectionBlock(text)],
    )
    return view_json(view)


def refuse_at_fields(ack: AsyncAck) -> RefusalResponder:
    """Answer a submission whose fields have their own names as blocks."""

    async def answer(refusal: RuleError, language: str) -> None:
        await ack(**field_errors_response(refusal, language, str))

    return answer


def field_errors_response(
    refusal: RuleError, language: str, block_of: Callable[[str], str]
) -> Json:
    """Return the answer to a submission: errors at their fields, or a page on what was typed.

    `block_of` says which block holds a field.
    """
    errors = field_errors(refusal, language)
    if not errors:
        return pushed_notice_response(refusal, language)
    named = {block_of(field): text for field, text in errors.items()}
    return {"response_action": "errors", "errors": named}


def pushed_notice_response(refusal: RuleError, language: str) -> Json:
    """Return the answer to a submission that has no field for what is refused: a page on top."""
    return {
        "response_action": "push",
        "view": notice_view(refusal_text(refusal, language), language),
    }
