"""What proves that a form came from our own page, in the same browser."""

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

UNREADABLE = 400
_SURROGATE = re.compile("[\ud800-\udfff]")


class FormBinding(StrEnum):
    """What a form is bound to.

    The form to sign in goes by the visit alone: a link in a mail brings no session cookie
    (SameSite=Strict), but the form sent from there does.
    """

    VISIT = "visit"
    SESSION = "session"


async def read_form(request: Request) -> FormData:
    """Return the form that was sent.

    Raises:
        HTTPException: it is no form, brings files, which none of ours asks for, or breaks off.
    """
    try:
        return await request.form(max_files=0)
    except ClientDisconnect:
        raise HTTPException(UNREADABLE) from None


def form_text(form: FormData, field: str) -> str:
    """Return what was typed into the field, empty if there is no such field.

    Raises:
        HTTPException: a text that no page can show, so no browser sent it.
    """
    text = form.get(field, "")
    if not isinstance(text, str) or _SURROGATE.search(text):
        raise HTTPException(UNREADABLE)
    return text


@dataclass(frozen=True, slots=True)
class CsrfTokens:
    """Makes and checks the tokens in forms."""

    secret_keys: Sequence[Secret]
    public_url: str
    cookies: Cookies

    def token(self, request: Request, bond: FormBinding, visit: str) -> str:
        """Return what our page puts into its form."""
        return self._signer(bond).dumps(self._bound(request, bond, visit))

    def is_valid(self, request: Request, bond: FormBinding, token: str) -> bool:
        """Say whether the form came from our own page, in this browser or this session."""
        own = not self._is_from_elsewhere(request) and self._is_bound(request, bond, token)
        if not own:
            log.warning("form_refused", bond=bond.value)
        return own

    def _is_bound(self, request: Request, bond: FormBinding, token: str) -> bool:
        try:
            bound = str(self._signer(bond).loads(token))
        except BadSignature:
            return False
        expected = self._bound(request, bond, self.cookies.visit_of(request))
        return bool(expected) and hmac.compare_digest(bound.encode(), expected.encode())

    def _is_from_elsewhere(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        # Browsers say "null" on pages that send no referrer, which ours are.
        origin = request.headers.get("origin", "null")
        ours = {urlsplit(self.public_url).netloc, request.headers.get("host", "")}
        return origin != "null" and origin.partition("://")[2] not in ours

    def _bound(self, request: Request, bond: FormBinding, visit: str) -> str:
        if bond == FormBinding.VISIT:
            return visit
        session = self.cookies.session(request)
        return "" if session is None else digest_of(session)

    def _signer(self, bond: FormBinding) -> URLSafeSerializer:
        # The library signs with the last one and accepts them all.
        keys = [key.reveal() for key in reversed(self.secret_keys)]
        return URLSafeSerializer(keys, salt=f"portal-form-{bond}")
