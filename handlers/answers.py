"""The ways a refusal can reach a person: a line only they see, a modal, a modal on top."""

from slack_bolt.async_app import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView, PlainText, SectionBlock

from core.errors import RuleError
from core.languages.texts import texts
from handlers.asker import Answer
from handlers.blocks import Json, drawn_view
from handlers.replies import words


def said_by(respond: AsyncRespond) -> Answer:
    """Answer with a line that only the person sees."""

    async def answer(refusal: RuleError, language: str) -> None:
        await respond(words(refusal, language))

    return answer


def opened_by(client: AsyncWebClient, trigger_id: str) -> Answer:
    """Answer with a modal, where none is open."""

    async def answer(refusal: RuleError, language: str) -> None:
        view = notice(words(refusal, language), language)
        await client.views_open(trigger_id=trigger_id, view=view)

    return answer


def pushed_by(client: AsyncWebClient, trigger_id: str) -> Answer:
    """Answer with a modal on top of the open one, which keeps what was typed."""

    async def answer(refusal: RuleError, language: str) -> None:
        view = notice(words(refusal, language), language)
        await client.views_push(trigger_id=trigger_id, view=view)

    return answer


def notice(text: str, language: str) -> Json:
    """Return a modal that says one thing."""
    view = ModalView(
        title=PlainText("IMI"),
        close=PlainText(texts(language).gettext("Close")),
        callback_id="notice",
        blocks=[SectionBlock(text)],
    )
    return drawn_view(view)
