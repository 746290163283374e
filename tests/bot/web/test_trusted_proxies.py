"""Tests that the throttle uses the address that a trusted proxy reports."""

from collections.abc import Sequence

import pytest

from core.rulebook import Rulebook
from core.store.store import Store
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import PortalFixture, portal_at

REAL, OTHER = "203.0.113.7", "203.0.113.8"
ALLOWED = 2


async def attempts(portal: PortalFixture, forwarded: Sequence[str]) -> list[int]:
    """Fail to sign in once for each header, from a new browser each; return the statuses."""
    answers = []
    for said in forwarded:
        async with Browser(portal.url, headers={"X-Forwarded-For": said}) as browser:
            answers.append((await browser.sign_in("nobody", "wrong")).status)
    return answers


@pytest.mark.parametrize("trusted", ["", "10.0.0.1", "10.0.0.0/8,::1"])
async def test_forged_forwarded_addresses_do_not_evade_the_throttle(  # D3
    store: Store, rulebook: Rulebook, trusted: str
) -> None:
    async with portal_at(store, rulebook, per_minute=ALLOWED, trusted_proxies=trusted) as portal:
        said = [f"192.0.2.{number}" for number in range(ALLOWED + 1)]

        assert await attempts(portal, said) == [401, 401, 429]


@pytest.mark.parametrize(
    "said",
    [
        # Addresses that the client forged stand to the left of those that proxies add.
        [f"192.0.2.{number}, {REAL}" for number in range(ALLOWED + 1)],
        [f"{REAL}, 10.0.0.{number}" for number in range(ALLOWED + 1)],
        [f"192.0.2.{number},{REAL}, 10.0.0.{number} , ::1" for number in range(ALLOWED + 1)],
        [f"127.0.0.1, {REAL}"] * (ALLOWED + 1),
        # Some proxies add the port, which differs for each connection.
        [f"{REAL}:{number}" for number in range(4000, 4001 + ALLOWED)],
        [f"::ffff:{REAL}", REAL, f"[::ffff:{REAL}]:4000"],
        # A client with one IPv6 address has its whole network.
        [f"2001:db8:0:1::{number}" for number in range(ALLOWED + 1)],
        [f"[2001:db8:0:1::{number}]:443, 10.0.0.1" for number in range(ALLOWED + 1)],
    ],
)
async def test_behind_proxies_each_client_is_known_by_its_own_address(  # D3
    store: Store, rulebook: Rulebook, said: list[str]
) -> None:
    trusted = "127.0.0.1,10.0.0.0/8,::1"
    async with portal_at(store, rulebook, per_minute=ALLOWED, trusted_proxies=trusted) as portal:
        assert await attempts(portal, said) == [401, 401, 429]

        assert await attempts(portal, [OTHER, "2001:db8:0:2::1"]) == [401, 401]


async def test_a_proxy_without_the_header_counts_as_the_client(  # D3
    store: Store, rulebook: Rulebook
) -> None:
    async with portal_at(store, rulebook, per_minute=ALLOWED) as portal:
        assert await attempts(portal, [""] * (ALLOWED + 1)) == [401, 401, 429]
