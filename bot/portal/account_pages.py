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
from bot.portal.form_refusals import (
    NO_REFUSAL,
    FormRefusal,
    empty_current_password,
    errors_of_new_password,
    form_too_old,
    wrong_current_password,
)
from bot.portal.page_context import PageContext, redirect_to
from bot.portal.rendering import PortalPage
from core.accounts import own_data
from core.administration.title_tasks import with_translated_title
from core.authorities.rows import authorities
from core.errors import (
    ChangedMeanwhileError,
    NotFoundError,
    PasswordRule,
    SignInRefusedError,
    TemporaryPasswordExpiredError,
    ThrottledError,
    WeakPasswordError,
)
from core.languages.texts import Texts, texts
from core.secret import Secret
from core.signin import service as signin
from core.users.member_time_zones import time_zone_of
from core.users.principals import principal_of
from core.users.rules import User
from handlers.me.own_data_file import own_data_file
from handlers.me.own_data_page import own_data_page
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
        t = self._texts(request, user)
        if not self._context.csrf_tokens.is_valid(request, FormBinding.SESSION, csrf_token):
            return self._password_page(request, user, form_too_old(t))
        current = form_text(form, "current") if has_own_password(user) else None
        refusal = await self._refusal_of_form(user, current, (password, again), t)
        if refusal is not None:
            return self._password_page(request, user, refusal)
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
        t, csrf_token = self._texts(request, user), form_text(form, "form_token")
        if not self._context.csrf_tokens.is_valid(request, FormBinding.SESSION, csrf_token):
            return await self._account_page(request, user, form_too_old(t))
        refusal = await self._refusal_of_current_password(user, form_text(form, "current"), t)
        if refusal is not None:
            return await self._account_page(request, user, refusal)
        await self._service.end_other_sessions(user, token)
        return redirect_to("/account?others=1", request)

    async def download_own_data(self, request: Request) -> Response:
        """Return the data stored about the user as a file, as `/imi-me data` does in Slack.

        The file is JSON, or with `?as=page` a page to read.
        """
        user = await self._context.signed_in_user(request)
        if user is None:
            return self._context.redirect_to_sign_in(request)
        now = self._dependencies.clock()
        if must_choose_password(user, now):
            return redirect_to("/password", request)

        def export(tx: Connection) -> tuple[dict[str, object], str]:
            return own_data.export_own_data(tx, principal_of(user), now), time_zone_of(tx, user)

        data, tz = await self._dependencies.store.write(export)
        catalogue = self._dependencies.rulebook.catalogue
        if request.query_params.get("as") == "page":
            file, media_type = own_data_page(data, catalogue, tz, user.language), "text/html"
        else:
            file, media_type = own_data_file(data, catalogue, user.language), "application/json"
        headers = {"content-disposition": f'attachment; filename="{file.name}"'}
        return Response(file.text, media_type=media_type, headers=headers)

    async def _refusal_of_form(
        self, user: User, current: str | None, typed: tuple[str, str], t: Texts
    ) -> FormRefusal | None:
        """Return why the form for a new password is shown again, or None; None is no field."""
        errors = errors_of_new_password(t, *typed)
        if current == "":
            errors = empty_current_password(t) | errors
        if errors:
            return FormRefusal(errors=errors)
        if current is None:
            return None
        return await self._refusal_of_current_password(user, current, t)

    async def _refusal_of_current_password(
        self, user: User, current: str, t: Texts
    ) -> FormRefusal | None:
        """Return why the form is shown again if this is not the current password, or None."""
        if not current:
            return FormRefusal(errors=empty_current_password(t))
        try:
            await self._passwords.confirm_password(user, Secret(current))
        except ThrottledError as refusal:
            return FormRefusal(429, (await self._throttled_text(refusal, user, t),))
        except SignInRefusedError:
            return FormRefusal(errors=wrong_current_password(t))
        return None

    async def _account_page(
        self, request: Request, user: User, refusal: FormRefusal = NO_REFUSAL
    ) -> Response:
        t = self._texts(request, user)
        token, rulebook = self._cookies.session_token(request), self._dependencies.rulebook
        now, policy = self._dependencies.clock(), rulebook.policy

        def load_values(tx: Connection) -> dict[str, Any]:
            authority = with_translated_title(
                tx, authorities.require(tx, user.authority_id), t.language
            )
            tz, sessions = time_zone_of(tx, user), signin.open_sessions(tx, user.id, policy, now)
            return {
                **account_values(user, authority, rulebook.catalogue, t, tz),
                "sessions": session_rows(sessions, token, t, tz),
            }

        values = await self._dependencies.store.read(load_values)
        values |= refusal.values
        values["saved"] = request.query_params.get("saved") == "1"
        values["ended"] = request.query_params.get("others") == "1"
        page = PortalPage("account.html", values, refusal.status)
        return self._context.renderer.render(request, page, user.language)

    def _texts(self, request: Request, user: User) -> Texts:
        return texts(self._context.renderer.language_of(request, user.language))

    async def _throttled_text(self, refusal: ThrottledError, user: User, t: Texts) -> str:
        tz = await self._dependencies.store.read(lambda tx: time_zone_of(tx, user))
        return throttled_text(refusal, t.language, tz)

    async def _save_password(self, request: Request, user: User, password: Secret) -> Response:
        session = self._cookies.session_token(request) or Secret("")
        t = self._texts(request, user)
        try:
            token = await self._passwords.choose_password(user, password, session)
        except WeakPasswordError as refusal:
            text = t.gettext("This password breaks a rule. It is marked below.")
            weak = FormRefusal(errors={"password": text})
            return self._password_page(request, user, weak, refusal.broken)
        except ThrottledError as refusal:
            throttled = FormRefusal(429, (await self._throttled_text(refusal, user, t),))
            return self._password_page(request, user, throttled)
        except (SignInRefusedError, TemporaryPasswordExpiredError):
            # The session has ended. If the password has expired, the sign-in page says that only a
            # reset helps.
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
        refusal: FormRefusal = NO_REFUSAL,
        broken: tuple[PasswordRule, ...] = (),
    ) -> Response:
        now, policy = self._dependencies.clock(), self._dependencies.rulebook.policy
        t = self._texts(request, user)
        values = {
            **refusal.values,
            "rules": rule_rows(broken, policy, t.language),
            "must": must_choose_password(user, now),
            "confirmed": has_own_password(user),
            "expired": has_expired_password(user, now),
            "username": user.username,
        }
        page = PortalPage("password.html", values, refusal.status)
        return self._context.renderer.render(request, page, user.language)
