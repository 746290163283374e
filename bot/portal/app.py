"""The ASGI application of the portal: routes and error pages."""

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
from bot.portal.dependencies import PortalDependencies
from bot.portal.device_cookies import DeviceCookies
from bot.portal.headers import SecurityHeaders
from bot.portal.page_context import PageContext
from bot.portal.password_service import PasswordService
from bot.portal.rendering import PageRenderer, PortalPage
from bot.portal.reset_request_page import ResetRequestPage
from bot.portal.sign_in_pages import SignInPages
from bot.portal.sign_in_service import SignInService
from core.store.outages import DatabaseUnavailableError, error_name

log = structlog.get_logger()

NOT_FOUND, UNAVAILABLE = 404, 503
RETRY_AFTER_SECONDS = 60
# The pages that can be opened again after a form on them could not be saved.
PAGES_WITH_FORMS = frozenset({"/sign-in", "/ask", "/password", "/account"})


def make_portal(dependencies: PortalDependencies) -> ASGIApp:
    """Return the portal as an ASGI application."""
    cookies = Cookies(dependencies.secure)
    csrf_tokens = CsrfTokens(dependencies.secret_keys, dependencies.public_url, cookies)
    renderer = PageRenderer(cookies, csrf_tokens)
    context = PageContext(
        dependencies,
        SignInService(dependencies),
        cookies,
        csrf_tokens,
        renderer,
        PasswordService(dependencies),
        DeviceCookies(dependencies.secret_keys, cookies, dependencies.clock),
    )
    errors = ErrorPages(renderer)
    app = Starlette(
        routes=portal_routes(context),
        exception_handlers={
            HTTPException: errors.http_error,
            DatabaseUnavailableError: errors.database_unavailable,
            Exception: errors.unexpected_error,
        },
    )
    # A redirect to the path without the slash would repeat the host that the request names.
    app.router.redirect_slashes = False
    return SecurityHeaders(app, secure=dependencies.secure)


def portal_routes(context: PageContext) -> list[BaseRoute]:
    """Return the route of every page."""
    sign_in, account = SignInPages(context), AccountPages(context)
    reset_request = ResetRequestPage(context)
    return [
        Route("/", sign_in.start),
        Route("/sign-in", sign_in.show_form, methods=["GET"]),
        Route("/sign-in", sign_in.sign_in, methods=["POST"]),
        Route("/ask", reset_request.show_form, methods=["GET"]),
        Route("/ask", reset_request.request_reset, methods=["POST"]),
        Route("/sign-out", sign_in.sign_out, methods=["POST"]),
        Route("/password", account.show_password_form, methods=["GET"]),
        Route("/password", account.choose_password, methods=["POST"]),
        Route("/account", account.show_account),
        Route("/account/data", account.download_own_data),
        Route("/sessions", account.end_other_sessions, methods=["POST"]),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]


class ErrorPages:
    """The pages for unknown addresses, unreadable requests, outages and unexpected errors."""

    def __init__(self, renderer: PageRenderer) -> None:
        self._renderer = renderer

    async def http_error(self, request: Request, error: Exception) -> Response:
        """Show that the page does not exist, or that it cannot read the request."""
        refusal = error if isinstance(error, HTTPException) else HTTPException(NOT_FOUND)
        status = refusal.status_code
        template = "not_found.html" if status == NOT_FOUND else "bad_request.html"
        response = self._renderer.render(request, PortalPage(template, {}, status))
        response.headers.update(refusal.headers or {})
        return response

    async def database_unavailable(self, request: Request, error: Exception) -> Response:
        """Show that the account cannot be reached just now, and how to go on."""
        log.warning("database_away", error=error_name(error), path=request.url.path)
        again = request.url.path if request.url.path in PAGES_WITH_FORMS else "/"
        page = PortalPage("database_unavailable.html", {"again": again}, UNAVAILABLE)
        response = self._renderer.render(request, page)
        response.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
        return response

    async def unexpected_error(self, request: Request, error: Exception) -> Response:
        """Log the error's type with a reference, and show the reference; never what was typed."""
        reference = secrets.token_hex(3).upper()
        log.error("unexpected_error", reference=reference, error=type(error).__name__)
        page = PortalPage("unexpected_error.html", {"reference": reference}, 500)
        return self._renderer.render(request, page)
