"""Joins the features' listeners, and answers what nobody foresaw."""

import secrets

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from core.languages.texts import texts
from handlers.answers import notice
from handlers.deliveries.listeners import DeliveryListeners
from handlers.home.listeners import HomeListeners
from handlers.home.publisher import Publisher
from handlers.parts import Parts as Parts
from handlers.payloads import BadPayloadError
from handlers.users.listeners import UserListeners

log = structlog.get_logger()


class Handlers:
    """Everything people can do in Slack."""

    def __init__(self, parts: Parts) -> None:
        home = Publisher(parts)
        self._features = (
            UserListeners(parts, home),
            DeliveryListeners(parts, home),
            HomeListeners(parts, home),
        )

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        for feature in self._features:
            feature.register(app)
        app.error(surprise)


async def surprise(error: Exception, request: AsyncBoltRequest) -> BoltResponse:
    """Log a surprise by its type and a reference, and show the person that reference."""
    reference = secrets.token_hex(3).upper()
    log.error("surprise", reference=reference, error=type(error).__name__)
    if isinstance(error, BadPayloadError):
        return BoltResponse(status=400, body="")
    _ = texts("en").gettext
    said = _(
        "Something went wrong here, and nothing was changed. Try again; if it stays, give your IT"
        " department this reference: {reference}.",
        reference=reference,
    )
    kind = request.body.get("type")
    if kind == "view_submission":
        answer = {"response_action": "push", "view": notice(said, "en")}
        return BoltResponse(status=200, body=answer)
    if "command" in request.body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": said})
    return BoltResponse(status=200, body="")
