"""The page of the portal website to request a password reset without signing in (D11)."""

import time

from starlette.requests import Request
from starlette.responses import Response

from bot.portal.csrf import FormBinding, form_text, read_form
from bot.portal.page_context import PageContext
from bot.portal.rendering import PortalPage
from bot.portal.sign_in_pages import MAX_SHOWN, address_of, searchable_username
from bot.portal.throttle import ThrottleKind, address_key
from bot.portal.whole_steps import wait_for_whole_step
from core.errors import ThrottledError
from core.resets import service as resets
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
            self._count_request(request)
        except ThrottledError as refusal:
            problem = refusal_text(refusal, self._context.renderer.language_of(request))
            return self._form_page(request, username, problem=problem, status=429)
        await self._request_reset(searchable_username(username))
        values = {"days": self._dependencies.rulebook.policy.request_days}
        return self._context.renderer.render(request, PortalPage("reset_requested.html", values))

    def _count_request(self, request: Request) -> None:
        key = address_key(address_of(request), ThrottleKind.ASKER)
        self._dependencies.throttle.check(key)
        self._dependencies.throttle.count(key)

    async def _request_reset(self, username: str) -> None:
        """Request a reset in a multiple of `refusal_step`, without a result.

        So neither the answer nor its time gives away which usernames exist.
        """
        began, policy = time.monotonic(), self._dependencies.rulebook.policy
        now = self._dependencies.clock()
        await self._dependencies.store.write(
            lambda tx: resets.request_reset_by_username(tx, username, policy, now)
        )
        await wait_for_whole_step(began, self._dependencies.refusal_step)

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
