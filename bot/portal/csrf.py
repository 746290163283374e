"""CSRF protection of the portal website: form tokens, bound to the browser or to the session."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import structlog
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from bot.portal.cookies import Cookies
from core.secret import Secret
from core.sessions.rules import digest_of

log = structlog.get_logger()

BAD_REQUEST = 400
_SURROGATE = re.compile("[\ud800-\udfff]")


class FormBinding(StrEnum):
    """The binding of a form's CSRF token: the browser's id or the session.

    The sign-in form is bound to the browser's id. A link in a mail brings no session cookie
    (SameSite=Strict), but the form that is then sent does, so that a binding to the session would
    differ between the two.
    """

    BROWSER = "visit"
    SESSION = "session"


async def read_form(request: Request) -> FormData:
    """Return the form that was sent.

    Raises:
        HTTPException: the body is no form, contains files, or breaks off.
    """
    try:
        return await request.form(max_files=0)
    except ClientDisconnect:
        raise HTTPException(BAD_REQUEST) from None


def form_text(form: FormData, field: str) -> str:
    """Return the text of the field; empty if there is no such field.

    Raises:
        HTTPException: the text is no valid Unicode, which no browser sends.
    """
    text = form.get(field, "")
    if not isinstance(text, str) or _SURROGATE.search(text):
        raise HTTPException(BAD_REQUEST)
    return text


@dataclass(frozen=True, slots=True)
class CsrfTokens:
    """Makes and checks the CSRF tokens in forms."""

    secret_keys: Sequence[Secret]
    public_url: str
    cookies: Cookies

    def token(self, request: Request, binding: FormBinding, browser_id: str) -> str:
        """Return the token for a form on our page."""
        return self._signer(binding).dumps(self._bound_value(request, binding, browser_id))

    def is_valid(self, request: Request, binding: FormBinding, token: str) -> bool:
        """Return whether the form came from our own page, in this browser or this session."""
        valid = not self._is_cross_site(request) and self._is_bound(request, binding, token)
        if not valid:
            log.warning("form_refused", binding=binding.value)
        return valid

    def _is_bound(self, request: Request, binding: FormBinding, token: str) -> bool:
        try:
            bound = str(self._signer(binding).loads(token))
        except BadSignature:
            return False
        expected = self._bound_value(request, binding, self.cookies.browser_id(request))
        return bool(expected) and hmac.compare_digest(bound.encode(), expected.encode())

    def _is_cross_site(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        # Browsers send "null" from pages that send no referrer, as ours do.
        origin = request.headers.get("origin", "null")
        own_hosts = {urlsplit(self.public_url).netloc, request.headers.get("host", "")}
        return origin != "null" and origin.partition("://")[2] not in own_hosts

    def _bound_value(self, request: Request, binding: FormBinding, browser_id: str) -> str:
        if binding == FormBinding.BROWSER:
            return browser_id
        session = self.cookies.session_token(request)
        return "" if session is None else digest_of(session)

    def _signer(self, binding: FormBinding) -> URLSafeSerializer:
        # The library signs with the last key and accepts all of them.
        keys = [key.reveal() for key in reversed(self.secret_keys)]
        return URLSafeSerializer(keys, salt=f"portal-form-{binding}")
