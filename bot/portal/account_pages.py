"""The portal website's pages for signed-in users: their account, and a form for a new password.

Users can also end their sessions in other browsers, and download the data stored about them.
"""

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot.portal.account_page_values import (
    account_values,
    has_expired_password,
    has_own_password,
    must_choose_password,
    rule_rows,
    session_rows,
)
from bot.portal.csrf import FormBinding, form_text, read_form
from bot.portal.page_context import PageContext, redirect_to
from bot.portal.rendering import PortalPage
from core.accounts import own_data
from core.administration.title_tasks import with_translated_title
from core.authorities.rows import authorities
from core.errors import (
    ChangedMeanwhileError,
    NotFoundError,
    SignInRefusedError,
    TemporaryLapsedError,
    ThrottledError,
    WeakPasswordError,
)
from core.languages.texts import texts
from core.secret import Secret
from core.signin import service as signin
from core.users.principals import principal_of
from core.users.rules import User
from core.users.timezones import time_zone_of
from handlers.me.own_data_file import own_data_file
from handlers.refusal_texts import throttled_text


class AccountPages:
    """The pages that need a session; without one they redirect to the sign-in page."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._dependencies = context.dependencies
        self._service = context.sign_in_service
        self._passwords = context.password_service
        self._cookies = context.cookies

    async def show_password_form(self, request: Request) -> Response:
        """Show the form to choose a password."""
        user = await self._context.signed_in_user(request)
        if user is None:
            return self._context.redirect_to_sign_in(request)
        return self._password_page(request, user)

    async def choose_password(self, request: Request) -> Response:
        """Save the new password, or show which rules it breaks."""
        form, user = await read_form(request), await self._context.signed_in_user(request)
        if user is None:
            return self._context.redirect_to_sign_in(request)
        password, again = form_text(form, "password"), form_text(form, "again")
        csrf_token = form_text(form, "form_token")
        if not self._context.csrf_tokens.is_valid(request, FormBinding.SESSION, csrf_token):
            return self._password_page(request, user, problem="stale", status=403)
        if password != again:
            return self._password_page(request, user, problem="different", status=422)
        try:
            if has_own_password(user):
                await self._passwords.confirm_password(user, Secret(form_text(form, "current")))
        except ThrottledError as refusal:
            problem = await self._throttled_text(refusal, user)
            return self._password_page(request, user, problem=problem, status=429)
        except SignInRefusedError:
            return self._password_page(request, user, problem="current", status=422)
        return await self._save_password(request, user, Secret(password))

    async def show_account(self, request: Request) -> Response:
        """Show the user's own account."""
        user = await self._context.signed_in_user(request)
        if user is None:
            return self._context.redirect_to_sign_in(request)
        if must_choose_password(user, self._dependencies.clock()):
            return redirect_to("/password", request)
        return await self._account_page(request, user)

    async def end_other_sessions(self, request: Request) -> Response:
        """End the user's sessions in other browsers, after checking the current password."""
        form, user = await read_form(request), await self._context.signed_in_user(request)
        token = self._cookies.session_token(request)
        if user is None or token is None:
            return self._context.redirect_to_sign_in(request)
        if must_choose_password(user, self._dependencies.clock()):
            return redirect_to("/password", request)
        t, csrf_token = texts(user.language), form_text(form, "form_token")
        if not self._context.csrf_tokens.is_valid(request, FormBinding.SESSION, csrf_token):
            problem = t.gettext("The form was too old. Here it is again; please send it once more.")
            return await self._account_page(request, user, problem, 403)
        try:
            await self._passwords.confirm_password(user, Secret(form_text(form, "current")))
        except ThrottledError as refusal:
            problem = await self._throttled_text(refusal, user)
            return await self._account_page(request, user, problem, 429)
        except SignInRefusedError:
            problem = t.gettext("The current password is not right.")
            return await self._account_page(request, user, problem, 422)
        await self._service.end_other_sessions(user, token)
        return redirect_to("/account?others=1", request)

    async def download_own_data(self, request: Request) -> Response:
        """Return the data stored about the user as a file, as `/imi-me data` does in Slack."""
        user = await self._context.signed_in_user(request)
        if user is None:
            return self._context.redirect_to_sign_in(request)
        now = self._dependencies.clock()
        if must_choose_password(user, now):
            return redirect_to("/password", request)
        data = await self._dependencies.store.write(
            lambda tx: own_data.export_own_data(tx, principal_of(user), now)
        )
        file = own_data_file(data, self._dependencies.rulebook.catalogue, user.language)
        headers = {"content-disposition": f'attachment; filename="{file.name}"'}
        return Response(file.text, media_type="application/json", headers=headers)

    async def _account_page(
        self, request: Request, user: User, problem: str = "", status: int = 200
    ) -> Response:
        token, rulebook = self._cookies.session_token(request), self._dependencies.rulebook
        now, policy = self._dependencies.clock(), rulebook.policy

        def load_values(tx: Connection) -> dict[str, Any]:
            authority = with_translated_title(
                tx, authorities.require(tx, user.authority_id), user.language
            )
            tz, sessions = time_zone_of(tx, user), signin.open_sessions(tx, user.id, policy, now)
            return {
                **account_values(user, authority, rulebook, tz),
                "sessions": session_rows(sessions, token, texts(user.language), tz),
            }

        values = await self._dependencies.store.read(load_values)
        values["problem"] = problem
        values["saved"] = request.query_params.get("saved") == "1"
        values["ended"] = request.query_params.get("others") == "1"
        page = PortalPage("account.html", values, status)
        return self._context.renderer.render(request, page, user.language)

    async def _throttled_text(self, refusal: ThrottledError, user: User) -> str:
        tz = await self._dependencies.store.read(lambda tx: time_zone_of(tx, user))
        return throttled_text(refusal, user.language, tz)

    async def _save_password(self, request: Request, user: User, password: Secret) -> Response:
        session = self._cookies.session_token(request) or Secret("")
        try:
            token = await self._passwords.choose_password(user, password, session)
        except WeakPasswordError as refusal:
            return self._password_page(request, user, refusal=refusal, status=422)
        except ThrottledError as refusal:
            problem = await self._throttled_text(refusal, user)
            return self._password_page(request, user, problem=problem, status=429)
        except (SignInRefusedError, TemporaryLapsedError):
            # The session has ended. After a lapse, the sign-in page says that only a reset helps.
            return self._context.redirect_to_sign_in(request)
        except (ChangedMeanwhileError, NotFoundError):
            page = PortalPage("password_already_changed.html", {}, 409)
            return self._context.renderer.render(request, page, user.language)
        response = redirect_to("/account?saved=1", request)
        self._context.device_cookies.remember(request, response, user.id)
        self._cookies.set_session(response, token)
        return response

    def _password_page(
        self,
        request: Request,
        user: User,
        *,
        problem: str = "",
        refusal: WeakPasswordError | None = None,
        status: int = 200,
    ) -> Response:
        now, policy = self._dependencies.clock(), self._dependencies.rulebook.policy
        broken = refusal.broken if refusal else ()
        values = {
            "problem": problem,
            "broken": bool(broken),
            "rules": rule_rows(broken, policy, user.language),
            "must": must_choose_password(user, now),
            "confirmed": has_own_password(user),
            "expired": has_expired_password(user, now),
            "username": user.username,
        }
        page = PortalPage("password.html", values, status)
        return self._context.renderer.render(request, page, user.language)
