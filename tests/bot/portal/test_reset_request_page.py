"""Tests that a reset request on the portal does not reveal which usernames exist."""

import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select

from core.deliveries.rules import DeliveryKind
from core.resets import rows
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.resets.service import ResetDecision
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries
from core.schema.users import users as known
from core.store.store import Store
from tests.bot.portal.browser import Browser, Page
from tests.bot.portal.conftest import PortalFixture, portal_at
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON


async def ask(browser: Browser, username: str) -> Page:
    page = await browser.get("/ask")
    token = re.search(r'name="form_token" value="([^"]*)"', page.text)
    assert token is not None
    return await browser.post("/ask", form_token=token.group(1), username=username)


async def test_the_sign_in_page_links_to_the_reset_request(browser: Browser) -> None:
    assert 'href="/ask"' in (await browser.get("/sign-in")).text


@pytest.mark.parametrize("username", ["ada", "nobody", "a\u202eb"])
async def test_the_answer_is_the_same_for_every_username(  # D3, D11
    portal: PortalFixture, browser: Browser, username: str
) -> None:
    ada = await portal.user()
    expected = await ask(browser, "somebody")

    page = await ask(browser, ada.username if username == "ada" else username)

    assert page.status == 200
    assert page.text == expected.text
    assert page.says("If this username exists")


@pytest.mark.parametrize("username", ["", "  \u200b"])
async def test_an_empty_username_is_asked_for(
    portal: PortalFixture, browser: Browser, username: str
) -> None:
    page = await ask(browser, username)

    assert page.status == 422
    assert page.field_errors() == {"username": "Type your username."}
    assert page.focused() == "username"
    assert portal.wakes == []


async def test_a_reset_request_reaches_the_administrators(
    portal: PortalFixture, browser: Browser
) -> None:  # D11
    def register_two(tx: Connection) -> str:
        authority = an_authority(tx)
        an_administrator(tx, authority, portal.rulebook)
        return a_user(tx, authority, portal.rulebook).username

    username = await portal.store.write(register_two)

    await ask(browser, username.upper())

    (request,) = await portal.store.read(lambda tx: rows.decidable_requests(tx, 0, 1))
    assert request.source == RequestSource.PORTAL


@pytest.mark.parametrize("username", ["ada", "nobody"])
async def test_a_reset_request_wakes_the_delivery_worker(  # D3, D11
    portal: PortalFixture, browser: Browser, username: str
) -> None:
    """Administrators get it at once; an unknown username makes no difference."""
    ada = await portal.user()

    await ask(browser, ada.username if username == "ada" else username)

    assert len(portal.wakes) == 1


async def test_a_cross_site_form_is_refused_and_shown_again(browser: Browser) -> None:
    await browser.get("/ask")

    page = await browser.post("/ask", form_token="forged", username="ada")

    assert page.status == 403
    assert page.says("The form has expired.")
    assert 'value="ada"' in page.text


async def test_reset_requests_are_throttled(store: Store, rulebook: Rulebook) -> None:  # D3
    async with portal_at(store, rulebook, per_minute=2) as portal, Browser(portal.url) as browser:
        for _ in range(2):
            assert (await ask(browser, "nobody")).status == 200

        page = await ask(browser, "nobody")

    assert page.status == 429
    assert page.says("Too many attempts.")


class Offices:
    """The usernames of an authority in every state in which somebody can ask for them."""

    def __init__(self, tx: Connection, rulebook: Rulebook) -> None:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        users = [a_user(tx, authority, rulebook) for _ in range(5)]
        self.fresh, self.waiting, self.declined, self.blocked, self.removed = (
            user.username for user in users
        )
        self.alone = a_user(tx, an_authority(tx), rulebook).username
        self.unknown = "nobody"
        policy = rulebook.policy
        for user in users[1:3]:
            request = resets.request_reset(tx, user.id, RequestSource.PORTAL, policy, NOON)
        resets.decide(tx, anna, ResetDecision(request.id, approve=False), policy, NOON)
        tx.execute(known.update().where(known.c.id == users[3].id).values(blocked_at=NOON))
        tx.execute(known.update().where(known.c.id == users[4].id).values(removed_at=NOON))


STATES = ["fresh", "waiting", "declined", "blocked", "removed", "alone", "unknown"]


@pytest.mark.parametrize("state", STATES)
async def test_every_answer_comes_after_a_whole_step(  # D3, D11
    store: Store, rulebook: Rulebook, state: str
) -> None:
    step = timedelta(seconds=0.4)
    async with (
        portal_at(store, rulebook, refusal_step=step) as portal,
        Browser(portal.url) as browser,
    ):
        offices = await store.write(lambda tx: Offices(tx, rulebook))
        await browser.get("/ask")
        began = time.monotonic()

        page = await browser.post("/ask", username=getattr(offices, state))

        # No hash is computed on this page: the step alone hides what the database did.
        assert time.monotonic() - began >= step.total_seconds()
        assert portal.hashing.asked == 0
        assert page.says("If this username exists")


@pytest.mark.parametrize("state", STATES)
async def test_the_answer_is_the_same_in_every_state(  # D3, D11
    portal: PortalFixture, browser: Browser, state: str
) -> None:
    offices = await portal.store.write(lambda tx: Offices(tx, portal.rulebook))
    expected = await ask(browser, "somebody")

    page = await ask(browser, getattr(offices, state))

    assert (page.status, page.text) == (200, expected.text)


async def test_a_flood_of_requests_leaves_the_administrators_few_messages(  # D11
    portal: PortalFixture,
) -> None:
    def register(tx: Connection) -> list[str]:
        authority = an_authority(tx)
        for _ in range(2):
            an_administrator(tx, authority, portal.rulebook)
        return [a_user(tx, authority, portal.rulebook).username for _ in range(40)]

    usernames = await portal.store.write(register)

    for number, username in enumerate(usernames * 2):
        elsewhere = {"X-Forwarded-For": f"192.0.2.{number}"}
        async with Browser(portal.url, headers=elsewhere) as stranger:
            assert (await ask(stranger, username)).status == 200

    most = portal.rulebook.policy.requests_per_day
    messages = select(func.count()).where(deliveries.c.kind == DeliveryKind.REQUEST)
    assert await portal.store.read(lambda tx: tx.scalar(messages)) == most * 2
    assert len(await portal.store.read(lambda tx: rows.decidable_requests(tx, 0, 1))) == 40


async def test_requests_and_sign_ins_of_one_address_are_counted_apart(  # D3
    store: Store, rulebook: Rulebook
) -> None:
    async with portal_at(store, rulebook, per_minute=2) as portal, Browser(portal.url) as browser:
        for _ in range(2):
            await ask(browser, "nobody")

        assert (await ask(browser, "nobody")).status == 429
        assert (await browser.sign_in("nobody", "wrong")).status == 401
