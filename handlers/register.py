"""Joins the features' listeners, and answers what nobody foresaw."""

import secrets
from contextlib import suppress

import structlog
from aiohttp import ClientError
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from core.languages.tags import FALLBACK
from core.languages.texts import texts
from core.users.principals import principal_for_member
from handlers import payloads
from handlers.audit.listeners import AuditListeners
from handlers.authorities.access_manager_listeners import AccessManagerListeners
from handlers.authorities.authority_picker import AuthorityPicker
from handlers.authorities.authority_registration_listeners import AuthorityRegistrationListeners
from handlers.authorities.edit_listeners import AuthorityEditListeners
from handlers.authorities.listeners import AuthorityListeners
from handlers.authorities.search_listeners import AuthoritySearchListeners
from handlers.authorities.title_translation_listeners import TitleTranslationListeners
from handlers.deliveries.listeners import DeliveryListeners
from handlers.dependencies import Dependencies as Dependencies
from handlers.health.listeners import HealthListeners
from handlers.help.listeners import HelpListeners
from handlers.home.listeners import HomeListeners
from handlers.home.publisher import HomePublisher
from handlers.imports.listeners import ImportListeners
from handlers.me.listeners import MeListeners
from handlers.payloads import BadPayloadError, Json
from handlers.removals.listeners import RemovalListeners
from handlers.resets.listeners import ResetListeners
from handlers.responses import notice_view
from handlers.roles.holder_listeners import RoleHolderListeners
from handlers.roles.listeners import UserRoleListeners
from handlers.user_picker import UserPicker
from handlers.users.edit_listeners import UserEditListeners
from handlers.users.list_listeners import UserListListeners
from handlers.users.registration_listeners import UserRegistrationListeners

log = structlog.get_logger()


class Handlers:
    """Everything people can do in Slack."""

    def __init__(self, parts: Dependencies) -> None:
        self._store = parts.store
        home = HomePublisher(parts)
        finder, chooser = UserPicker(parts), AuthorityPicker(parts)
        resets = ResetListeners(parts, home, finder)
        self._features = (
            UserRegistrationListeners(parts, home),
            UserEditListeners(parts, home, finder),
            DeliveryListeners(parts, home, finder),
            UserRoleListeners(parts, home, finder),
            RoleHolderListeners(parts, home, finder),
            resets,
            RemovalListeners(parts, home, finder),
            UserListListeners(parts, home, finder),
            ImportListeners(parts, home),
            AuthorityListeners(parts, home, chooser),
            AuthorityEditListeners(parts, home),
            AccessManagerListeners(parts, home, chooser),
            AuthorityRegistrationListeners(parts, home),
            TitleTranslationListeners(parts),
            AuthoritySearchListeners(parts),
            HomeListeners(parts, home),
            MeListeners(parts, resets.open_ask),
            HelpListeners(parts),
            AuditListeners(parts),
            HealthListeners(parts),
            finder,
            chooser,
        )

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt which method answers what."""
        for feature in self._features:
            feature.register(app)
        app.error(self.surprise)

    async def surprise(
        self, error: Exception, request: AsyncBoltRequest, client: AsyncWebClient
    ) -> BoltResponse:
        """Log a surprise by its type and a reference, and show the person that reference.

        Of Slack's refusals the log has Slack's own word too; it quotes nothing that was sent.
        """
        if isinstance(error, BoltUnhandledRequestError):
            log.warning("request_for_nobody")
            return BoltResponse(status=404, body="")
        if isinstance(error, BadPayloadError):
            log.warning("request_of_another_shape")
            return BoltResponse(status=400, body="")
        reference = secrets.token_hex(3).upper()
        code = error.response.get("error") if isinstance(error, SlackApiError) else None
        log.error("surprise", reference=reference, error=type(error).__name__, code=code)
        language = await self._language_of(request.body)
        said = error_text(reference, language)
        await show_error(client, request.body, notice_view(said, language))
        return error_response(request.body, said, language)

    async def _language_of(self, body: Json) -> str:
        try:
            who = payloads.sender_of(body)
            principal = await self._store.read(lambda tx: principal_for_member(tx, who))
        except Exception:  # noqa: BLE001 - what broke the listener may break this too
            return FALLBACK
        return principal.language


def error_text(reference: str, language: str) -> str:
    """Return what a person reads of a surprise."""
    return texts(language).gettext(
        "Something went wrong here, and nothing was changed. Try again; if it stays, give your IT"
        " department this reference: {reference}.",
        reference=reference,
    )


def error_response(body: Json, said: str, language: str) -> BoltResponse:
    """Return the answer to Slack: it carries the words where the kind of request lets it."""
    if body.get("type") == "view_submission":
        answer = {"response_action": "push", "view": notice_view(said, language)}
        return BoltResponse(status=200, body=answer)
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": said})
    return BoltResponse(status=200, body="")


async def show_error(client: AsyncWebClient, body: Json, view: Json) -> None:
    """Show the words after a button or a shortcut, whose answers carry none.

    Where Slack takes that no more either, the log alone has the reference.
    """
    if body.get("type") not in {"block_actions", "shortcut"}:
        return
    in_modal = (body.get("view") or {}).get("type") == "modal"
    put = client.views_push if in_modal else client.views_open
    with suppress(SlackClientError, ClientError, TimeoutError):
        await put(trigger_id=str(body.get("trigger_id")), view=view)
