"""Tests of the portal's cookies: their attributes, and the remembered language."""

from core.rulebook import Rulebook
from core.store.store import Store
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import TEMPORARY, PortalFixture, portal_at


async def test_cookies_are_hidden_from_scripts_and_other_sites(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.get("/sign-in")
    page = await browser.post_only("/sign-in", username=ada.username, password=TEMPORARY)

    cookie = page.headers["set-cookie"]
    assert cookie.startswith("imi_session=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))


async def test_cookies_need_https_except_on_this_machine(store: Store, rulebook: Rulebook) -> None:
    async with (
        portal_at(store, rulebook, public_url="https://imi.example") as portal,
        Browser(portal.url) as browser,
    ):
        page = await browser.get("/sign-in?lang=da")

    for name, same_site in (("visit", "strict"), ("language", "lax")):
        cookie = next(set_ for set_ in page.set_cookies if f"imi_{name}=" in set_)
        assert cookie.startswith(f"__Host-imi_{name}=")
        assert {"Secure", "HttpOnly", "Path=/", f"SameSite={same_site}"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    lasting = page.headers["strict-transport-security"]
    assert lasting == "max-age=31536000; includeSubDomains"


async def test_the_language_is_remembered_over_https(store: Store, rulebook: Rulebook) -> None:
    remembered = {"Cookie": "__Host-imi_language=da"}
    async with (
        portal_at(store, rulebook, public_url="https://imi.example") as portal,
        Browser(portal.url, headers=remembered) as browser,
    ):
        assert (await browser.get("/sign-in")).says("Log ind")


async def test_a_device_cookie_is_hidden_and_outlives_the_session(
    portal: PortalFixture, browser: Browser
) -> None:  # D3
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.get("/sign-in")

    page = await browser.post_only("/sign-in", username=ada.username, password=TEMPORARY)

    name = f"imi_device_{ada.id}="
    (cookie,) = [one for one in page.set_cookies if one.startswith(name)]
    expected = {"HttpOnly", "Path=/", "SameSite=strict", f"Max-Age={365 * 24 * 3600}"}
    assert expected <= set(cookie.split("; "))
