"""Tests of signing in and out, over HTTP and on SQLite and PostgreSQL."""

import asyncio
import base64
import os
import re
import time
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select

from bot.portal.cookies import new_session_token
from bot.portal.whole_steps import rest_of_step
from bot.runtime.hash_pool import MAX_WAITING
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries
from core.schema.users import users as known
from core.store.store import Store
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture, portal_at
from tests.factories import executing
from tests.times import NOON

REFUSED = "Username or password is not correct."


async def _seconds(answer: Awaitable[object]) -> float:
    began = time.monotonic()
    await answer
    return time.monotonic() - began


def without_field_values(text: str) -> str:
    """Return the page without its parts that differ each time."""
    return re.sub(r'value="[^"]*"', "", text)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("nobody", OWN),
        ("ada", "wrong"),
        ("gone", OWN),
        ("shut", OWN),
        ("besieged", OWN),
        ("besieged", "wrong"),
        ("fresh", OWN),
        ("late", "wrong"),
        ("expired", "wrong"),
        ("ada", "a" * 60_000),
        ("nobody", "a" * 60_000),
        ("fresh", "a" * 60_000),
        ("a\x00da", OWN),
        ("a" * 60_000, OWN),
        *((name, f"{word} ") for name in ("nobody", "ada", "gone", "fresh") for word in ("", "x")),
        *((name, f"\u200b{OWN}") for name in ("nobody", "gone", "shut", "besieged", "fresh")),
        ("nobody", " " * 60_000),
        ("ada", " " * 60_000),
    ],
)
async def test_a_refused_sign_in_gives_no_reason(  # D3
    portal: PortalFixture, browser: Browser, username: str, password: str
) -> None:
    await _register_users_in_every_state(portal)
    with_blanks = password != password.strip(" \u200b")
    expected = await browser.sign_in("somebody.else", "another")
    before, waiting = portal.hashing.asked, await portal.store.read(_deliveries)

    page = await browser.sign_in(username, password)

    # B13: with blanks around it, the password without them is compared too, for every username.
    assert portal.hashing.asked - before == (2 if with_blanks else 1)
    assert await portal.store.read(_deliveries) == waiting
    assert page.says(REFUSED)
    assert (page.status, without_field_values(page.text)) == (
        expected.status,
        without_field_values(expected.text),
    )
    assert page.headers.keys() == expected.headers.keys()
    assert "imi_session" not in browser.cookies()


def _deliveries(tx: Connection) -> int:
    """Count the waiting deliveries, one of which would be a mail (D3)."""
    return tx.execute(select(func.count()).select_from(deliveries)).scalar_one()


@pytest.mark.parametrize(
    ("username", "password", "empty"),
    [
        ("ada", "", ["password"]),
        ("nobody", "", ["password"]),
        ("shut", "", ["password"]),
        ("", OWN, ["username"]),
        (" \u200b", OWN, ["username"]),
        ("", "", ["username", "password"]),
    ],
)
async def test_an_empty_field_says_what_to_type_whoever_it_is(  # D3
    portal: PortalFixture, browser: Browser, username: str, password: str, empty: list[str]
) -> None:
    await _register_users_in_every_state(portal)
    before = portal.hashing.asked

    page = await browser.sign_in(username, password)

    # No account is looked at, so that nothing can differ between them.
    assert (page.status, portal.hashing.asked) == (422, before)
    assert page.field_errors() == {name: f"Type your {name}." for name in empty}
    assert page.focused() == empty[0]
    assert not page.says(REFUSED)


async def test_a_refused_sign_in_says_at_the_password_what_to_do(browser: Browser) -> None:
    page = await browser.sign_in("nobody", "wrong")

    told = "Check the username, and type the password again."
    assert page.field_errors() == {"password": told}
    assert page.focused() == "password"


async def _register_users_in_every_state(portal: PortalFixture) -> None:
    """Register active, removed, blocked, new and expired users, and one with strangers blocked."""
    late = await portal.user(username="late")
    portal.pass_time(days=-8)
    await portal.give_temporary(late)
    portal.pass_time(days=8)
    await portal.user(username="fresh")
    for name, days in (("ada", 0), ("gone", 0), ("shut", 0), ("besieged", 0), ("expired", -200)):
        portal.pass_time(days=days)
        await portal.give_own(await portal.user(username=name, first_name="Kim"))
        portal.pass_time(days=-days)
    for name, values in (
        ("gone", {"removed_at": NOON}),
        ("shut", {"blocked_at": NOON}),
        (
            "besieged",
            {
                "strangers_blocked_at": NOON,
                "strangers_blocked_until": NOON + timedelta(minutes=15),
            },
        ),
    ):
        written = known.update().where(known.c.username == name).values(values)
        await portal.store.write(executing(written))


async def test_the_fifth_wrong_password_sends_no_mail(
    portal: PortalFixture, browser: Browser
) -> None:  # D3
    ada = await portal.user()
    await portal.give_temporary(ada)
    before = await portal.store.read(_deliveries)

    for _ in range(6):
        await browser.sign_in(ada.username, "wrong")

    assert (await portal.reload(ada)).status.blocked_at is not None
    assert await portal.store.read(_deliveries) == before


async def test_every_refusal_takes_the_same_time(  # D3
    store: Store, rulebook: Rulebook
) -> None:
    async with portal_at(store, rulebook, refusal_step=timedelta(seconds=0.4)) as portal:
        ada = await portal.user()
        await portal.give_temporary(ada)
        for username, password in ((ada.username, "wrong"), ("nobody", "wrong"), ("a\x00da", "x")):
            async with Browser(portal.url) as browser:
                assert await _seconds(browser.sign_in(username, password)) >= 0.4


async def test_the_right_password_is_not_delayed(store: Store, rulebook: Rulebook) -> None:
    async with (
        portal_at(store, rulebook, refusal_step=timedelta(minutes=1)) as portal,
        Browser(portal.url) as browser,
    ):
        ada = await portal.user()
        await portal.give_temporary(ada)

        assert await _seconds(browser.sign_in(ada.username, TEMPORARY)) < 30
        assert browser.page.url.endswith("/password")


@pytest.mark.parametrize(
    ("spent", "step", "rest"), [(0.03, 0.25, 0.22), (0.26, 0.25, 0.24), (0.25, 0.25, 0), (1, 0, 0)]
)
def test_a_refusal_is_delayed_to_a_multiple_of_the_step(  # D3
    spent: float, step: float, rest: float
) -> None:
    assert rest_of_step(spent, step) == pytest.approx(rest)


async def test_the_fifth_wrong_password_blocks_the_account(
    portal: PortalFixture, browser: Browser
) -> None:  # D3
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    await browser.post("/sign-out")
    async with Browser(portal.url) as other:
        await other.sign_in(ada.username, OWN)
        for _ in range(5):
            await browser.sign_in(ada.username, "wrong")

        page = await browser.sign_in(ada.username, OWN)
        assert page.status == 401
        assert page.says(REFUSED)
        assert (await other.get("/account")).url.endswith("/sign-in?ended=1")


async def test_an_expired_temporary_password_shows_what_to_do(
    portal: PortalFixture, browser: Browser
) -> None:  # D2
    ada = await portal.user()
    await portal.give_temporary(ada)
    portal.pass_time(days=7)

    page = await browser.sign_in(ada.username, TEMPORARY)

    assert page.says("The temporary password has expired. Ask your administrator for a new one.")


async def test_a_stale_form_keeps_the_username(browser: Browser) -> None:
    await browser.get("/sign-in")

    page = await browser.post("/sign-in", form_token="old", username="ada", password=OWN)

    assert 'value="ada"' in page.text
    assert OWN not in page.text


async def test_too_many_attempts_are_throttled(store: Store, rulebook: Rulebook) -> None:  # D3
    async with portal_at(store, rulebook, per_minute=3) as portal, Browser(portal.url) as browser:
        for _ in range(3):
            assert (await browser.sign_in("nobody", "x")).status == 401
        before = portal.hashing.asked

        page = await browser.sign_in("nobody", "x")

        assert page.status == 429
        assert 1 <= int(page.headers["retry-after"]) <= 60
        assert page.says("Too many attempts.")
        assert portal.hashing.asked == before


async def test_only_a_few_simultaneous_sign_ins_are_compared_at_once(portal: PortalFixture) -> None:
    await portal.user()

    async def somebody(number: int) -> int:
        # Each has an address and an account of their own, and so waits in a queue of its own.
        elsewhere = {"X-Forwarded-For": f"192.0.2.{number}"}
        async with Browser(portal.url, headers=elsewhere) as browser:
            return (await browser.sign_in(f"nobody{number}", "wrong")).status

    assert set(await asyncio.gather(*map(somebody, range(20)))) == {401}

    assert portal.hashing.asked == 20
    assert portal.hashing.most <= max(2, os.cpu_count() or 1)


async def test_a_sign_in_is_refused_when_the_hash_queue_is_full(
    portal: PortalFixture, browser: Browser
) -> None:  # D3
    async def wait(client_key: int, end: asyncio.Event) -> None:
        async with portal.hashing.slot(client_key):
            await end.wait()

    gone = asyncio.Event()
    crowd = [asyncio.create_task(wait(client_key, gone)) for client_key in range(MAX_WAITING)]
    await asyncio.sleep(0)

    page = await browser.sign_in("nobody", "wrong")
    gone.set()
    await asyncio.gather(*crowd)

    assert (page.status, page.headers["retry-after"]) == (429, "60")
    assert page.says("Too many attempts.")
    assert portal.hashing.asked == 0
    assert (await browser.sign_in("nobody", "wrong")).status == 401


async def test_guesses_at_one_account_are_throttled_from_all_addresses(  # D3
    store: Store, rulebook: Rulebook
) -> None:
    async with portal_at(store, rulebook, on_one_account=4) as portal:
        ada = await portal.user()
        await portal.give_temporary(ada)
        for username in (ada.username, "nobody"):
            for number in range(4):
                elsewhere = {"X-Forwarded-For": f"192.0.2.{number}"}
                async with Browser(portal.url, headers=elsewhere) as browser:
                    assert (await browser.sign_in(username, "wrong")).status == 401

        before = portal.hashing.asked
        answers = []
        for username in (f" {ada.username.upper()} ", "nobody"):
            async with Browser(portal.url, headers={"X-Forwarded-For": "192.0.2.9"}) as browser:
                answers.append(await browser.sign_in(username, TEMPORARY))

        assert [page.status for page in answers] == [429, 429]
        assert portal.logs.getvalue().count('"by": "account"') == 2
        assert ada.username not in portal.logs.getvalue()
        assert without_field_values(answers[0].text) == without_field_values(answers[1].text)
        assert portal.hashing.asked == before
        assert (await portal.reload(ada)).status.blocked_at is None


async def test_the_owners_sign_in_gives_an_attacker_no_more_attempts(  # D3
    store: Store, rulebook: Rulebook
) -> None:
    async with (
        portal_at(store, rulebook, on_one_account=4) as portal,
        Browser(portal.url) as browser,
    ):
        ada = await portal.user()
        async with Browser(portal.url) as other:
            await portal.choose_first_password(other, ada)
        for _ in range(3):
            assert (await browser.sign_in(ada.username, "wrong")).status == 401

        async with Browser(portal.url) as other:
            assert (await other.sign_in(ada.username, OWN)).url.endswith("/account")

        assert (await browser.sign_in(ada.username, "wrong")).status == 401
        assert (await browser.sign_in(ada.username, "wrong")).status == 429


async def test_a_link_in_a_mail_works_in_a_browser_with_an_old_session(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    async with Browser(portal.url) as from_mail:
        # SameSite=Strict: following the link sends no cookie, the form on the page sends all.
        browser.page = await from_mail.get("/sign-in")
        browser.take(from_mail.cookies())

    page = await browser.post_only("/sign-in", username=ada.username, password=OWN)

    assert (page.status, page.headers["location"]) == (303, "/account")


async def test_without_a_session_every_page_redirects_to_sign_in(browser: Browser) -> None:
    for path in ("/", "/account", "/password"):
        assert (await browser.get(path)).url.endswith("/sign-in")
    await browser.get("/sign-in")
    page = await browser.post("/password", password=OWN, again=OWN)
    assert page.url.endswith("/sign-in")


async def test_with_a_session_the_start_page_redirects_to_the_account(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)

    assert (await browser.get("/")).url.endswith("/account")


@pytest.mark.parametrize("minutes", [31, 481])
async def test_sessions_end_when_idle_or_old(
    portal: PortalFixture, browser: Browser, minutes: int
) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    steps = 1 if minutes == 31 else 20
    for _ in range(steps):
        portal.pass_time(minutes=minutes / steps)
        page = await browser.get("/account")

    assert page.url.endswith("/sign-in?ended=1")
    assert page.says("Your session has ended. Please sign in again.")
    assert "imi_session" not in browser.cookies()


async def test_signing_out_ends_the_session(portal: PortalFixture, browser: Browser) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    kept = browser.cookies()["imi_session"]

    page = await browser.post("/sign-out")

    assert page.says("You are signed out.")
    assert "imi_session" not in browser.cookies()
    async with Browser(portal.url, headers={"Cookie": f"imi_session={kept}"}) as thief:
        assert (await thief.get("/account")).url.endswith("/sign-in?ended=1")
    acts = [
        e.audit_event.act for e in await portal.store.read(lambda tx: list(audit_rows.since(tx)))
    ]
    assert acts[-1] == Act.SIGNED_OUT


async def test_signing_out_of_an_ended_session_redirects_to_sign_in(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    portal.pass_time(hours=9)

    page = await browser.post("/sign-out")

    assert page.says("Your session has ended. Please sign in again.")


async def test_signing_in_ends_the_browsers_previous_session(
    portal: PortalFixture, browser: Browser
) -> None:
    ada, eve = await portal.user(), await portal.user()
    await portal.choose_first_password(browser, ada)
    before = browser.cookies()["imi_session"]
    await portal.give_temporary(eve)
    async with Browser(portal.url) as other:
        # The form was opened before, in another tab.
        browser.page = await other.get("/sign-in")
        browser.take(other.cookies())

    await browser.post("/sign-in", username=eve.username, password=TEMPORARY)

    assert browser.cookies()["imi_session"] != before
    async with Browser(portal.url, headers={"Cookie": f"imi_session={before}"}) as thief:
        assert (await thief.get("/account")).url.endswith("/sign-in?ended=1")


async def test_each_sign_in_and_password_change_opens_a_new_session(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)
    tokens = [browser.cookies()["imi_session"]]

    await browser.choose(OWN)
    tokens.append(browser.cookies()["imi_session"])
    for _ in range(2):
        async with Browser(portal.url) as other:
            assert (await other.sign_in(ada.username, OWN)).url.endswith("/account")
            tokens.append(other.cookies()["imi_session"])

    assert len(set(tokens)) == 4


def test_a_session_token_has_256_random_bits() -> None:
    tokens = {new_session_token().reveal() for _ in range(1000)}

    assert len(tokens) == 1000
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in tokens} == {32}
