"""Listeners for registering a user: the command, the shortcut, and the two steps of the form."""

from dataclasses import replace
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection

from core.accounts import registration as service
from core.errors import RuleError
from core.members.rules import MemberKey
from handlers import payloads
from handlers.commands import help_text
from handlers.dependencies import Dependencies, HomeTab
from handlers.json_types import Json
from handlers.member_profiles import picked_profile
from handlers.refusal_texts import field_errors, refusal_text
from handlers.request_context import RequestContext
from handlers.responses import (
    ResponseTarget,
    field_errors_response,
    redraw,
    refuse_in_message,
    refuse_in_pushed_modal,
)
from handlers.ui import person_fields
from handlers.ui.action_ids import ADD_SECOND_USER, ADD_USER
from handlers.ui.person_fields import (
    UserDraft,
    block_id_of,
    draft_in_fields,
    draft_in_metadata,
    filled_from_profile,
    member_pick_hint,
)
from handlers.ui.role_checkboxes import ADMINISTRATOR_FIELD
from handlers.ui.user_confirmation import confirmation_view
from handlers.users import registration_views
from handlers.users.new_user_reader import NewUserReader
from handlers.users.typed_person import draft_of

COMMAND = "/imi-adduser"
SHORTCUT = "add_user"


class UserRegistrationListeners:
    """Listeners for registering a colleague (R38-R55)."""

    def __init__(self, dependencies: Dependencies, home: HomeTab) -> None:
        self._dependencies = dependencies
        self._rulebook = dependencies.rulebook
        self._clock = dependencies.clock
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._new_user_reader = NewUserReader(dependencies, self._principals)
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Register these listeners with Bolt."""
        app.command(COMMAND)(self.type_command)
        app.shortcut(SHORTCUT)(self.use_shortcut)
        app.action(ADD_USER)(self.press_add_user)
        app.action(ADD_SECOND_USER)(self.press_add_user)
        app.action(person_fields.MEMBER)(self.pick_member)
        app.action(registration_views.BACK)(self.go_back)
        app.view(registration_views.FORM)(self.submit_first_step)
        app.view(registration_views.CHECK)(self.submit_second_step)

    async def type_command(
        self, ack: AsyncAck, respond: AsyncRespond, command: Json, client: AsyncWebClient
    ) -> None:
        """`/imi-adduser NAME` opens the form, `/imi-adduser help` explains the command."""
        await ack()
        sender, text = payloads.sender_of(command), payloads.command_text_of(command)
        if text.casefold() == "help":
            await self._explain(sender, respond)
            return
        target = ResponseTarget(client, payloads.trigger_id_of(command))

        async def open_form(context: RequestContext) -> None:
            await self._open_form(context, target, text)

        await self._principals.serve(sender, refuse_in_message(respond), open_form)

    async def use_shortcut(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form from the shortcut."""
        await ack()
        await self._serve_form(body, ResponseTarget(client, payloads.trigger_id_of(body)))

    async def press_add_user(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Open the form from the Home tab, or on top of the list of users."""
        await ack()
        target = ResponseTarget.of_action(client, payloads.block_action_of(body))
        await self._serve_form(body, target)

    async def pick_member(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Fill the form in from the picked member's Slack profile; other input is kept."""
        await ack()
        form = payloads.submitted_form_of(body)
        refuse = refuse_in_pushed_modal(client, payloads.trigger_id_of(body))

        async def fill_form(context: RequestContext) -> None:
            await redraw(
                client, form, await self._form_with_profile(draft_in_fields(form), context)
            )

        await self._principals.serve(payloads.sender_of(body), refuse, fill_form)

    async def submit_first_step(self, ack: AsyncAck, body: Json) -> None:
        """Check the first step, and show the second with the proposed username (R51).

        If the picked member's profile is not in the form yet, the first step is shown with it.
        """
        draft = draft_in_fields(payloads.submitted_form_of(body))

        async def show_errors(refusal: RuleError, language: str) -> None:
            await ack(**field_errors_response(refusal, language, partial(_block, draft)))

        async def show_second_step(context: RequestContext) -> None:
            if draft.awaits_profile:
                view = await self._form_with_profile(
                    draft, context, member_pick_hint(context.language)
                )
            else:
                proposed_username = await self._new_user_reader.proposed_username(
                    draft, context.principal
                )
                form_context = await self._new_user_reader.form_context(context.principal)
                view = registration_views.check(
                    replace(draft, username=proposed_username),
                    form_context,
                    context.language,
                    self._rulebook.policy,
                )
            await ack(response_action="update", view=view)

        await self._principals.serve(payloads.sender_of(body), show_errors, show_second_step)

    async def go_back(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Return to the first step with all input."""
        await ack()
        form = payloads.submitted_form_of(body)
        refuse = refuse_in_pushed_modal(client, payloads.trigger_id_of(body))

        async def show_first_step(context: RequestContext) -> None:
            form_context = await self._new_user_reader.form_context(context.principal)
            await redraw(
                client,
                form,
                registration_views.form(draft_in_metadata(form), form_context, context.language),
            )

        await self._principals.serve(payloads.sender_of(body), refuse, show_first_step)

    async def submit_second_step(self, ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        """Register the user, and show what happens next."""
        form, sender = payloads.submitted_form_of(body), payloads.sender_of(body)
        draft = draft_in_metadata(form)

        async def show_errors(refusal: RuleError, language: str) -> None:
            await ack(**await self._second_step_errors(refusal, draft, sender, language))

        def register_user(
            tx: Connection, context: RequestContext
        ) -> tuple[service.Registration, str]:
            typed = replace(
                self._new_user_reader.form_in(tx, draft, context.principal), form_id=form.view_id
            )
            done = service.register_by_administrator(
                tx, context.principal, typed, self._rulebook, self._clock()
            )
            return done, context.language

        saved = await self._principals.serve_in_transaction(sender, show_errors, register_user)
        if saved is not None:
            self._dependencies.wake_delivery_worker()
            # Built after the transaction, so that others do not wait for it.
            done, language = saved
            view = confirmation_view(done.user, done.deliveries, language)
            self._dependencies.open_confirmations.watch(view, form.view_id, sender, client)
            await ack(response_action="update", view=view)
            self._home.refresh(client, sender)

    async def _explain(self, sender: MemberKey, respond: AsyncRespond) -> None:
        """Explain the command, and add the refusal for people who may not use it."""

        async def explain_refusal(refusal: RuleError, language: str) -> None:
            await respond(
                "\n".join([help_text(COMMAND, language), refusal_text(refusal, language)])
            )

        async def explain(context: RequestContext) -> None:
            await self._new_user_reader.form_context(context.principal)
            await respond(help_text(COMMAND, context.language))

        await self._principals.serve(sender, explain_refusal, explain)

    async def _serve_form(self, body: Json, target: ResponseTarget) -> None:
        async def open_form(context: RequestContext) -> None:
            await self._open_form(context, target)

        await self._principals.serve(payloads.sender_of(body), target.refuse, open_form)

    async def _open_form(
        self, context: RequestContext, target: ResponseTarget, text: str = ""
    ) -> None:
        """Open the form with what was typed after the command."""
        # Before Slack is asked for a member who was typed.
        await self._new_user_reader.form_context(context.principal)
        draft = draft_of(text, context.language)
        await target.show(await self._form_with_profile(draft, context))

    async def _form_with_profile(
        self, draft: UserDraft, context: RequestContext, problem: str = ""
    ) -> Json:
        """Return the form filled in from the picked member's profile."""
        member = await picked_profile(self._dependencies, draft)
        filled = draft if member is None else filled_from_profile(draft, member)
        form_context = await self._new_user_reader.form_context(context.principal)
        return registration_views.form(filled, form_context, context.language, problem)

    async def _second_step_errors(
        self, refusal: RuleError, draft: UserDraft, sender: MemberKey, language: str
    ) -> Json:
        errors = field_errors(refusal, language)
        if not errors or set(errors) == {person_fields.USERNAME}:
            return field_errors_response(refusal, language, partial(_block, draft))
        # The error is in a field of the first step: return there with all input.
        context = await self._store.read(lambda tx: self._principals.known_context(tx, sender))
        problem = refusal_text(refusal, language)
        view = registration_views.form(
            draft, await self._new_user_reader.form_context(context.principal), language, problem
        )
        return {"response_action": "update", "view": view}


def _block(draft: UserDraft, field: str) -> str:
    # An error about a role is shown at the only role field that every form has.
    return block_id_of(ADMINISTRATOR_FIELD if field == "roles" else field, draft.round)
