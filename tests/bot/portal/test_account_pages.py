"""Tests of choosing a password, and of the account page, over HTTP and on SQLite and PostgreSQL."""

import json

import pytest

from core.languages.names import full_name
from core.role_keys import ADMINISTRATOR, RoleKey
from core.schema.sessions import sessions
from core.schema.users import users as users_table
from core.users.status import AccountState, account_state
from tests.bot.portal.browser import Browser
from tests.bot.portal.conftest import OWN, TEMPORARY, PortalFixture
from tests.factories import a_member, a_user, an_authority, executing
from tests.times import NOON


async def test_the_first_sign_in_redirects_to_choosing_a_password(  # D2, R76
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user(roles=frozenset({RoleKey("PQ", "BASIC"), ADMINISTRATOR}))
    await portal.give_temporary(ada)

    page = await browser.sign_in(ada.username.upper(), TEMPORARY)
    assert page.url.endswith("/password")
    assert page.says("please choose a password of your own")
    for path in ("/", "/account", "/sign-in"):
        assert (await browser.get(path)).url.endswith("/password")

    page = await browser.choose(OWN)
    assert page.says("Your new password has been saved.")
    assert page.says(full_name(ada, "en"))
    assert page.says(ada.username)
    assert page.says("Professional qualifications: Basic user")
    assert page.says("2 September 2026") or page.says("September 2, 2026")
    assert account_state((await portal.reload(ada)).status) == AccountState.ACTIVE


async def test_the_account_page_works_in_an_unknown_time_zone(
    portal: PortalFixture, browser: Browser
) -> None:
    """A member with tz 'Etc/Unknown' sees moments in UTC (B05)."""
    ada = await portal.user()
    await portal.choose_first_password(browser, ada)
    key = await portal.store.write(lambda tx: a_member(tx, "U0ADA", tz="Etc/Unknown").key)
    linked = users_table.update().values(team_id=key.team_id, member_id=key.member_id)
    await portal.store.write(executing(linked.where(users_table.c.id == ada.id)))

    page = await browser.get("/account")

    assert page.says("2026, 12:00 UTC")


async def test_an_expired_password_allows_only_choosing_a_new_one(
    portal: PortalFixture, browser: Browser
) -> None:  # D2, R69
    ada = await portal.user()
    async with Browser(portal.url) as other:
        await portal.choose_first_password(other, ada)
    portal.pass_time(days=185)

    page = await browser.sign_in(ada.username, OWN)

    assert page.url.endswith("/password")
    assert page.says("Your password has expired.")
    assert (await browser.get("/account")).url.endswith("/password")
    refused = await browser.choose(OWN, current=OWN)
    assert refused.says("Not one of your last 5 passwords (not met)")
    page = await browser.choose("Another-harbour-48", current=OWN)
    assert page.url.endswith("/account?saved=1")


async def test_a_temporary_password_expires_during_an_open_session(  # D2
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    portal.pass_time(days=7, minutes=-10)
    await browser.sign_in(ada.username, TEMPORARY)
    portal.pass_time(minutes=10)

    page = await browser.choose(OWN)

    assert page.url.endswith("/sign-in?ended=1")
    page = await browser.sign_in(ada.username, TEMPORARY)
    assert page.says("The temporary password has expired. Ask your administrator for a new one.")
    assert (await browser.sign_in(ada.username, OWN)).status == 401


async def test_a_temporary_password_can_expire_while_the_new_one_is_hashed(  # D2
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    portal.pass_time(days=7, seconds=-1)
    await browser.sign_in(ada.username, TEMPORARY)

    async def a_second_goes_by() -> None:
        portal.pass_time(seconds=1)

    portal.hashing.meanwhile = a_second_goes_by
    page = await browser.choose(OWN)

    assert page.url.endswith("/sign-in?ended=1")
    assert (await portal.reload(ada)).status.temporary


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Ab3", "At least 8 characters"),  # R72
        ("quiet-harbour-47", "At least one upper-case letter"),  # R73
        ("QUIET-HARBOUR-47", "At least one lower-case letter"),  # R74
        ("Quiet-harbour-four", "At least one digit"),  # R75
        ("Aa1" + "-x" * 80, "No more than 128 characters"),
        ("Password1", "Not a commonly used password"),
        ("Grace-hopper-47", "Must not contain your name or username"),
        ("Authority2026!", "Not a commonly used password"),
        (TEMPORARY, "Not one of your last 5 passwords"),
    ],
)
async def test_each_broken_rule_is_marked(  # R71-R75
    portal: PortalFixture, browser: Browser, password: str, rule: str
) -> None:
    grace = await portal.user(first_name="Grace", last_name="Hopper")
    await portal.give_temporary(grace)
    await browser.sign_in(grace.username, TEMPORARY)

    page = await browser.choose(password)

    assert page.status == 422
    assert page.says(f"{rule} (not met)")
    assert page.text.count("(not met)") >= 1
    assert not page.says(f"{rule} (met)")
    assert password not in page.text
    assert (await browser.choose(OWN)).url.endswith("/account?saved=1")


async def test_the_authoritys_name_is_refused_as_a_password(
    portal: PortalFixture, browser: Browser
) -> None:
    authority = {"official_name": "Kystdirektoratet"}
    ada = await portal.store.write(
        lambda tx: a_user(tx, an_authority(tx, **authority), portal.rulebook)
    )
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)

    page = await browser.choose("Kystdirektoratet-26")

    assert page.status == 422
    assert page.says("Not a commonly used password (not met)")


async def test_fulfilled_rules_are_ticked(  # R71-R75
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    page = await browser.sign_in(ada.username, TEMPORARY)
    assert not page.says("(met)")

    page = await browser.choose("quiet1")

    assert page.says("At least 8 characters (not met)")
    assert page.says("At least one upper-case letter (not met)")
    assert page.says("At least one lower-case letter (met)")
    assert page.says("At least one digit (met)")
    assert not page.says("Not one of your last 5 passwords (met)")


async def test_only_users_who_need_not_choose_get_a_link_back(
    portal: PortalFixture, browser: Browser
) -> None:  # D2
    ada = await portal.user()
    await portal.give_temporary(ada)

    assert 'href="/account"' not in (await browser.sign_in(ada.username, TEMPORARY)).text
    await browser.choose(OWN)
    assert 'href="/account"' in (await browser.get("/password")).text


async def test_an_empty_field_breaks_no_rule(portal: PortalFixture, browser: Browser) -> None:
    """Issue 16: an empty field was "a password that many people use"."""
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)

    page = await browser.choose("")

    assert page.status == 422
    assert page.says("Type a new password.")
    assert not page.says("(not met)")


async def test_two_different_passwords_are_refused(portal: PortalFixture, browser: Browser) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)

    page = await browser.choose(OWN, again="Quiet-harbour-48")

    assert page.says("The two passwords are not the same.")
    assert not page.says("(not met)")


async def test_the_last_five_passwords_are_refused_and_the_sixth_is_not(
    portal: PortalFixture, browser: Browser
) -> None:  # R71
    ada = await portal.user()
    await portal.choose_first_password(browser, ada, "Quiet-harbour-1")
    for number in range(2, 6):
        await browser.get("/password")
        before, after = f"Quiet-harbour-{number - 1}", f"Quiet-harbour-{number}"
        assert (await browser.choose(after, current=before)).status == 200

    await browser.get("/password")
    assert (await browser.choose("Quiet-harbour-1", current="Quiet-harbour-5")).status == 422
    assert (await browser.choose("Quiet-harbour-6", current="Quiet-harbour-5")).status == 200
    await browser.get("/password")
    assert (await browser.choose("Quiet-harbour-1", current="Quiet-harbour-6")).status == 200


async def test_a_password_replaced_meanwhile_is_not_overwritten(
    portal: PortalFixture, browser: Browser
) -> None:  # D23
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)

    async def reset() -> None:
        await portal.give_temporary(ada, "Another-temporary-5")

    portal.hashing.meanwhile = reset
    page = await browser.choose(OWN)

    # The reset ended the session, so that the user must sign in again.
    assert page.status == 409
    assert page.says("Your password has been changed in the meantime.")
    assert (await portal.reload(ada)).status.temporary


async def test_a_password_is_not_saved_after_signing_out_meanwhile(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)

    async def sign_out() -> None:
        await portal.store.write(executing(sessions.delete()))

    portal.hashing.meanwhile = sign_out
    page = await browser.choose(OWN)

    assert page.url.endswith("/sign-in?ended=1")
    assert (await portal.reload(ada)).status.temporary
    assert (await browser.get("/account")).url.endswith("/sign-in")


async def test_a_password_is_not_saved_for_a_user_removed_meanwhile(
    portal: PortalFixture, browser: Browser
) -> None:
    ada = await portal.user()
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)

    async def remove() -> None:
        await portal.store.write(
            executing(
                users_table.update().where(users_table.c.id == ada.id).values(removed_at=NOON)
            )
        )

    portal.hashing.meanwhile = remove
    page = await browser.choose(OWN)

    assert page.status == 409
    assert (await browser.get("/account")).url.endswith("/sign-in?ended=1")


async def test_pages_are_in_the_users_language(
    portal: PortalFixture, browser: Browser
) -> None:  # D20
    ada = await portal.user(language="da", roles=frozenset())
    await portal.choose_first_password(browser, ada)

    page = await browser.get("/account")

    assert page.says("Din konto")
    assert page.says("Ingen roller endnu.")


async def test_names_are_escaped_on_the_page(portal: PortalFixture, browser: Browser) -> None:
    ada = await portal.user(first_name="<script>alert(1)</script>")
    await portal.choose_first_password(browser, ada)

    page = await browser.get("/account")

    assert "<script>alert" not in page.text
    assert page.says("<script>alert(1)</script>")


async def test_a_user_without_slack_can_download_their_data(
    portal: PortalFixture, browser: Browser
) -> None:
    ada, other = await portal.user(), await portal.user()
    await portal.choose_first_password(browser, ada)
    assert 'href="/account/data"' in browser.page.text

    page = await browser.get("/account/data")

    assert (page.status, page.headers["content-type"]) == (200, "application/json")
    assert page.headers["content-disposition"] == 'attachment; filename="imi-data.json"'
    assert page.headers["cache-control"] == "no-store"
    found = json.loads(page.text)
    assert found["account"][0]["email"] == ada.email
    assert found["slack_member"] == []
    assert other.email not in page.text


async def test_a_user_can_download_their_data_as_a_page(  # D25
    portal: PortalFixture, browser: Browser
) -> None:
    ada, other = await portal.user(last_name="<b>Lovelace</b>"), await portal.user()
    await portal.choose_first_password(browser, ada)
    assert 'href="/account/data?as=page"' in browser.page.text

    page = await browser.get("/account/data?as=page")

    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["content-disposition"] == 'attachment; filename="imi-data.html"'
    assert '<html lang="en">' in page.text
    assert ada.email in page.text
    assert "&lt;b&gt;Lovelace" in page.text
    assert "<b>" not in page.text
    assert other.email not in page.text


async def test_own_data_needs_a_session_with_a_chosen_password(
    portal: PortalFixture, browser: Browser
) -> None:  # D2
    ada = await portal.user()

    assert (await browser.get("/account/data")).url.endswith("/sign-in")
    await portal.give_temporary(ada)
    await browser.sign_in(ada.username, TEMPORARY)
    assert (await browser.get("/account/data")).url.endswith("/password")


async def test_a_page_without_a_session_is_logged(portal: PortalFixture, browser: Browser) -> None:
    await browser.get("/account")

    assert '"path": "/account", "event": "no_session"' in portal.logs.getvalue()
