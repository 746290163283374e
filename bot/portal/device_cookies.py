"""Device cookies: each marks a browser in which a user signed in before, with a signature (D3).

They let the sign-in tell such browsers from unknown ones, in which attackers may guess passwords.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.portal.cookies import Cookies
from core.secret import Secret

# Browsers keep no cookie for more than 400 days.
LIFETIME = timedelta(days=365)
# The accounts that one browser is known to; the one used longest ago is forgotten first.
MOST_ACCOUNTS = 20


@dataclass(frozen=True, slots=True)
class DeviceCookies:
    """Makes and checks a signed cookie for each account, after OWASP's "Device Cookies".

    A cookie gives no access. A wrong password in a browser with this cookie is only counted apart
    from those in unknown browsers, and a block of unknown browsers does not apply to it.
    """

    secret_keys: Sequence[Secret]
    cookies: Cookies
    clock: Callable[[], datetime]

    def known_ids(self, request: Request) -> frozenset[int]:
        """Return the ids of the users who signed in with this browser in the last year."""
        return frozenset(self._signed_in_at(request))

    def remember(self, request: Request, response: Response, user_id: int) -> None:
        """Remember that the user has signed in with this browser."""
        others = {id_: at for id_, at in self._signed_in_at(request).items() if id_ != user_id}
        for forgotten in sorted(others, key=others.__getitem__)[: -(MOST_ACCOUNTS - 1)]:
            self.cookies.forget_device(response, forgotten)
        value = self._signer().dumps([user_id, int(self.clock().timestamp())])
        self.cookies.set_device(response, user_id, str(value), LIFETIME)

    def _signed_in_at(self, request: Request) -> dict[int, datetime]:
        found = {}
        for number, value in self.cookies.devices(request).items():
            try:
                user_id, seconds = self._signer().loads(value)
            except BadSignature:
                continue
            at = datetime.fromtimestamp(seconds, UTC)
            # One from the future was made while the clock was ahead, and lasts no longer (B03).
            if user_id == number and abs(self.clock() - at) < LIFETIME:
                found[number] = at
        return found

    def _signer(self) -> URLSafeSerializer:
        # The library signs with the last key and accepts all of them.
        keys = [key.reveal() for key in reversed(self.secret_keys)]
        return URLSafeSerializer(keys, salt="portal-device")
