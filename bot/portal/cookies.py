"""The portal's cookies: the session token, the CSRF token's browser id, and the language."""

import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from core.languages.tags import LANGUAGES
from core.secret import Secret

MONTH = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and sets the cookies; `secure` restricts them to HTTPS."""

    secure: bool

    def session_token(self, request: Request) -> Secret | None:
        """Return the browser's session token, or None."""
        token = request.cookies.get(self._name("session"))
        return Secret(token) if token else None

    def set_session(self, response: Response, token: Secret) -> None:
        """Set the session token; the browser keeps it until it closes."""
        self._set(response, "session", token.reveal())

    def clear_session(self, response: Response) -> None:
        """Delete the session token from the browser."""
        response.delete_cookie(
            self._name("session"), path="/", secure=self.secure, httponly=True, samesite="strict"
        )

    def browser_id(self, request: Request) -> str:
        """Return the browser's random id; empty if it has none."""
        return request.cookies.get(self._name("visit"), "")

    def browser_id_or_new(self, request: Request) -> str:
        """Return the browser's random id; a new one if it has none."""
        return self.browser_id(request) or secrets.token_urlsafe(16)

    def language(self, request: Request) -> str:
        """Return the language that the browser remembers; empty if it remembers none."""
        return request.cookies.get(self._name("language"), "")

    def remember(self, response: Response, browser_id: str, language: str | None) -> None:
        """Set the browser's id, and its language if that is one of ours."""
        self._set(response, "visit", browser_id)
        if language in LANGUAGES:
            response.set_cookie(
                self._name("language"),
                str(language),
                max_age=MONTH,
                path="/",
                secure=self.secure,
                httponly=True,
                samesite="lax",
            )

    def _name(self, name: str) -> str:
        return f"__Host-imi_{name}" if self.secure else f"imi_{name}"

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            self._name(name), value, path="/", secure=self.secure, httponly=True, samesite="strict"
        )


def new_session_token() -> Secret:
    """Return a new session token of 256 random bits."""
    return Secret(secrets.token_urlsafe(32))
