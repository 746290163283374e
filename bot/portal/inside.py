"""The pages of whoever is signed in: choosing a password, and one's own account."""

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot.portal.account import account_values, is_expired, must_choose, rule_rows
from bot.portal.forms import Bond, form_of, typed
from bot.portal.pages import Page
from bot.portal.tools import Tools, lead_to
from core.authorities import service as authorities
from core.authorities.title_service import in_language
from core.errors import ChangedMeanwhileError, NotFoundError, WeakPasswordError
from core.secret import Secret
from core.users import own_data
from core.users.asker import as_asker
from core.users.rules import User
from core.users.timezones import tz_of
from handlers.me.own_file import own_file


class Inside:
    """The pages that need a session; without one they lead to the door."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def show_password(self, request: Request) -> Response:
        """Show the form to choose a password."""
        user = await self._tools.visitor(request)
        if user is None:
            return self._tools.to_the_door(request)
        return self._password_page(request, user)

    async def choose(self, request: Request) -> Response:
        """Take the new password, or say which rule it breaks."""
        form, user = await form_of(request), await self._tools.visitor(request)
        if user is None:
            return self._tools.to_the_door(request)
        password, again = typed(form, "password"), typed(form, "again")
        if not self._tools.forms.is_own(request, Bond.SESSION, typed(form, "form_token")):
            return self._password_page(request, user, problem="stale", status=403)
        if password != again:
            return self._password_page(request, user, problem="different", status=422)
        return await self._save(request, user, Secret(password))

    async def account(self, request: Request) -> Response:
        """Show the visitor's own account."""
        user, parts = await self._tools.visitor(request), self._tools.parts
        if user is None:
            return self._tools.to_the_door(request)
        if must_choose(user, parts.clock()):
            return lead_to("/password", request)

        def look(tx: Connection) -> dict[str, Any]:
            authority = in_language(tx, authorities.find(tx, user.authority_id), user.language)
            return account_values(user, authority, parts.rulebook, tz_of(tx, user))

        values = await parts.store.read(look)
        values["saved"] = request.query_params.get("saved") == "1"
        return self._tools.pages.show(request, Page("account.html", values), user.language)

    async def own_data(self, request: Request) -> Response:
        """Hand the visitor what is kept about them, as `/imi-me data` does in Slack."""
        user, parts = await self._tools.visitor(request), self._tools.parts
        if user is None:
            return self._tools.to_the_door(request)
        now = parts.clock()
        if must_choose(user, now):
            return lead_to("/password", request)
        found = await parts.store.write(lambda tx: own_data.take_own(tx, as_asker(user), now))
        file = own_file(found, parts.rulebook.catalogue, user.language)
        kept = {"content-disposition": f'attachment; filename="{file.name}"'}
        return Response(file.text, media_type="application/json", headers=kept)

    async def _save(self, request: Request, user: User, password: Secret) -> Response:
        try:
            token = await self._tools.doors.choose(user, password)
        except WeakPasswordError as refusal:
            return self._password_page(request, user, refusal=refusal, status=422)
        except (ChangedMeanwhileError, NotFoundError):
            page = Page("changed.html", {}, 409)
            return self._tools.pages.show(request, page, user.language)
        response = lead_to("/account?saved=1", request)
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
            "must": must_choose(user, now),
            "expired": is_expired(user, now),
            "username": user.username,
        }
        return self._tools.pages.show(request, Page("password.html", values, status), user.language)
