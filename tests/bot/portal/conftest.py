"""Fixtures: a portal on loopback with a movable clock, and a hash pool that counts hashes."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.portal.app import make_portal
from bot.portal.dependencies import PortalDependencies
from bot.portal.throttle import Throttle, ThrottleLimits
from bot.runtime.hash_pool import HashPool
from bot.web.server import serving
from core.passwords import service as passwords
from core.passwords.hashing import Hasher
from core.passwords.service import PasswordChoice
from core.rulebook import Rulebook
from core.secret import Secret
from core.signin import service as signin
from core.store.store import Store
from core.users.rows import users
from core.users.rules import User
from tests.bot.log_capture import log_to_memory
from tests.bot.portal.browser import Browser
from tests.factories import a_user, an_authority
from tests.times import NOON

TEMPORARY = "Temporary-9-word"
OWN = "Quiet-harbour-47"
QUICK = Hasher(memory_kib=8, rounds=1)


_HAS_TURN: ContextVar[bool] = ContextVar("has_turn", default=False)


class CountingPool(HashPool):
    """Counts its hash operations, and those that did not wait for their turn."""

    asked = 0
    at_once = 0
    most = 0
    out_of_turn = 0
    meanwhile: Callable[[], Awaitable[None]] | None = None
    # While it is set to an event, comparisons wait for the event.
    gate: asyncio.Event | None = None

    @asynccontextmanager
    async def slot(self, client_key: Hashable) -> AsyncIterator[None]:
        async with super().slot(client_key):
            token = _HAS_TURN.set(True)
            try:
                yield
            finally:
                _HAS_TURN.reset(token)

    async def hash_of(self, password: Secret) -> str:
        self.asked += 1
        self.out_of_turn += not _HAS_TURN.get()
        if self.meanwhile is not None:
            await self.meanwhile()
        return await super().hash_of(password)

    async def matches(self, password: Secret, digest: str | None) -> bool:
        self.asked += 1
        self.out_of_turn += not _HAS_TURN.get()
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            if self.gate is not None:
                await self.gate.wait()
            return await super().matches(password, digest)
        finally:
            self.at_once -= 1


@dataclass
class PortalFixture:
    """The running portal, its store, clock and log."""

    url: str
    store: Store
    rulebook: Rulebook
    hashing: CountingPool
    logs: io.StringIO
    now: list[datetime] = field(default_factory=lambda: [NOON])
    # One for each time the delivery worker was woken.
    wakes: list[None] = field(default_factory=list)

    def pass_time(self, **time: float) -> None:
        self.now[0] += timedelta(**time)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds."""
        for _ in range(4000):
            if condition():
                return
            await asyncio.sleep(0.005)
        raise AssertionError("The condition does not hold within 20 seconds.")

    async def user(self, **changes: object) -> User:
        return await self.store.write(
            lambda tx: a_user(tx, an_authority(tx), self.rulebook, **changes)
        )

    async def give_temporary(self, user: User, password: str = TEMPORARY) -> None:
        digest = QUICK.hash_of(Secret(password))
        policy, now = self.rulebook.policy, self.now[0]
        await self.store.write(
            lambda tx: passwords.give_temporary(tx, user.id, digest, policy, now)
        )

    async def give_own(self, user: User, password: str = OWN) -> None:
        """Let the user choose a password, without a browser that the portal would know."""
        await self.give_temporary(user)
        digest = QUICK.hash_of(Secret(password))
        policy, now = self.rulebook.policy, self.now[0]

        def choose(tx: Connection) -> None:
            attempt = signin.begin(tx, user.username)
            signin.complete(tx, attempt, verified=True, policy=policy, now=now)
            temporary = users.require(tx, user.id).password_id
            passwords.choose(tx, PasswordChoice(user.id, digest, temporary), policy, now)

        await self.store.write(choose)

    async def choose_first_password(
        self, browser: Browser, user: User, password: str = OWN
    ) -> None:
        await self.give_temporary(user)
        await browser.sign_in(user.username, TEMPORARY)
        page = await browser.choose(password)
        assert page.url.endswith("/account?saved=1")

    async def reload(self, user: User) -> User:
        found = await self.store.read(lambda tx: users.find(tx, user.id))
        assert found is not None
        return found


@pytest.fixture
async def portal(store: Store, rulebook: Rulebook) -> AsyncIterator[PortalFixture]:
    async with portal_at(store, rulebook) as made:
        yield made


class portal_at:  # noqa: N801 - reads as the function it stands for
    """Runs a portal with its own public URL, throttle or proxies."""

    def __init__(
        self,
        store: Store,
        rulebook: Rulebook,
        *,
        public_url: str = "http://127.0.0.1",
        per_minute: int = 1000,
        on_one_account: int = 1000,
        choices: int = 1000,
        refusal_step: timedelta = timedelta(0),
        trusted_proxies: str = "127.0.0.1",
        hasher: Hasher = QUICK,
    ) -> None:
        self._proxies = trusted_proxies
        self._hashing = CountingPool(hasher)
        self._made = PortalFixture("", store, rulebook, self._hashing, log_to_memory())
        self._parts = PortalDependencies(
            store=store,
            hashing=self._hashing,
            rulebook=rulebook,
            clock=lambda: self._made.now[0],
            secret_keys=(Secret("k" * 32),),
            public_url=public_url,
            throttle=Throttle(
                ThrottleLimits(per_minute, 1000),
                lambda: self._made.now[0],
                ThrottleLimits(on_one_account, 1000),
                ThrottleLimits(choices, 1000),
            ),
            wake_delivery_worker=lambda: self._made.wakes.append(None),
            refusal_step=refusal_step,
        )

    async def __aenter__(self) -> PortalFixture:
        self._serving = serving(make_portal(self._parts), "127.0.0.1", 0, self._proxies)
        port = await self._serving.__aenter__()
        self._made = replace(self._made, url=f"http://127.0.0.1:{port}")
        return self._made

    async def __aexit__(self, *error: object) -> None:
        await self._serving.__aexit__(None, None, None)
        self._hashing.close()
        # No path of the portal hashes without a turn, whatever a test did.
        assert self._hashing.out_of_turn == 0


@pytest.fixture
async def browser(portal: PortalFixture) -> AsyncIterator[Browser]:
    async with Browser(portal.url) as opened:
        yield opened
