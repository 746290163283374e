"""Generates load on the portal: many people sign in at once, each in a browser of their own."""

import asyncio
import re
import threading
import time
from dataclasses import dataclass, field

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from core.passwords.hashing import Hasher
from core.secret import Secret


@dataclass
class Crowd:
    """A number of people who sign in repeatedly, all at the same moment."""

    site: str
    people: int
    password: str
    taken: list[float] = field(default_factory=list)
    enough: bool = False

    async def sign_in(self) -> None:
        """Sign in with all of them in rounds, until `enough` is set."""
        connector = TCPConnector(limit=0)
        async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as session:
            forms = [await self._open(session) for _ in range(self.people)]
            while not self.taken or not self.enough:
                await asyncio.gather(
                    *[self._send(session, number, *form) for number, form in enumerate(forms)]
                )

    async def _open(self, session: ClientSession) -> tuple[str, str]:
        async with session.get(f"{self.site}/sign-in") as page:
            token = re.search(r'name="form_token" value="([^"]*)"', await page.text())
            assert token is not None
            return token.group(1), page.cookies["imi_visit"].value

    async def _send(self, session: ClientSession, number: int, token: str, browser: str) -> None:
        form = {
            "form_token": token,
            "username": f"person{number}",
            "password": self.password,
        }
        began = time.perf_counter()
        async with session.post(
            f"{self.site}/sign-in",
            data=form,
            headers={"Cookie": f"imi_visit={browser}"},
            allow_redirects=False,
        ) as answer:
            await answer.read()
        self.taken.append(time.perf_counter() - began)
        assert answer.status == 303, answer.status


class WatchedHasher(Hasher):
    """A hasher with the real parameters that records the most concurrent operations."""

    _lock = threading.Lock()
    running = 0
    most = 0

    def matches(self, password: Secret, password_hash: str) -> bool:
        """Compare as the product does, and count the concurrent calls."""
        kind = type(self)
        with self._lock:
            kind.running += 1
            kind.most = max(kind.most, kind.running)
        try:
            return super().matches(password, password_hash)
        finally:
            with self._lock:
                kind.running -= 1
