"""The pages of whoever is signed in: choosing a password, and one's own account."""

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
from handlers.refusal_texts import refusal_text


class AccountPages:
    """The pages that need a session; without one they lead to the door."""

    def __init__(self, tools: PageContext) -> None:
        self._tools = tools

    async def show_password(self, request: Request) -> Response:
        """Show the form to choose a password."""
        user = await self._tools.visitor(request)
        if user is None:
            return self._tools.redirect_to_sign_in(request)
        return self._password_page(request, user)

    async def choose(self, request: Request) -> Response:
        """Take the new password, or say which rule it breaks."""
        form, user = await read_form(request), await self._tools.visitor(request)
        if user is None:
            return self._tools.redirect_to_sign_in(request)
        password, again = form_text(form, "password"), form_text(form, "again")
        if not self._tools.forms.is_valid(
            request, FormBinding.SESSION, form_text(form, "form_token")
        ):
            return self._password_page(request, user, problem="stale", status=403)
        if password != again:
            return self._password_page(request, user, problem="different", status=422)
        try:
            if has_own_password(user):
                await self._tools.doors.confirm(user, Secret(form_text(form, "current")))
        except ThrottledError as refusal:
            problem = refusal_text(refusal, user.language)
            return self._password_page(request, user, problem=problem, status=429)
        except SignInRefusedError:
            return self._password_page(request, user, problem="current", status=422)
        return await self._save(request, user, Secret(password))

    async def account(self, request: Request) -> Response:
        """Show the visitor's own account."""
        user = await self._tools.visitor(request)
        if user is None:
            return self._tools.redirect_to_sign_in(request)
        if must_choose_password(user, self._tools.parts.clock()):
            return redirect_to("/password", request)
        return await self._account_page(request, user)

    async def end_others(self, request: Request) -> Response:
        """End the visitor's sessions in other browsers, once they have typed their password."""
        form, user = await read_form(request), await self._tools.visitor(request)
        token = self._tools.cookies.session(request)
        if user is None or token is None:
            return self._tools.redirect_to_sign_in(request)
        if must_choose_password(user, self._tools.parts.clock()):
            return redirect_to("/password", request)
        t = texts(user.language)
        if not self._tools.forms.is_valid(
            request, FormBinding.SESSION, form_text(form, "form_token")
        ):
            problem = t.gettext("The form was too old. Here it is again; please send it once more.")
            return await self._account_page(request, user, problem, 403)
        try:
            await self._tools.doors.confirm(user, Secret(form_text(form, "current")))
        except ThrottledError as refusal:
            return await self._account_page(
                request, user, refusal_text(refusal, user.language), 429
            )
        except SignInRefusedError:
            problem = t.gettext("The current password is not right.")
            return await self._account_page(request, user, problem, 422)
        await self._tools.doors.end_others(user, token)
        return redirect_to("/account?others=1", request)

    async def _account_page(
        self, request: Request, user: User, problem: str = "", status: int = 200
    ) -> Response:
        parts, token = self._tools.parts, self._tools.cookies.session(request)
        now, policy = parts.clock(), parts.rulebook.policy

        def look(tx: Connection) -> dict[str, Any]:
            authority = with_translated_title(
                tx, authorities.require(tx, user.authority_id), user.language
            )
            tz, opened = time_zone_of(tx, user), signin.open_sessions(tx, user.id, policy, now)
            return {
                **account_values(user, authority, parts.rulebook, tz),
                "sessions": session_rows(opened, token, texts(user.language), tz),
            }

        values = await parts.store.read(look)
        values["problem"] = problem
        values["saved"] = request.query_params.get("saved") == "1"
        values["ended"] = request.query_params.get("others") == "1"
        return self._tools.pages.show(
            request, PortalPage("account.html", values, status), user.language
        )

    async def own_data(self, request: Request) -> Response:
        """Hand the visitor what is kept about them, as `/imi-me data` does in Slack."""
        user, parts = await self._tools.visitor(request), self._tools.parts
        if user is None:
            return self._tools.redirect_to_sign_in(request)
        now = parts.clock()
        if must_choose_password(user, now):
            return redirect_to("/password", request)
        found = await parts.store.write(
            lambda tx: own_data.export_own_data(tx, principal_of(user), now)
        )
        file = own_data_file(found, parts.rulebook.catalogue, user.language)
        kept = {"content-disposition": f'attachment; filename="{file.name}"'}
        return Response(file.text, media_type="application/json", headers=kept)

    async def _save(self, request: Request, user: User, password: Secret) -> Response:
        before = self._tools.cookies.session(request) or Secret("")
        try:
            token = await self._tools.doors.choose(user, password, before)
        except WeakPasswordError as refusal:
            return self._password_page(request, user, refusal=refusal, status=422)
        except (SignInRefusedError, TemporaryLapsedError):
            # It opens nothing any more; after a lapse the door says that only a reset helps.
            return self._tools.redirect_to_sign_in(request)
        except (ChangedMeanwhileError, NotFoundError):
            page = PortalPage("changed.html", {}, 409)
            return self._tools.pages.show(request, page, user.language)
        response = redirect_to("/account?saved=1", request)
        self._tools.cookies.open(response, token)
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
        now, policy = self._tools.parts.clock(), self._tools.parts.rulebook.policy
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
        return self._tools.pages.show(
            request, PortalPage("password.html", values, status), user.language
        )
