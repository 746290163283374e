"""The way in and out: the first page, signing in, signing out."""

from starlette.requests import Request
from starlette.responses import Response

from bot.portal.csrf import FormBinding, form_text, read_form
from bot.portal.page_context import PageContext, redirect_to
from bot.portal.rendering import PortalPage
from core.errors import SignInError, ThrottledError
from core.secret import Secret
from handlers.refusal_texts import refusal_text

LONGEST_SHOWN = 100


class SignInPages:
    """The pages that need no session."""

    def __init__(self, tools: PageContext) -> None:
        self._tools = tools

    async def begin(self, request: Request) -> Response:
        """Lead to the account; without a session that leads to signing in."""
        session = self._tools.cookies.session(request)
        return redirect_to("/sign-in" if session is None else "/account", request)

    async def show(self, request: Request) -> Response:
        """Show the form to sign in, to whoever is not signed in."""
        if await self._tools.visitor(request) is not None:
            return redirect_to("/account", request)
        return self._page(request)

    async def sign_in(self, request: Request) -> Response:
        """Let in, or say one thing to everybody who is not (D3)."""
        form = await read_form(request)
        username, password = form_text(form, "username"), form_text(form, "password")
        own = self._tools.forms.is_valid(request, FormBinding.VISIT, form_text(form, "form_token"))
        if not own:
            return self._page(request, username, stale=True, status=403)
        try:
            self._tools.parts.throttle.check(address_of(request))
            token = await self._tools.doors.sign_in(
                sought(username), Secret(password), self._tools.cookies.session(request)
            )
        except SignInError as refusal:
            return self._refused(request, username, refusal)
        response = redirect_to("/account", request)
        self._tools.cookies.open(response, token)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        form, token = await read_form(request), self._tools.cookies.session(request)
        user = await self._tools.visitor(request)
        if token is None or user is None:
            return self._tools.redirect_to_sign_in(request)
        if not self._tools.forms.is_valid(
            request, FormBinding.SESSION, form_text(form, "form_token")
        ):
            page = PortalPage("sign_out.html", {}, 403)
            return self._tools.pages.show(request, page, user.language)
        await self._tools.doors.sign_out(token)
        response = redirect_to("/sign-in?out=1", request)
        self._tools.cookies.close(response)
        return response

    def _refused(self, request: Request, username: str, refusal: SignInError) -> Response:
        problem = refusal_text(refusal, self._tools.pages.language_of(request))
        if not isinstance(refusal, ThrottledError):
            return self._page(request, username, problem=problem, status=401)
        self._tools.parts.observe("throttled")
        page = self._page(request, username, problem=problem, status=429)
        wait = refusal.retry_at - self._tools.parts.clock()
        page.headers["retry-after"] = str(max(1, int(wait.total_seconds())))
        return page

    def _page(
        self,
        request: Request,
        username: str = "",
        *,
        problem: str = "",
        stale: bool = False,
        status: int = 200,
    ) -> Response:
        values = {
            "username": username[:LONGEST_SHOWN],
            "problem": problem,
            "stale": stale,
            "out": request.query_params.get("out") == "1",
            "ended": request.query_params.get("ended") == "1",
        }
        return self._tools.pages.show(
            request, PortalPage("sign_in.html", values, status, FormBinding.VISIT)
        )


def sought(username: str) -> str:
    """Return the typed username as one that a database can be asked for."""
    # PostgreSQL takes no NUL; as a name it is unknown.
    return username if username.strip().isprintable() else ""


def address_of(request: Request) -> str:
    """Return the address that the request comes from."""
    return request.client.host if request.client is not None else "unknown"
