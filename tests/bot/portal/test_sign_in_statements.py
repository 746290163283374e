"""Tests of how many SQL statements a sign-in on the portal costs.

All of them count: the hash to compare, the lock (on PostgreSQL), the sign-in, the audit trail, the
session, and the page that is shown then.
"""

from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, PortalFixture
from tests.statements import count_statements


async def test_a_sign_in(portal: PortalFixture, browser: Browser) -> None:
    user = await portal.user()
    await portal.choose_first_password(browser, user)
    async with Browser(portal.url) as other:
        await other.get("/")
        with count_statements(portal.store) as statements:
            page = await other.sign_in(user.username, OWN)

    assert page.url.endswith("/account")
    assert len(statements) == 13
