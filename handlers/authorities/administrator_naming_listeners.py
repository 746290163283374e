"""Listeners with which an access manager names an administrator for an authority without any.

An authority counts as without any if no administrator is linked to an active full member of the
Slack workspace (D12, D21).
"""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import administrator_naming
from core.administration.administrator_naming import NamingRequest
from core.administration.title_tasks import with_translated_title
from core.authorities.rules import Authority
from core.members.rules import MemberKey
from core.users.rules import User
from handlers import payloads
from handlers.authorities import administrator_naming_views as views
from handlers.dependencies import Dependencies, HomeTab
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.request_context import RequestContext
from handlers.responses import ResponseTarget, notice_view, refuse_at_fields, refuse_without_options
from handlers.ui.action_ids import NAME_ADMINISTRATOR


class AdministratorNamingListeners:
    """Listeners for the form that names an administrator of a managed authority."""

    def __init__(self, dependencies: Dependencies, home: HomeTab) -> None:
        self._dependencies = dependencies
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.action(NAME_ADMINISTRATOR)(self.press_name)
        app.options(views.USER)(self.suggest)
        app.view(views.FORM)(self.submit_form)

    async def press_name(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form, in which one of the authority's users is chosen."""
        await ack()
        action = payloads.block_action_of(body)
        target = ResponseTarget.of_action(client, action)

        async def open_form(context: RequestContext) -> None:
            def load_authority(tx: Connection) -> Authority:
                found = administrator_naming.require_without_administrator(
                    tx, context.principal, action.number
                )
                return with_translated_title(tx, found, context.language)

            authority = await self._store.read(load_authority)
            await target.show(views.form(authority, context.language))

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_form)

    async def suggest(self, ack: AsyncAck, body: Json) -> None:
        """Offer the authority's users who match what is typed so far."""
        request = payloads.suggestion_request_of(body)
        authority_id = request.form.metadata_number("authority")

        async def offer_users(context: RequestContext) -> None:
            def find_users(tx: Connection) -> tuple[User, ...]:
                return administrator_naming.candidates(
                    tx, context.principal, authority_id, request.text
                )

            people = await self._store.read(find_users)
            await ack(options=views.user_options(people, context.language))

        await self._principals.serve(
            payloads.sender_of(body), refuse_without_options(ack), offer_users
        )

    async def submit_form(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Name the administrator, and link them to the picked Slack member."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)

        def name_administrator(
            tx: Connection, context: RequestContext
        ) -> tuple[Json, MemberKey | None]:
            request = self._naming_request(tx, form)
            authority, user = administrator_naming.name_administrator(
                tx, request, context.principal, self._clock()
            )
            titled = with_translated_title(tx, authority, context.language)
            text = views.named_text(user, titled, context.language)
            return notice_view(text, context.language), user.member

        named = await self._principals.serve_in_transaction(
            sender, refuse_at_fields(ack), name_administrator
        )
        if named is not None:
            view, member = named
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()
            self._home.refresh_all(client, (sender, member))

    def _naming_request(self, tx: Connection, form: SubmittedForm) -> NamingRequest:
        picked = form.text(views.MEMBER)
        key = MemberKey(self._dependencies.team_id, picked) if picked else None
        if key is not None:
            self._principals.known_colleague(tx, key, views.MEMBER)
        user_id = form.text(views.USER)
        return NamingRequest(
            form.metadata_number("authority"),
            int(user_id) if user_id.isdecimal() else 0,
            key,
        )
