"""Signing in, choosing a password, one's own account: over real HTTP, on both databases."""

import re

import pytest

from core.audit import rows as audit_rows
from core.audit.rules import Act
from core.catalogue.rules import ADMINISTRATOR, RoleKey
from core.passwords.rules import AccountState, account_state
from core.rulebook import Rulebook
from core.store.store import Store
from core.users import rows as users
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, TEMPORARY, House, house_at
from tests.data import doing
from tests.times import NOON

REFUSED = "Username or password is not right."


def same(text: str) -> str:
    """Return a page without what differs each time."""
    return re.sub(r'value="[^"]*"', "", text)


async def test_the_first_sign_in_leads_to_a_password_of_ones_own(  # D2, R76
    house: House, browser: Browser
) -> None:
    ada = await house.user(roles=frozenset({RoleKey("PQ", "BASIC"), ADMINISTRATOR}))
    await house.give(ada)

    page = await browser.sign_in(ada.username.upper(), TEMPORARY)
    assert page.url.endswith("/password")
    assert page.says("please choose a password of your own")
    assert (await browser.get("/account")).url.endswith("/password")

    page = await browser.choose(OWN)
    assert page.says("Your new password is saved.")
    assert page.says(ada.full_name)
    assert page.says(ada.username)
    assert page.says("Professional qualifications: Basic user")
    assert page.says("2 September 2026") or page.says("September 2, 2026")
    assert account_state((await house.found(ada)).standing) == AccountState.ACTIVE


@pytest.mark.parametrize(
    ("username", "password"),
    [("nobody", OWN), ("ada", "wrong"), ("ada", ""), ("", ""), ("", OWN), ("gone", OWN)],
)
async def test_who_does_not_come_in_learns_nothing(  # D3
    house: House, browser: Browser, username: str, password: str
) -> None:
    ada = await house.user(username="ada")
    gone = await house.user(username="gone")
    async with Browser(house.url) as other:
        await house.settle_in(other, ada)
    async with Browser(house.url) as other:
        await house.settle_in(other, gone)
    await house.store.write(
        doing(users.users.update().where(users.users.c.id == gone.id).values(removed_at=NOON))
    )
    expected = await browser.sign_in("somebody.else", "another")
    before = house.hashing.asked

    page = await browser.sign_in(username, password)

    assert house.hashing.asked - before == 1
    assert page.says(REFUSED)
    assert (page.status, same(page.text)) == (expected.status, same(expected.text))


async def test_the_fifth_wrong_password_blocks(house: House, browser: Browser) -> None:  # D3
    ada = await house.user()
    async with Browser(house.url) as other:
        await house.settle_in(other, ada)
        for _ in range(5):
            await browser.sign_in(ada.username, "wrong")

        page = await browser.sign_in(ada.username, OWN)
        assert page.status == 401
        assert page.says(REFUSED)
        assert (await other.get("/account")).url.endswith("/sign-in")


async def test_a_lapsed_temporary_password_says_what_to_do(
    house: House, browser: Browser
) -> None:  # D2
    ada = await house.user()
    await house.give(ada)
    house.pass_time(days=7)

    page = await browser.sign_in(ada.username, TEMPORARY)

    assert page.says("The temporary password has run out. Ask your administrator for a new one.")


async def test_an_expired_password_only_lets_choose(
    house: House, browser: Browser
) -> None:  # D2, R69
    ada = await house.user()
    async with Browser(house.url) as other:
        await house.settle_in(other, ada)
    house.pass_time(days=185)

    page = await browser.sign_in(ada.username, OWN)

    assert page.url.endswith("/password")
    assert (await browser.choose(OWN)).says("Not one of your last 5 passwords (broken)")
    assert (await browser.choose("Another-harbour-48")).url.endswith("/account?saved=1")


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Ab3", "At least 8 characters"),  # R72
        ("quiet-harbour-47", "At least one capital letter"),  # R73
        ("QUIET-HARBOUR-47", "At least one small letter"),  # R74
        ("Quiet-harbour-four", "At least one number"),  # R75
        ("Aa1" + "-x" * 80, "No more than 128 characters"),
        ("Password1", "Not a password that many people use"),
        ("Grace-hopper-47", "Without your own name or username"),
        (TEMPORARY, "Not one of your last 5 passwords"),
    ],
)
async def test_each_broken_rule_is_marked(  # R71-R75
    house: House, browser: Browser, password: str, rule: str
) -> None:
    grace = await house.user(first_name="Grace", last_name="Hopper")
    await house.give(grace)
    await browser.sign_in(grace.username, TEMPORARY)

    page = await browser.choose(password)

    assert page.status == 422
    assert page.says(f"{rule} (broken)")
    assert password not in page.text
    assert (await browser.choose(OWN)).url.endswith("/account?saved=1")


async def test_two_different_passwords_are_refused(house: House, browser: Browser) -> None:
    ada = await house.user()
    await house.give(ada)
    await browser.sign_in(ada.username, TEMPORARY)

    page = await browser.choose(OWN, again="Quiet-harbour-48")

    assert page.says("The two passwords are not the same.")


async def test_the_last_five_cannot_come_back_the_sixth_can(
    house: House, browser: Browser
) -> None:  # R71
    ada = await house.user()
    await house.settle_in(browser, ada, "Quiet-harbour-1")
    for number in range(2, 6):
        await browser.get("/password")
        assert (await browser.choose(f"Quiet-harbour-{number}")).status == 200

    await browser.get("/password")
    assert (await browser.choose("Quiet-harbour-1")).status == 422
    assert (await browser.choose("Quiet-harbour-6")).status == 200
    await browser.get("/password")
    assert (await browser.choose("Quiet-harbour-1")).status == 200


async def test_a_password_replaced_meanwhile_is_not_overwritten(
    house: House, browser: Browser
) -> None:  # D23
    ada = await house.user()
    await house.give(ada)
    await browser.sign_in(ada.username, TEMPORARY)

    async def reset() -> None:
        await house.give(ada, "Another-temporary-5")

    house.hashing.meanwhile = reset
    page = await browser.choose(OWN)

    # The reset ended the session, so the way leads through the door again.
    assert page.status == 409
    assert page.says("Your password was changed meanwhile.")
    assert (await house.found(ada)).standing.temporary


@pytest.mark.parametrize("minutes", [31, 481])
async def test_a_session_ends(house: House, browser: Browser, minutes: int) -> None:
    ada = await house.user()
    await house.settle_in(browser, ada)
    steps = 1 if minutes == 31 else 20
    for _ in range(steps):
        house.pass_time(minutes=minutes / steps)
        page = await browser.get("/account")

    assert page.url.endswith("/sign-in")
    assert page.says("Sign in")


async def test_signing_out_ends_the_session(house: House, browser: Browser) -> None:
    ada = await house.user()
    await house.settle_in(browser, ada)
    kept = browser.cookies()["imi_session"]

    page = await browser.post("/sign-out")

    assert page.says("You are signed out.")
    assert "imi_session" not in browser.cookies()
    async with Browser(house.url, headers={"Cookie": f"imi_session={kept}"}) as thief:
        assert (await thief.get("/account")).url.endswith("/sign-in")
    acts = [e.happening.act for e in await house.store.read(lambda tx: list(audit_rows.since(tx)))]
    assert acts[-1] == Act.SIGNED_OUT


async def test_a_new_session_at_each_step_up(house: House, browser: Browser) -> None:
    ada = await house.user()
    await house.give(ada)
    await browser.sign_in(ada.username, TEMPORARY)
    before = browser.cookies()["imi_session"]

    await browser.choose(OWN)

    assert browser.cookies()["imi_session"] != before


@pytest.mark.parametrize("path", ["/sign-in", "/password"])
async def test_a_form_from_elsewhere_changes_nothing(
    house: House, browser: Browser, path: str
) -> None:
    ada = await house.user()
    await house.give(ada)
    await browser.sign_in(ada.username, TEMPORARY)
    typed = {"username": ada.username, "password": OWN, "again": OWN}

    page = await browser.post(path, form_token="forged", **typed)
    assert page.status == 403
    assert page.says("The form was too old.")

    browser.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await browser.post(path, **typed)).status == 403
    assert (await house.found(ada)).standing.temporary


async def test_signing_out_from_elsewhere_does_not_work(house: House, browser: Browser) -> None:
    ada = await house.user()
    await house.settle_in(browser, ada)

    await browser.post("/sign-out", form_token="forged")

    assert (await browser.get("/account")).says(ada.full_name)


async def test_a_stale_form_keeps_the_username(browser: Browser) -> None:
    await browser.get("/sign-in")

    page = await browser.post("/sign-in", form_token="old", username="ada", password=OWN)

    assert 'value="ada"' in page.text
    assert OWN not in page.text


async def test_without_a_session_there_is_only_the_door(browser: Browser) -> None:
    for path in ("/", "/account", "/password"):
        assert (await browser.get(path)).url.endswith("/sign-in")
    await browser.get("/sign-in")
    page = await browser.post("/password", password=OWN, again=OWN)
    assert page.url.endswith("/sign-in")


async def test_with_a_session_the_beginning_is_the_account(house: House, browser: Browser) -> None:
    ada = await house.user()
    await house.settle_in(browser, ada)

    assert (await browser.get("/")).url.endswith("/account")


async def test_too_many_attempts_are_slowed(store: Store, rulebook: Rulebook) -> None:  # D3
    async with house_at(store, rulebook, per_minute=3) as house, Browser(house.url) as browser:
        for _ in range(3):
            assert (await browser.sign_in("nobody", "x")).status == 401
        before = house.hashing.asked

        page = await browser.sign_in("nobody", "x")

        assert page.status == 429
        assert 1 <= int(page.headers["retry-after"]) <= 60
        assert page.says("Too many attempts.")
        assert house.hashing.asked == before


async def test_every_answer_is_guarded(browser: Browser) -> None:
    for path in ("/sign-in", "/nowhere", "/static/portal.css"):
        headers = (await browser.get(path)).headers

        assert headers["cache-control"] == "no-store"
        assert "'unsafe" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in headers


async def test_no_page_has_a_script_or_a_style_in_line(browser: Browser) -> None:
    page = await browser.get("/sign-in")

    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text)


async def test_cookies_are_kept_from_scripts_and_other_sites(
    house: House, browser: Browser
) -> None:
    ada = await house.user()
    await house.give(ada)
    await browser.get("/sign-in")
    page = await browser.post_only("/sign-in", username=ada.username, password=TEMPORARY)

    cookie = page.headers["set-cookie"]
    assert cookie.startswith("imi_session=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))


async def test_beyond_this_machine_cookies_need_https(store: Store, rulebook: Rulebook) -> None:
    async with (
        house_at(store, rulebook, public_url="https://imi.example") as house,
        Browser(house.url) as browser,
    ):
        page = await browser.get("/sign-in")

    assert page.headers["set-cookie"].startswith("__Host-imi_visit=")
    assert "Secure" in page.headers["set-cookie"]
    assert "strict-transport-security" in page.headers


async def test_the_page_speaks_the_visitors_language(house: House, browser: Browser) -> None:  # D20
    assert (await browser.get("/sign-in?lang=da")).says("Log ind")
    assert (await browser.get("/sign-in")).says("Log ind")
    async with Browser(house.url, language="da-DK,da;q=0.9") as danish:
        assert (await danish.get("/sign-in")).says("Log ind")
    async with Browser(house.url, language="xx") as nobody:
        assert (await nobody.get("/sign-in?lang=zz")).says("Sign in")
        assert (await nobody.get("/?lang=da")).says("Log ind")


async def test_a_user_reads_their_own_language(house: House, browser: Browser) -> None:  # D20
    ada = await house.user(language="da", roles=frozenset())
    await house.settle_in(browser, ada)

    page = await browser.get("/account")

    assert page.says("Din konto")
    assert page.says("Ingen roller endnu.")


async def test_a_name_does_nothing_on_the_page(house: House, browser: Browser) -> None:
    ada = await house.user(first_name="<script>alert(1)</script>")
    await house.settle_in(browser, ada)

    page = await browser.get("/account")

    assert "<script>alert" not in page.text
    assert page.says("<script>alert(1)</script>")


async def test_there_is_a_page_for_what_is_not_there(browser: Browser) -> None:
    page = await browser.get("/nowhere")

    assert page.status == 404
    assert page.says("There is no such page")
    await browser.get("/sign-in")
    assert (await browser.post("/account")).status == 405


async def test_a_body_without_end_is_refused(browser: Browser) -> None:
    await browser.get("/sign-in")

    page = await browser.post("/sign-in", username="a" * 70_000, password="x")

    assert page.status == 413


async def test_a_surprise_shows_a_reference_and_nothing_typed(
    house: House, browser: Browser
) -> None:
    await browser.get("/sign-in")
    house.hashing.close()

    page = await browser.post("/sign-in", username="ada", password=OWN)

    assert page.status == 500
    reference = re.search(r"\b[0-9A-F]{6}\b", page.text)
    assert reference is not None
    assert reference.group() in house.logs.getvalue()
    assert OWN not in page.text + house.logs.getvalue()
