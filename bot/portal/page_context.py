"""The services that all pages of the portal website share, such as finding the signed-in user."""

from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.portal.cookies import Cookies
from bot.portal.csrf import CsrfTokens
from bot.portal.dependencies import PortalDependencies
from bot.portal.device_cookies import DeviceCookies
from bot.portal.password_service import PasswordService
from bot.portal.rendering import CHOICE, PageRenderer
from bot.portal.sign_in_service import SignInService
from core.errors import SignInRefusedError
from core.languages.tags import LANGUAGES
from core.users.rules import User

log = structlog.get_logger()

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class PageContext:
    """The services of all pages; made once, when the portal starts."""

    dependencies: PortalDependencies
    sign_in_service: SignInService
    cookies: Cookies
    csrf_tokens: CsrfTokens
    renderer: PageRenderer
    password_service: PasswordService
    device_cookies: DeviceCookies

    async def signed_in_user(self, request: Request) -> User | None:
        """Return the user who is signed in in this browser, or None."""
        try:
            return await self.sign_in_service.signed_in_user(self.cookies.session_token(request))
        except SignInRefusedError:
            return None

    def redirect_to_sign_in(self, request: Request) -> Response:
        """Redirect to the sign-in page; if a session has ended, the page says so."""
        log.info("no_session", path=request.url.path)
        if self.cookies.session_token(request) is None:
            return redirect_to("/sign-in", request)
        response = redirect_to("/sign-in?ended=1", request)
        self.cookies.clear_session(response)
        return response


def redirect_to(path: str, request: Request) -> Response:
    """Redirect to another page and keep the parameters that say the language."""
    for name in ("lang", CHOICE):
        language = request.query_params.get(name)
        if language in LANGUAGES:
            path += f"{'&' if '?' in path else '?'}{name}={language}"
    return RedirectResponse(path, SEE_OTHER)
