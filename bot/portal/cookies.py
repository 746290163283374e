"""The cookies of the portal website: session token, browser id, language, and device cookies.

A language chosen on a page is kept beside the one of a link. The browser id binds CSRF tokens to
the browser. A device cookie marks the browser as one in which an account has signed in before.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from core.languages.tags import LANGUAGES
from core.secret import Secret

MONTH = 30 * 24 * 3600
_ID = re.compile("[0-9]{1,18}")


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

    def chosen_language(self, request: Request) -> str:
        """Return the language that somebody chose on a page; empty if nobody did."""
        return request.cookies.get(self._name("chosen_language"), "")

    def set_chosen_language(self, response: Response, language: str) -> None:
        """Set the language that somebody chose; the browser keeps it until it closes."""
        # Not "strict": the link in a mail leads to a page in this language, too.
        response.set_cookie(
            self._name("chosen_language"),
            language,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

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

    def devices(self, request: Request) -> dict[int, str]:
        """Return the values of the browser's device cookies by the user's id, unchecked."""
        prefix = self._name("device_")
        named = {
            name.removeprefix(prefix): value
            for name, value in request.cookies.items()
            if name.startswith(prefix)
        }
        return {int(number): value for number, value in named.items() if _ID.fullmatch(number)}

    def set_device(self, response: Response, user_id: int, value: str, lifetime: timedelta) -> None:
        """Set the device cookie of a user who has signed in; it outlives the session."""
        self._set(response, f"device_{user_id}", value, lifetime)

    def forget_device(self, response: Response, user_id: int) -> None:
        """Delete the device cookie of a user from the browser."""
        self._set(response, f"device_{user_id}", "", timedelta(0))

    def _name(self, name: str) -> str:
        return f"__Host-imi_{name}" if self.secure else f"imi_{name}"

    def _set(
        self, response: Response, name: str, value: str, lifetime: timedelta | None = None
    ) -> None:
        response.set_cookie(
            self._name(name),
            value,
            max_age=None if lifetime is None else int(lifetime.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="strict",
        )


def new_session_token() -> Secret:
    """Return a new session token of 256 random bits."""
    return Secret(secrets.token_urlsafe(32))
