"""The page on which whoever cannot sign in asks the administrators for a new password (D11)."""

from starlette.requests import Request
from starlette.responses import Response

from bot.portal.csrf import FormBinding, form_text, read_form
from bot.portal.page_context import PageContext
from bot.portal.rendering import PortalPage
from bot.portal.sign_in_pages import LONGEST_SHOWN, address_of, sought
from core.errors import ThrottledError
from handlers.refusal_texts import refusal_text


class ResetRequestPage:
    """Asks, and gives nothing away: the answer is the same for every username (D3)."""

    def __init__(self, tools: PageContext) -> None:
        self._tools = tools

    async def show(self, request: Request) -> Response:
        """Show the form."""
        return self._page(request)

    async def ask(self, request: Request) -> Response:
        """Ask in the name of the username, where there is one."""
        form = await read_form(request)
        username = form_text(form, "username")
        if not self._tools.forms.is_valid(
            request, FormBinding.VISIT, form_text(form, "form_token")
        ):
            return self._page(request, username, stale=True, status=403)
        try:
            self._tools.parts.throttle.check(address_of(request))
        except ThrottledError as refusal:
            problem = refusal_text(refusal, self._tools.pages.language_of(request))
            return self._page(request, username, problem=problem, status=429)
        await self._tools.doors.ask(sought(username))
        values = {"days": self._tools.parts.rulebook.policy.request_days}
        return self._tools.pages.show(request, PortalPage("asked.html", values))

    def _page(
        self,
        request: Request,
        username: str = "",
        *,
        problem: str = "",
        stale: bool = False,
        status: int = 200,
    ) -> Response:
        values = {"username": username[:LONGEST_SHOWN], "problem": problem, "stale": stale}
        return self._tools.pages.show(
            request, PortalPage("ask.html", values, status, FormBinding.VISIT)
        )
