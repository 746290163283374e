"""The portal's cookies: the session, the mark of a visit, and the language."""

import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from core.languages.tags import LANGUAGES
from core.secret import Secret

MONTH = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and writes them; `secure` keeps them off plain HTTP."""

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

    def visit_of(self, request: Request) -> str:
        """Return the random mark that the browser brings; empty if it brings none."""
        return request.cookies.get(self._name("visit"), "")

    def visit(self, request: Request) -> str:
        """Return the random mark of the browser; a new one if it has none."""
        return self.visit_of(request) or secrets.token_urlsafe(16)

    def language(self, request: Request) -> str:
        """Return the language that the browser remembers; empty if it remembers none."""
        return request.cookies.get(self._name("language"), "")

    def remember(self, response: Response, visit: str, language: str | None) -> None:
        """Let the browser keep its mark and its language."""
        self._set(response, "visit", visit)
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


def new_session_token() -> str:
    """Return a new session token of 256 random bits."""
    return secrets.token_urlsafe(32)
