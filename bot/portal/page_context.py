"""What every page of the portal works with."""

from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.portal.cookies import Cookies
from bot.portal.csrf import CsrfTokens
from bot.portal.dependencies import PortalDependencies
from bot.portal.rendering import PageRenderer
from bot.portal.sign_in_service import SignInService
from core.errors import SignInRefusedError
from core.languages.tags import LANGUAGES
from core.users.rules import User

log = structlog.get_logger()

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class PageContext:
    """Made once, when the portal starts."""

    parts: PortalDependencies
    doors: SignInService
    cookies: Cookies
    forms: CsrfTokens
    pages: PageRenderer

    async def visitor(self, request: Request) -> User | None:
        """Return who is signed in in this browser, if anybody."""
        try:
            return await self.doors.visitor(self.cookies.session(request))
        except SignInRefusedError:
            return None

    def redirect_to_sign_in(self, request: Request) -> Response:
        """Lead to signing in; whoever had a session hears that it has ended."""
        log.info("no_session", path=request.url.path)
        if self.cookies.session(request) is None:
            return redirect_to("/sign-in", request)
        response = redirect_to("/sign-in?ended=1", request)
        self.cookies.close(response)
        return response


def redirect_to(path: str, request: Request) -> Response:
    """Lead the browser to another page; the language asked for goes along."""
    lang = request.query_params.get("lang")
    if lang in LANGUAGES:
        path += f"{'&' if '?' in path else '?'}lang={lang}"
    return RedirectResponse(path, SEE_OTHER)
