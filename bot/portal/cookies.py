"""The portal's cookies, and the token that proves a form came from our own page."""

import hmac
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from core.languages.tags import LANGUAGES
from core.secret import Secret
from core.signin.sessions import digest_of

LANGUAGE = "imi_language"
MONTH = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and writes them; `secure` keeps them off plain HTTP."""

    secret_key: Secret
    secure: bool

    def session(self, request: Request) -> Secret | None:
        """Return the token of the session that the browser brings, if any."""
        token = request.cookies.get(self._name("session"))
        return Secret(token) if token else None

    def open(self, response: Response, token: Secret) -> None:
        """Let the browser keep the session's token until it closes."""
        self._set(response, "session", token.reveal())

    def close(self, response: Response) -> None:
        """Let the browser forget the session."""
        response.delete_cookie(
            self._name("session"), path="/", secure=self.secure, httponly=True, samesite="strict"
        )

    def visit(self, request: Request) -> str:
        """Return the random mark of a browser that has not signed in; a new one if it has none."""
        return request.cookies.get(self._name("visit")) or secrets.token_urlsafe(16)

    def remember(self, response: Response, visit: str, language: str | None) -> None:
        """Let the browser keep its mark and its language."""
        self._set(response, "visit", visit)
        if language in LANGUAGES:
            response.set_cookie(
                LANGUAGE,
                str(language),
                max_age=MONTH,
                secure=self.secure,
                httponly=True,
                samesite="lax",
            )

    def form_token(self, request: Request, visit: str) -> str:
        """Return what our page puts into its form."""
        return self._signer().dumps(self._bound(request, visit))

    def is_own_form(self, request: Request, token: str) -> bool:
        """Say whether the form came from our own page, in this browser and this session."""
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return False
        try:
            bound = self._signer().loads(token)
        except BadSignature:
            return False
        expected = self._bound(request, request.cookies.get(self._name("visit"), ""))
        return bool(expected) and hmac.compare_digest(str(bound), expected)

    def _bound(self, request: Request, visit: str) -> str:
        session = self.session(request)
        return digest_of(session) if session is not None else visit

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret_key.reveal(), salt="portal-form")

    def _name(self, name: str) -> str:
        return f"__Host-imi_{name}" if self.secure else f"imi_{name}"

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            self._name(name), value, path="/", secure=self.secure, httponly=True, samesite="strict"
        )
