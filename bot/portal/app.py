"""The portal's addresses, and the pages for when nothing else fits."""

import secrets
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.portal.account_pages import AccountPages
from bot.portal.cookies import Cookies
from bot.portal.csrf import CsrfTokens
from bot.portal.dependencies import PortalDependencies as PortalDependencies
from bot.portal.headers import SecurityHeaders
from bot.portal.page_context import PageContext
from bot.portal.rendering import PageRenderer, PortalPage
from bot.portal.reset_request_page import ResetRequestPage
from bot.portal.sign_in_pages import SignInPages
from bot.portal.sign_in_service import SignInService

log = structlog.get_logger()

NOT_FOUND = 404


def make_portal(parts: PortalDependencies) -> ASGIApp:
    """Return the portal as an application of its own."""
    cookies = Cookies(parts.secure)
    forms = CsrfTokens(parts.secret_keys, parts.public_url, cookies)
    tools = PageContext(parts, SignInService(parts), cookies, forms, PageRenderer(cookies, forms))
    fallbacks = ErrorPages(tools.pages)
    app = Starlette(
        routes=portal_routes(tools),
        exception_handlers={HTTPException: fallbacks.refused, Exception: fallbacks.surprise},
    )
    # Leading on to an address without the slash would name the host that the request names.
    app.router.redirect_slashes = False
    return SecurityHeaders(app, secure=parts.secure)


def portal_routes(tools: PageContext) -> list[BaseRoute]:
    """Return every page, and who answers for it."""
    entrance, inside, asking = SignInPages(tools), AccountPages(tools), ResetRequestPage(tools)
    return [
        Route("/", entrance.begin),
        Route("/sign-in", entrance.show, methods=["GET"]),
        Route("/sign-in", entrance.sign_in, methods=["POST"]),
        Route("/ask", asking.show, methods=["GET"]),
        Route("/ask", asking.ask, methods=["POST"]),
        Route("/sign-out", entrance.sign_out, methods=["POST"]),
        Route("/password", inside.show_password, methods=["GET"]),
        Route("/password", inside.choose, methods=["POST"]),
        Route("/account", inside.account),
        Route("/account/data", inside.own_data),
        Route("/sessions", inside.end_others, methods=["POST"]),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]


class ErrorPages:
    """What people see when there is no page, or something broke."""

    def __init__(self, pages: PageRenderer) -> None:
        self._pages = pages

    async def refused(self, request: Request, error: Exception) -> Response:
        """Say that there is no such page, or that it cannot take what was sent."""
        refusal = error if isinstance(error, HTTPException) else HTTPException(NOT_FOUND)
        status = refusal.status_code
        template = "missing.html" if status == NOT_FOUND else "unreadable.html"
        page = self._pages.show(request, PortalPage(template, {}, status))
        page.headers.update(refusal.headers or {})
        return page

    async def surprise(self, request: Request, error: Exception) -> Response:
        """Log what nobody foresaw by its type, and show a reference; never what was typed."""
        reference = secrets.token_hex(3).upper()
        log.error("unexpected_error", reference=reference, error=type(error).__name__)
        return self._pages.show(request, PortalPage("surprise.html", {"reference": reference}, 500))
