"""The portal website's start page, its sign-in page, and the request that signs out."""

from starlette.requests import Request
from starlette.responses import Response

from bot.portal.csrf import FormBinding, form_text, read_form
from bot.portal.form_refusals import NO_REFUSAL, FormRefusal, form_too_old
from bot.portal.page_context import PageContext, redirect_to
from bot.portal.rendering import PortalPage
from bot.portal.sign_in_service import SignInRequest
from core.errors import SignInError, SignInRefusedError, ThrottledError
from core.languages.texts import Texts, texts
from core.secret import Secret
from core.text.characters import without_outer_blanks
from handlers.refusal_texts import refusal_text

MAX_SHOWN = 100


class SignInPages:
    """The start page, the sign-in form, and signing out."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._dependencies = context.dependencies
        self._cookies = context.cookies

    async def start(self, request: Request) -> Response:
        """Redirect to the account page; without a session, to the sign-in page."""
        session = self._cookies.session_token(request)
        return redirect_to("/sign-in" if session is None else "/account", request)

    async def show_form(self, request: Request) -> Response:
        """Show the sign-in form; redirect signed-in users to their account."""
        if await self._context.signed_in_user(request) is not None:
            return redirect_to("/account", request)
        return self._form_page(request)

    async def sign_in(self, request: Request) -> Response:
        """Sign in, or show the same refusal for every reason (D3)."""
        form = await read_form(request)
        username, password = form_text(form, "username"), form_text(form, "password")
        csrf_token = form_text(form, "form_token")
        if not self._context.csrf_tokens.is_valid(request, FormBinding.BROWSER, csrf_token):
            return self._form_page(request, username, form_too_old(self._texts(request)))
        errors = self._empty_fields(request, username, password)
        if errors:
            return self._form_page(request, username, FormRefusal(errors=errors))
        try:
            opened = await self._context.sign_in_service.sign_in(
                SignInRequest(
                    searchable_username(username),
                    Secret(password),
                    address_of(request),
                    self._context.device_cookies.known_ids(request),
                    self._cookies.session_token(request),
                )
            )
        except SignInError as refusal:
            return self._refusal_page(request, username, refusal)
        response = redirect_to("/account", request)
        self._context.device_cookies.remember(request, response, opened.user_id)
        self._cookies.set_session(response, opened.token)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        form, token = await read_form(request), self._cookies.session_token(request)
        user = await self._context.signed_in_user(request)
        if token is None or user is None:
            return self._context.redirect_to_sign_in(request)
        csrf_token = form_text(form, "form_token")
        if not self._context.csrf_tokens.is_valid(request, FormBinding.SESSION, csrf_token):
            page = PortalPage("sign_out.html", {}, 403)
            return self._context.renderer.render(request, page, user.language)
        await self._context.sign_in_service.sign_out(token)
        response = redirect_to("/sign-in?out=1", request)
        self._cookies.clear_session(response)
        return response

    def _texts(self, request: Request) -> Texts:
        return texts(self._context.renderer.language_of(request))

    def _empty_fields(self, request: Request, username: str, password: str) -> dict[str, str]:
        """Return what to type into the empty fields; this says nothing about any account (D3)."""
        t, errors = self._texts(request), {}
        if not without_outer_blanks(username):
            errors["username"] = t.gettext("Type your username.")
        if not password:
            errors["password"] = t.gettext("Type your password.")
        return errors

    def _refusal_page(self, request: Request, username: str, refusal: SignInError) -> Response:
        t = self._texts(request)
        problems, errors = _problems(refusal, t.language), {}
        if isinstance(refusal, SignInRefusedError):
            errors["password"] = t.gettext("Check the username, and type the password again.")
        if not isinstance(refusal, ThrottledError):
            return self._form_page(request, username, FormRefusal(401, problems, errors))
        self._dependencies.observe("throttled")
        response = self._form_page(request, username, FormRefusal(429, problems))
        wait = refusal.retry_at - self._dependencies.clock()
        response.headers["retry-after"] = str(max(1, int(wait.total_seconds())))
        return response

    def _form_page(
        self, request: Request, username: str = "", refusal: FormRefusal = NO_REFUSAL
    ) -> Response:
        values = {
            "username": username[:MAX_SHOWN],
            **refusal.values,
            "out": request.query_params.get("out") == "1",
            "ended": request.query_params.get("ended") == "1",
        }
        page = PortalPage("sign_in.html", values, refusal.status, FormBinding.BROWSER)
        return self._context.renderer.render(request, page)


def _problems(refusal: SignInError, language: str) -> tuple[str, ...]:
    """Return the refusal and what to do; the same for whatever a refused sign-in lacked (D3)."""
    text = refusal_text(refusal, language)
    if not isinstance(refusal, SignInRefusedError):
        return (text,)
    way_out = texts(language).gettext(
        "After several wrong attempts, an account is blocked for a while in browsers in"
        " which nobody has signed in to it. Use a browser in which you have signed in"
        " before, wait a while, or contact an administrator."
    )
    return text, way_out


def searchable_username(username: str) -> str:
    """Return the username without the blanks around it, or "" if no database can search for it."""
    # PostgreSQL refuses NUL characters. The empty username is unknown, as the typed one is.
    trimmed = without_outer_blanks(username)
    return trimmed if trimmed.isprintable() else ""


def address_of(request: Request) -> str:
    """Return the address that the request comes from."""
    return request.client.host if request.client is not None else "unknown"
