"""The portal's addresses and what happens at each."""

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.portal.account import account_values, must_choose, rule_rows
from bot.portal.cookies import Cookies
from bot.portal.doors import Doors
from bot.portal.headers import Guard
from bot.portal.pages import Page, Pages, language_of
from bot.portal.parts import PortalParts as PortalParts
from core.authorities import service as authorities
from core.errors import (
    ChangedMeanwhileError,
    SignInError,
    SignInRefusedError,
    ThrottledError,
    WeakPasswordError,
)
from core.secret import Secret
from core.users.rules import User
from handlers.replies import words

log = structlog.get_logger()

Answer = Callable[[Request], Awaitable[Response]]

FOUND = 303


def make_portal(parts: PortalParts) -> ASGIApp:
    """Return the portal as an application of its own."""
    portal = Portal(parts)
    routes = [
        Route("/", portal.begin),
        Route("/sign-in", portal.show_sign_in, methods=["GET"]),
        Route("/sign-in", portal.sign_in, methods=["POST"]),
        Route("/password", portal.show_password, methods=["GET"]),
        Route("/password", portal.choose, methods=["POST"]),
        Route("/account", portal.account),
        Route("/sign-out", portal.sign_out, methods=["POST"]),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={HTTPException: portal.nothing_here, Exception: portal.surprise},
    )
    return Guard(app, secure=parts.secure)


class Portal:
    """What people do on the portal."""

    def __init__(self, parts: PortalParts) -> None:
        self._parts = parts
        self._doors = Doors(parts)
        self._cookies = Cookies(parts.secret_key, parts.secure)
        self._pages = Pages(self._cookies)

    async def begin(self, request: Request) -> Response:
        """Lead to the account; without a session that leads to signing in."""
        return _to("/account" if self._cookies.session(request) else "/sign-in", request)

    async def show_sign_in(self, request: Request) -> Response:
        """Show the form to sign in."""
        return self._sign_in_page(request)

    async def sign_in(self, request: Request) -> Response:
        """Let in, or say one thing to everybody who is not (D3)."""
        form = await request.form()
        username, password = str(form.get("username", "")), str(form.get("password", ""))
        if not self._cookies.is_own_form(request, str(form.get("form_token", ""))):
            return self._sign_in_page(request, username, stale=True, status=403)
        try:
            self._parts.throttle.check(_address(request))
            token = await self._doors.sign_in(username, Secret(password))
        except SignInError as refusal:
            return self._refused(request, username, refusal)
        response = _to("/account", request)
        self._cookies.open(response, token)
        return response

    async def show_password(self, request: Request) -> Response:
        """Show the form to choose a password."""
        try:
            user = await self._doors.visitor(self._cookies.session(request))
        except SignInRefusedError:
            return _to("/sign-in", request)
        return self._password_page(request, user)

    async def choose(self, request: Request) -> Response:
        """Take the new password, or say which rule it breaks."""
        try:
            user = await self._doors.visitor(self._cookies.session(request))
        except SignInRefusedError:
            return _to("/sign-in", request)
        form = await request.form()
        password, again = str(form.get("password", "")), str(form.get("again", ""))
        if not self._cookies.is_own_form(request, str(form.get("form_token", ""))):
            return self._password_page(request, user, problem="stale", status=403)
        if password != again:
            return self._password_page(request, user, problem="different", status=422)
        try:
            token = await self._doors.choose(user, Secret(password))
        except WeakPasswordError as refusal:
            return self._password_page(request, user, refusal=refusal, status=422)
        except ChangedMeanwhileError:
            return self._password_page(request, user, problem="changed", status=409)
        response = _to("/account?saved=1", request)
        self._cookies.open(response, token)
        return response

    async def account(self, request: Request) -> Response:
        """Show the visitor's own account."""
        try:
            user = await self._doors.visitor(self._cookies.session(request))
        except SignInRefusedError:
            response = _to("/sign-in", request)
            self._cookies.close(response)
            return response
        if must_choose(user, self._parts.clock()):
            return _to("/password", request)
        authority = await self._parts.store.read(lambda tx: authorities.find(tx, user.authority_id))
        values = account_values(user, authority, self._parts.rulebook, self._parts.clock())
        values["saved"] = request.query_params.get("saved") == "1"
        return self._pages.show(request, Page("account.html", values), user.language)

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        form, token = await request.form(), self._cookies.session(request)
        own = self._cookies.is_own_form(request, str(form.get("form_token", "")))
        if token is None or not own:
            return _to("/", request)
        await self._doors.sign_out(token)
        response = _to("/sign-in?out=1", request)
        self._cookies.close(response)
        return response

    async def nothing_here(self, request: Request, error: Exception) -> Response:
        """Say that there is no such page, or not for this way of asking."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        return self._pages.show(request, Page("missing.html", {}, status))

    async def surprise(self, request: Request, error: Exception) -> Response:
        """Log what nobody foresaw by its type, and show a reference; never what was typed."""
        reference = secrets.token_hex(3).upper()
        log.error("surprise", reference=reference, error=type(error).__name__)
        return self._pages.show(request, Page("surprise.html", {"reference": reference}, 500))

    def _refused(self, request: Request, username: str, refusal: SignInError) -> Response:
        status = 429 if isinstance(refusal, ThrottledError) else 401
        problem = words(refusal, language_of(request))
        page = self._sign_in_page(request, username, problem=problem, status=status)
        if isinstance(refusal, ThrottledError):
            wait = refusal.retry_at - self._parts.clock()
            page.headers["retry-after"] = str(max(1, int(wait.total_seconds())))
        return page

    def _sign_in_page(
        self,
        request: Request,
        username: str = "",
        *,
        problem: str = "",
        stale: bool = False,
        status: int = 200,
    ) -> Response:
        out = request.query_params.get("out") == "1"
        values = {"username": username[:100], "problem": problem, "stale": stale, "out": out}
        return self._pages.show(request, Page("sign_in.html", values, status))

    def _password_page(
        self,
        request: Request,
        user: User,
        *,
        problem: str = "",
        refusal: WeakPasswordError | None = None,
        status: int = 200,
    ) -> Response:
        broken = refusal.broken if refusal else ()
        values = {
            "problem": problem,
            "broken": bool(broken),
            "rules": rule_rows(broken, self._parts.rulebook.policy, user.language),
            "must": must_choose(user, self._parts.clock()),
            "username": user.username,
        }
        return self._pages.show(request, Page("password.html", values, status), user.language)


def _to(path: str, request: Request) -> Response:
    lang = request.query_params.get("lang")
    if lang is not None and "?" not in path:
        path = f"{path}?lang={lang[:2]}" if lang[:2].isalpha() else path
    return RedirectResponse(path, FOUND)


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else "unknown"
