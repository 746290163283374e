"""Registers the listeners of all features with Bolt, and handles unexpected errors in them.

The user gets an error message with a reference, which is also in the log.
"""

from contextlib import suppress

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from core.languages.tags import FALLBACK
from core.store.outages import DatabaseUnavailableError
from handlers import payloads, unexpected_errors
from handlers.audit.listeners import AuditListeners
from handlers.authorities.access_manager_listeners import AccessManagerListeners
from handlers.authorities.administrator_naming_listeners import AdministratorNamingListeners
from handlers.authorities.authority_picker import AuthorityPicker
from handlers.authorities.authority_registration_listeners import AuthorityRegistrationListeners
from handlers.authorities.edit_listeners import AuthorityEditListeners
from handlers.authorities.listeners import AuthorityListeners
from handlers.authorities.search_listeners import AuthoritySearchListeners
from handlers.authorities.title_translation_listeners import TitleTranslationListeners
from handlers.deliveries.listeners import DeliveryListeners
from handlers.deliveries.resend_listeners import ResendListeners
from handlers.dependencies import Dependencies
from handlers.health.listeners import HealthListeners
from handlers.help.listeners import HelpListeners
from handlers.home.listeners import HomeListeners
from handlers.home.publisher import HomePublisher
from handlers.imports.listeners import ImportListeners
from handlers.interactions import BadPayloadError
from handlers.json_types import Json
from handlers.me.listeners import MeListeners
from handlers.removals.listeners import RemovalListeners
from handlers.resets.listeners import ResetListeners
from handlers.responses import SLACK_FAULTS, open_view, refusal_view
from handlers.roles.holder_listeners import RoleHolderListeners
from handlers.roles.listeners import UserRoleListeners
from handlers.user_picker import UserPicker
from handlers.users.edit_listeners import UserEditListeners
from handlers.users.list_listeners import UserListListeners
from handlers.users.registration_listeners import UserRegistrationListeners

log = structlog.get_logger()


class Handlers:
    """The listeners of all features, and the handler of their unexpected errors."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._store = dependencies.store
        self._principals = dependencies.principals
        home = HomePublisher(dependencies)
        user_picker = UserPicker(dependencies)
        authority_picker = AuthorityPicker(dependencies)
        resets = ResetListeners(dependencies, home, user_picker)
        self._features = (
            UserRegistrationListeners(dependencies, home),
            UserEditListeners(dependencies, home, user_picker),
            DeliveryListeners(dependencies, home, user_picker),
            ResendListeners(dependencies, home),
            UserRoleListeners(dependencies, home, user_picker),
            RoleHolderListeners(dependencies, home, user_picker),
            resets,
            RemovalListeners(dependencies, home, user_picker),
            UserListListeners(dependencies, home, user_picker),
            ImportListeners(dependencies, home),
            AuthorityListeners(dependencies, home, authority_picker),
            AuthorityEditListeners(dependencies, home),
            AccessManagerListeners(dependencies, home, authority_picker),
            AuthorityRegistrationListeners(dependencies, home),
            AdministratorNamingListeners(dependencies, home),
            TitleTranslationListeners(dependencies),
            AuthoritySearchListeners(dependencies),
            HomeListeners(dependencies, home),
            MeListeners(dependencies, resets.open_request_form),
            HelpListeners(dependencies),
            AuditListeners(dependencies),
            HealthListeners(dependencies),
            user_picker,
            authority_picker,
        )

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        for feature in self._features:
            feature.register(app)
        app.error(self.answer_unexpected_error)

    async def answer_unexpected_error(
        self, error: Exception, request: AsyncBoltRequest, client: AsyncWebClient
    ) -> BoltResponse:
        """Log the type of the error with a reference, and show the person that reference.

        An error that Slack returned is logged with Slack's error code, which quotes no input.
        """
        if isinstance(error, BoltUnhandledRequestError):
            log.warning("unhandled_request")
            return BoltResponse(status=404, body="")
        if isinstance(error, BadPayloadError):
            log.warning("malformed_request")
            return BoltResponse(status=400, body="")
        reference = unexpected_errors.record(error)
        if (
            isinstance(error, DatabaseUnavailableError)
            and request.body.get("type") == "event_callback"
        ):
            # Slack sends the event again, when the database may be back.
            return BoltResponse(status=503, body="")
        language = await self._language_of(request.body)
        text = unexpected_errors.text_about(error, reference, language)
        await show_error(client, request.body, text, language)
        return error_response(request.body, text, language)

    async def _language_of(self, body: Json) -> str:
        try:
            sender = payloads.sender_of(body)
            return await self._store.read(lambda tx: self._principals.known_language(tx, sender))
        except Exception:  # noqa: BLE001 - what broke the listener may break this too
            return FALLBACK


def error_response(body: Json, text: str, language: str) -> BoltResponse:
    """Return the response to Slack; it carries the text if this kind of request allows it."""
    if body.get("type") == "view_submission":
        answer = {"response_action": "push", "view": refusal_view(text, language)}
        return BoltResponse(status=200, body=answer)
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": text})
    return BoltResponse(status=200, body="")


async def show_error(client: AsyncWebClient, body: Json, text: str, language: str) -> None:
    """Show the text after a button or a shortcut, whose responses cannot carry one.

    It is shown in a modal, or in a message if Slack opens none. If Slack refuses that too, only
    the log has the reference.
    """
    if body.get("type") not in {"block_actions", "shortcut"}:
        return
    in_modal = (body.get("view") or {}).get("type") == "modal"
    try:
        trigger_id = str(body.get("trigger_id"))
        await open_view(client, trigger_id, refusal_view(text, language), pushed=in_modal)
    except SLACK_FAULTS:
        with suppress(BadPayloadError, *SLACK_FAULTS):
            member_id = payloads.sender_of(body).member_id
            await client.chat_postMessage(channel=member_id, text=text)
