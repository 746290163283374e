"""Uses every function of the product once, with planted personal data and secrets."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.bot.portal.browser import Browser
from tests.bot.portal.paths import portal_paths
from tests.handlers.authorities.test_access_manager_listeners import KARIN, open_modules, tick
from tests.handlers.authorities.test_title_translation_listeners import EUROPE, PETRA, change_title
from tests.handlers.demo_actions import ANNA, blocks_of
from tests.handlers.imports.import_actions import check_file
from tests.product.leak_product import wait_until_idle
from tests.product.planted_secrets import (
    BROKEN_ROW,
    IMPORTED,
    KESTREL,
    LONG,
    MISPLACED,
    NEW_EMAIL,
    NEXT,
    OWN,
    PERSON,
    PHONE,
    REASON,
    REPORT,
    SOUGHT,
    USERNAME,
    WEAK,
    WRONG,
    temporary_passwords_in,
)

if TYPE_CHECKING:
    from bot.demo.demo import Demo

FILES = ("/imi-me", "data")


async def newest_password(demo: Demo, address: str, than: str = "") -> str:
    """Return the newest temporary password mailed to the address, other than `than`."""

    def newer_passwords() -> list[str]:
        mails = [mail for mail in demo.slack.mails if address in mail.recipients]
        return [
            word for mail in mails for word in temporary_passwords_in(mail.plain) if word != than
        ]

    await demo.slack.until(newer_passwords, 15)
    return newer_passwords()[-1]


async def close_modals(demo: Demo, member: str) -> None:
    """Close every modal that is open."""
    if demo.slack.view(member) is not None:
        await demo.slack.close(member, clear=True)


async def register_and_sign_in(demo: Demo) -> None:
    """Let Anna register the person, who then tries wrong sign-ins and the right one."""
    slack = demo.slack
    await slack.join(PERSON)
    await slack.command(ANNA, "/imi-adduser")
    await slack.fill(ANNA, {"member": KESTREL})
    await slack.until(lambda: "email:1" in blocks_of(demo))
    await slack.fill(ANNA, {"phone": PHONE, "roles_PQ": ["PQ:BASIC"]})
    assert (await slack.submit(ANNA)).errors == {}
    await slack.fill(ANNA, {"username": USERNAME})
    assert (await slack.submit(ANNA)).errors == {}
    await slack.until(lambda: USERNAME in str(slack.messages(KESTREL)), 15)
    temporary = await newest_password(demo, PERSON.email or "")
    await slack.until(lambda: PERSON.real_name in str(slack.messages("C0HEALTH")), 15)
    async with Browser(demo.settings.imi_public_url) as browser:
        await browser.sign_in(MISPLACED, temporary)
        await browser.sign_in(USERNAME, WRONG)
        assert (await browser.sign_in(USERNAME, temporary)).url.endswith("/password")
        for refused in (WEAK, LONG, temporary):
            assert (await browser.choose(refused)).status == 422
        assert (await browser.choose(OWN, again=NEXT)).status == 422
        assert (await browser.choose(OWN)).says(PERSON.real_name)
        await browser.get("/account/data")
        await browser.get("/account")
        await browser.post("/sign-out")
        await browser.get("/ask")
        await browser.post("/ask", username=USERNAME)
    await slack.until(lambda: "reset_decline" in str(slack.messages(ANNA)), 15)


async def walk_through_the_portal(demo: Demo) -> None:
    """Open every address of the portal, signed in and not, with planted data in the query."""
    async with Browser(demo.settings.imi_public_url) as browser:
        for signed_in in (False, True):
            if signed_in:
                assert (await browser.sign_in(USERNAME, NEXT)).url.endswith("/account")
            for path in portal_paths():
                await browser.get(f"{path}?lang={MISPLACED}&username={USERNAME}")
                await browser.send(f"{path}?{REPORT}", f"password={WRONG}".encode())


async def decide_requests(demo: Demo) -> None:
    """Decline the reset request of the portal, and approve a later one."""
    slack = demo.slack
    await close_modals(demo, ANNA)
    await slack.click(ANNA, "reset_decline", ANNA)
    await slack.until(lambda: "reason" in blocks_of(demo))
    await slack.fill(ANNA, {"reason": REASON})
    await slack.submit(ANNA)
    await slack.until(lambda: REASON in str(slack.messages(KESTREL)), 15)
    await slack.command(KESTREL, "/imi-reset")
    await slack.submit(KESTREL)
    await slack.until(lambda: "reset_approve" in str(slack.messages(ANNA)), 15)
    first = await newest_password(demo, PERSON.email or "")
    await close_modals(demo, ANNA)
    await slack.click(ANNA, "reset_approve", ANNA)
    await slack.submit(ANNA)
    again = await newest_password(demo, PERSON.email or "", first)
    async with Browser(demo.settings.imi_public_url) as browser:
        await browser.sign_in(USERNAME, again)
        await browser.choose(NEXT)
    await close_modals(demo, ANNA)
    await close_modals(demo, KESTREL)


async def edit(demo: Demo) -> None:
    """Change details and roles, and let the person report a wrong detail."""
    slack = demo.slack
    await slack.command(ANNA, "/imi-users", f"edit {USERNAME}")
    await slack.fill(ANNA, {"email": NEW_EMAIL})
    assert (await slack.submit(ANNA)).errors == {}
    await close_modals(demo, ANNA)
    await slack.command(ANNA, "/imi-roles", USERNAME)
    await slack.fill(ANNA, {"roles_PR": ["PR:BASIC"]})
    await slack.submit(ANNA)
    await slack.submit(ANNA)
    await close_modals(demo, ANNA)
    await slack.command(KESTREL, "/imi-users")
    assert (await slack.click(KESTREL, "ask_administrator", KESTREL)).ok
    await close_modals(demo, KESTREL)
    await slack.command(KESTREL, "/imi-me")
    await slack.click(KESTREL, "report_detail")
    await slack.until(lambda: "report" in blocks_of(demo, KESTREL))
    await slack.fill(KESTREL, {"report": REPORT})
    await slack.submit(KESTREL)
    await slack.until(lambda: REPORT in str(slack.messages(ANNA)), 15)
    await close_modals(demo, KESTREL)
    await close_modals(demo, ANNA)


async def take_files(demo: Demo) -> None:
    """Import good and bad rows, and download every kind of file."""
    slack = demo.slack
    await check_file(demo, IMPORTED, BROKEN_ROW)
    await slack.click(ANNA, "import_as_file")
    await slack.close(ANNA)
    await slack.submit(ANNA)
    await newest_password(demo, "dptarmigan@sundhed.example")
    await close_modals(demo, ANNA)
    await slack.command(ANNA, "/imi-users", USERNAME)
    await slack.click(ANNA, "users_csv")
    await close_modals(demo, ANNA)
    await slack.command(ANNA, "/imi-audit")
    await slack.fill(ANNA, {"audit_person": SOUGHT})
    await slack.submit(ANNA)
    for button in ("audit_csv", "audit_json"):
        await close_modals(demo, ANNA)
        await slack.command(ANNA, "/imi-audit")
        await slack.click(ANNA, button)
    await slack.command(KESTREL, *FILES)
    await slack.until(lambda: sum(bool(m.files) for m in slack.messages(ANNA)) >= 4, 15)
    await slack.until(lambda: any(m.files for m in slack.messages(KESTREL)), 15)
    for member in (ANNA, KESTREL):
        await close_modals(demo, member)


async def change_the_authority(demo: Demo) -> None:
    """Change a title, translate it, and let the access manager grant a module."""
    await change_title(demo)
    await demo.slack.click(PETRA, "title_translate", EUROPE)
    await demo.slack.fill(PETRA, {"title_da": "Sundhed & Pleje", "title_close": ["yes"]})
    await demo.slack.submit(PETRA)
    await open_modules(demo)
    await tick(demo, "PQ", "PR", "SD")
    await demo.slack.submit(KARIN)
    await close_modals(demo, KARIN)
    await demo.slack.command(KARIN, "/imi-health")
    await close_modals(demo, KARIN)
    await demo.slack.until(lambda: "<@U0PETRA>" in str(demo.slack.messages(EUROPE)), 15)


async def leave_and_be_removed(demo: Demo) -> None:
    """Make the person a guest, keep the account, remove it, and restore it."""
    slack = demo.slack
    await slack.update_member(KESTREL, is_restricted=True)
    await slack.until(lambda: "leaver_keep" in str(slack.messages(ANNA)), 15)
    await slack.click(ANNA, "leaver_keep", ANNA)
    await slack.update_member(KESTREL, is_restricted=False)
    await slack.command(ANNA, "/imi-removeuser", USERNAME)
    await slack.submit(ANNA)
    await slack.click(ANNA, "restore_user")
    await close_modals(demo, ANNA)


async def let_time_pass(demo: Demo) -> set[str]:
    """Let passwords expire and data grow old; return the kinds of deliveries."""
    kinds = await wait_until_idle(demo)
    for days in (8, 150, 8, 8, 6, 2, 2):
        demo.slack.advance(timedelta(days=days))
        kinds |= await wait_until_idle(demo)
    return kinds


async def remove_for_good(demo: Demo) -> None:
    """Remove the person, and deactivate them in Slack."""
    slack = demo.slack
    await slack.command(ANNA, "/imi-removeuser", USERNAME)
    await slack.submit(ANNA)
    await close_modals(demo, ANNA)
    await slack.deactivate(KESTREL)
    # The last administrator of her authority; the access manager is told.
    await slack.deactivate("U0SIGNE")


async def be_undeliverable(demo: Demo) -> None:
    """Make the mail server and Slack refuse messages and quote them in their answers."""
    slack = demo.slack
    slack.mailbox.faults.add("defer")
    slack.mailbox.faults.add("refuse", times=3)
    for kind in ("error:invalid_blocks", "http_500", "drop_answer", "error:internal_error"):
        slack.faults.add("chat.postMessage", kind)
    await slack.command(ANNA, "/imi-reset", USERNAME)
    await slack.submit(ANNA)
    await close_modals(demo, ANNA)
    for _ in range(8):
        slack.advance(timedelta(minutes=2))
        await wait_until_idle(demo)
    slack.faults.clear()
    slack.mailbox.faults.clear()
