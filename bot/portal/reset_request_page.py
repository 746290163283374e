"""The page of the portal website to request a password reset without signing in (D11)."""

import time

from starlette.requests import Request
from starlette.responses import Response

from bot.portal.csrf import FormBinding, form_text, read_form
from bot.portal.form_refusals import NO_REFUSAL, FormRefusal, form_too_old
from bot.portal.page_context import PageContext
from bot.portal.rendering import PortalPage
from bot.portal.sign_in_pages import MAX_SHOWN, address_of, searchable_username
from bot.portal.throttle import ThrottleKind, address_key
from bot.portal.whole_steps import wait_for_whole_step
from core.errors import ThrottledError
from core.languages.texts import texts
from core.resets import service as resets
from core.text.characters import without_outer_blanks
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
        t = texts(self._context.renderer.language_of(request))
        if not self._context.csrf_tokens.is_valid(request, FormBinding.BROWSER, token):
            return self._form_page(request, username, form_too_old(t))
        if not without_outer_blanks(username):
            empty = FormRefusal(errors={"username": t.gettext("Type your username.")})
            return self._form_page(request, refusal=empty)
        try:
            self._count_request(request)
        except ThrottledError as refusal:
            throttled = FormRefusal(429, (refusal_text(refusal, t.language),))
            return self._form_page(request, username, throttled)
        await self._request_reset(searchable_username(username))
        values = {"days": self._dependencies.rulebook.policy.request_days}
        return self._context.renderer.render(request, PortalPage("reset_requested.html", values))

    def _count_request(self, request: Request) -> None:
        key = address_key(address_of(request), ThrottleKind.RESET_REQUEST)
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
        # Also for an unknown username, so that both do the same.
        self._dependencies.wake_delivery_worker()
        await wait_for_whole_step(began, self._dependencies.refusal_step)

    def _form_page(
        self, request: Request, username: str = "", refusal: FormRefusal = NO_REFUSAL
    ) -> Response:
        values = {"username": username[:MAX_SHOWN], **refusal.values}
        page = PortalPage("reset_request.html", values, refusal.status, FormBinding.BROWSER)
        return self._context.renderer.render(request, page)
