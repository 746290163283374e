"""Tests that cross-site and forged forms are refused."""

import pytest

from core.languages.names import full_name
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
    ],
)
async def test_a_form_from_another_site_changes_nothing(
    portal: PortalFixture, browser: Browser, headers: dict[str, str]
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)
    browser.headers.update(headers)

    assert (await browser.choose(OWN)).status == 403

    assert (await portal.reload(ada)).status.temporary
    assert (await browser.sign_in(ada.username, TEMPORARY)).status == 403


async def test_a_forged_form_changes_nothing(portal: PortalFixture, browser: Browser) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)

    page = await browser.post("/password", form_token="forged", password=OWN, again=OWN)

    assert page.status == 403
    assert '"event": "form_refused"' in portal.logs.getvalue()
    assert OWN not in portal.logs.getvalue()
    assert page.says("The form has expired.")
    assert (await portal.reload(ada)).status.temporary


async def test_the_form_of_another_session_changes_nothing(
    portal: PortalFixture, browser: Browser
) -> None:
    ada, eve = await portal.user(), await portal.user()
    await portal.give_temporary(ada)
    await portal.give_temporary(eve)
    await browser.sign_in(ada.username, TEMPORARY)
    async with Browser(portal.url) as other:
        token = (await other.sign_in(eve.username, TEMPORARY)).form_token

    page = await browser.post("/password", form_token=token, password=OWN, again=OWN)

    assert page.status == 403
    assert (await portal.reload(ada)).status.temporary


async def test_a_form_from_our_own_page_is_accepted(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)

    for origin in (portal.url, "null"):
        browser.headers["Origin"] = origin
        assert (await browser.sign_in(ada.username, TEMPORARY)).url.endswith("/password")
        await browser.post("/sign-out")


async def test_signing_out_from_another_site_does_nothing(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)

    page = await browser.post("/sign-out", form_token="forged")

    assert page.status == 403
    assert page.says("The form has expired.")
    assert (await browser.get("/account")).says(full_name(ada, "en"))


@pytest.mark.parametrize(
    ("charset", "part"),
    [
        ("unicode_escape", 'name="username"\r\n\r\n\\ud800'),
        ("unicode_escape", 'name="form_token"\r\n\r\n\\ud800'),
        ("utf-8", 'name="password"; filename="a.txt"\r\n\r\nhello'),
    ],
)
async def test_a_malformed_form_is_a_bad_request(browser: Browser, charset: str, part: str) -> None:
    body = f"--x\r\nContent-Disposition: form-data; {part}\r\n--x--\r\n".encode()
    browser.headers["Content-Type"] = f"multipart/form-data; boundary=x; charset={charset}"

    page = await browser.send("/sign-in", body)

    assert page.status == 400
    assert page.says("The page could not read the data that was sent.")


@pytest.mark.parametrize("path", ["/sign-out", "/sessions"])
async def test_get_requests_change_nothing(
    portal: PortalFixture, browser: Browser, path: str
) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)

    page = await browser.get(path)

    assert page.status == 405
    assert (await browser.get("/account")).says(full_name(ada, "en"))


async def test_no_redirect_leaves_the_site(portal: PortalFixture, browser: Browser) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)

    elsewhere = "?next=https://elsewhere.example/&lang=//elsewhere.example"
    await browser.get(f"/sign-in{elsewhere}")
    typed = {"username": ada.username, "password": TEMPORARY}
    page = await browser.post_only(f"/sign-in{elsewhere}", **typed)

    assert page.headers["location"] == "/account"
    for path in ("/", "/sign-in", "/account"):
        assert (await browser.get(f"{path}{elsewhere}")).url == f"{portal.url}/password"


async def test_a_field_sent_twice_counts_once(portal: PortalFixture, browser: Browser) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    token = (await browser.get("/sign-in")).form_token
    browser.headers["Content-Type"] = "application/x-www-form-urlencoded"
    form = f"form_token={token}&username=nobody&username={ada.username}&password={TEMPORARY}"

    page = await browser.send("/sign-in?username=nobody", form.encode())

    assert page.url.endswith("/password")
