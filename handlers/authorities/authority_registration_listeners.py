"""Listeners for registering an authority together with its first user (R6-R8, R18, D15)."""

from dataclasses import replace

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.administration import managed_authorities, registration
from core.administration.duplicates import likely_duplicates
from core.administration.permissions import require_access_manager
from core.administration.registration import AuthorityRegistrationRequest
from core.authorities.registration_form import AuthorityForm, new_authority_of
from core.authorities.rows import authorities
from core.deliveries.rows import deliveries
from core.errors import FormError, RuleError
from core.forms import FormValidator
from core.languages.tags import official_languages_of
from core.rulebook import Rulebook
from core.users import uniqueness
from core.users.mail_exposure import MailExposure, authority_texts
from core.users.rows import queries
from core.users.rules import UserForm
from handlers import payloads
from handlers.authorities import authority_registration_drafts as drafts
from handlers.authorities import authority_registration_views as views
from handlers.authorities.authority_registration_drafts import AuthorityDraft
from handlers.command_listener import button_listener, command_listener
from handlers.dependencies import Dependencies, HomeTab
from handlers.interactions import SubmittedForm
from handlers.json_types import Json
from handlers.member_profiles import picked_profile
from handlers.refusal_texts import field_errors
from handlers.request_context import RequestContext
from handlers.responses import (
    ResponseTarget,
    field_errors_response,
    pushed_notice_response,
    redraw,
    refuse_in_pushed_modal,
)
from handlers.ui import person_fields
from handlers.ui.action_ids import REGISTER_AUTHORITY
from handlers.ui.module_checkboxes import MODULES_PREFIX
from handlers.ui.person_fields import UserDraft, block_id_of, filled_from_profile
from handlers.ui.user_confirmation import confirmation_view

COMMAND = "/imi-registerauthority"


class AuthorityRegistrationListeners:
    """Listeners for the two steps of registering an authority (R18)."""

    def __init__(self, dependencies: Dependencies, home: HomeTab) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(command_listener(self._dependencies, COMMAND, self.type_command))
        app.action(REGISTER_AUTHORITY)(button_listener(self._dependencies, self.type_command))
        app.view(views.FORM)(self.submit_authority)
        app.view(views.FIRST_USER_FORM)(self.submit_first_user)
        app.action(views.BACK)(self.go_back)
        app.action(drafts.MEMBER)(self.pick_member)

    async def type_command(
        self, context: RequestContext, _text: str, target: ResponseTarget
    ) -> None:
        """Open the first step."""

        def load_draft(tx: Connection) -> AuthorityDraft:
            _, own = require_access_manager(tx, context.principal)
            languages = official_languages_of(own.country) or own.languages or (context.language,)
            return AuthorityDraft(
                country=own.country, languages=languages, text_language=languages[0]
            )

        draft = await self._store.read(load_draft)
        await target.show(views.form(draft, self._rulebook.catalogue, context.language))

    async def submit_authority(self, ack: AsyncAck, body: Json) -> None:
        """Check the authority's data, then show likely duplicates and the first user's form."""
        form = payloads.submitted_form_of(body)
        draft = drafts.draft_in_fields(form)

        async def show_errors(refusal: RuleError, language: str) -> None:
            await ack(**field_errors_response(refusal, language, _block_of_authority))

        def check_authority(tx: Connection, context: RequestContext) -> Json:
            language = next(iter(draft.languages), context.language)
            first_user = drafts.first_user_draft_in_metadata(form, language)
            return self._second_step(tx, draft, first_user, context)

        view = await self._principals.serve_in_transaction(
            payloads.sender_of(body), show_errors, check_authority
        )
        if view is not None:
            await ack(response_action="update", view=view)

    def _second_step(
        self, tx: Connection, draft: AuthorityDraft, first_user: UserDraft, context: RequestContext
    ) -> Json:
        """Return the second step.

        Raises:
            FormError: all errors of the first step.
        """
        rulebook, typed = self._rulebook, draft.as_form()
        _, own = require_access_manager(tx, context.principal)
        _check_authority(tx, typed, rulebook)
        duplicates = likely_duplicates(tx, context.principal, typed, rulebook)
        with_administrators = tuple(
            (authority, queries.administrators_of(tx, authority.id)) for authority in duplicates
        )
        return views.first_user_step(
            draft, first_user, with_administrators, own.id, context.language
        )

    async def pick_member(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Fill the first user in from the picked member's Slack profile; other input is kept."""
        await ack()
        form = payloads.submitted_form_of(body)
        refuse = refuse_in_pushed_modal(client, payloads.trigger_id_of(body))
        draft, first_user = drafts.draft_in_metadata(form), drafts.first_user_draft_in(form)

        async def fill_form(context: RequestContext) -> None:
            await self._store.read(lambda tx: require_access_manager(tx, context.principal))
            member = await picked_profile(self._dependencies, first_user)
            filled = first_user if member is None else filled_from_profile(first_user, member)
            await redraw(
                client,
                form,
                await self._store.read(lambda tx: self._second_step(tx, draft, filled, context)),
            )

        await self._principals.serve(payloads.sender_of(body), refuse, fill_form)

    async def submit_first_user(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Register the authority and its first user."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)

        async def show_errors(refusal: RuleError, language: str) -> None:
            if set(map(_action_of_first_user, field_errors(refusal, language))) <= set(form.values):
                round_ = drafts.first_user_draft_in(form).round
                await ack(
                    **field_errors_response(
                        refusal,
                        language,
                        lambda name: block_id_of(_action_of_first_user(name), round_),
                    )
                )
            else:
                # The error is at a field of the first step; for example, the name has been taken
                # in the meantime.
                await ack(**pushed_notice_response(refusal, language))

        def register_authority(tx: Connection, context: RequestContext) -> Json:
            rulebook, now = self._rulebook, self._clock()
            authority_form = drafts.draft_in_metadata(form).as_form()
            first_user = self._first_user(tx, form, authority_texts(authority_form))
            request = AuthorityRegistrationRequest(authority_form, first_user)
            user = managed_authorities.register(tx, request, context.principal, rulebook, now)
            return confirmation_view(
                user,
                deliveries.newest_about(tx, user.id),
                context.language,
                managed=authorities.require(tx, user.authority_id),
            )

        view = await self._principals.serve_in_transaction(sender, show_errors, register_authority)
        if view is not None:
            self._dependencies.open_confirmations.watch(view, form.view_id, sender, client)
            await ack(response_action="update", view=view)
            self._dependencies.wake_delivery_worker()
            self._home.refresh(client, sender)

    async def go_back(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Show the first step again with everything that was typed."""
        await ack()
        action = payloads.block_action_of(body)
        form, target = action.required_form, ResponseTarget(client, action.trigger_id, pushed=True)
        catalogue = self._rulebook.catalogue

        async def show_first_step(context: RequestContext) -> None:
            await self._store.read(lambda tx: require_access_manager(tx, context.principal))
            draft, first_user = drafts.draft_in_metadata(form), drafts.first_user_draft_in(form)
            view = views.form(draft, catalogue, context.language, first_user)
            await redraw(client, form, view)

        await self._principals.serve(payloads.sender_of(body), target.refuse, show_first_step)

    def _first_user(self, tx: Connection, form: SubmittedForm, shown: tuple[str, ...]) -> UserForm:
        """Return the first user as typed, with a proposed username if none was typed."""
        draft = drafts.first_user_draft_in(form)
        typed = drafts.first_user_form(draft, self._dependencies.team_id)
        if typed.member is not None:
            self._principals.known_colleague(tx, typed.member, person_fields.MEMBER)
        if typed.username:
            return typed
        exposure = MailExposure(typed.first_name, typed.last_name, typed.email, shown)
        proposed = uniqueness.propose_username(
            tx, typed.first_name, typed.last_name, exposure, self._rulebook.policy
        )
        return replace(typed, username=proposed)


def _check_authority(tx: Connection, typed: AuthorityForm, rulebook: Rulebook) -> None:
    """Check the first step.

    Raises:
        FormError: all errors of the first step.
    """
    form = FormValidator()
    for check in (
        lambda: registration.require_free_name(tx, typed.official_name),
        lambda: new_authority_of(typed, rulebook.catalogue),
    ):
        try:
            check()
        except FormError as refusal:
            form.add(refusal)
    form.raise_errors()


def _action_of_first_user(field: str) -> str:
    return drafts.MEMBER if field == person_fields.MEMBER else field


def _block_of_authority(field: str) -> str:
    block_ids = {
        "email": drafts.AUTHORITY_EMAIL,
        "language": "text_language",
        "modules": f"{MODULES_PREFIX}0",
    }
    return block_ids.get(field, field)
