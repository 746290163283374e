"""The page to request a password reset without signing in (D11)."""

from starlette.requests import Request
from starlette.responses import Response

from bot.portal.csrf import FormBinding, form_text, read_form
from bot.portal.page_context import PageContext
from bot.portal.rendering import PortalPage
from bot.portal.sign_in_pages import MAX_SHOWN, address_of, searchable_username
from core.errors import ThrottledError
from handlers.refusal_texts import refusal_text


class ResetRequestPage:
    """Requests a reset from the administrators; every username gets the same answer (D3)."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._dependencies = context.dependencies

    async def show_form(self, request: Request) -> Response:
        """Show the form."""
        return self._form_page(request)

    async def request_reset(self, request: Request) -> Response:
        """Request a reset for the account with this username, if there is one."""
        form = await read_form(request)
        username, token = form_text(form, "username"), form_text(form, "form_token")
        if not self._context.csrf_tokens.is_valid(request, FormBinding.BROWSER, token):
            return self._form_page(request, username, stale=True, status=403)
        try:
            self._dependencies.throttle.check_address(address_of(request))
        except ThrottledError as refusal:
            problem = refusal_text(refusal, self._context.renderer.language_of(request))
            return self._form_page(request, username, problem=problem, status=429)
        await self._context.sign_in_service.request_reset(searchable_username(username))
        values = {"days": self._dependencies.rulebook.policy.request_days}
        return self._context.renderer.render(request, PortalPage("reset_requested.html", values))

    def _form_page(
        self,
        request: Request,
        username: str = "",
        *,
        problem: str = "",
        stale: bool = False,
        status: int = 200,
    ) -> Response:
        values = {"username": username[:MAX_SHOWN], "problem": problem, "stale": stale}
        page = PortalPage("reset_request.html", values, status, FormBinding.BROWSER)
        return self._context.renderer.render(request, page)
