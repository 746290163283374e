"""Tests that no personal data or secret leaks while users are managed."""

import io
import re

from bot.demo.demo import Demo
from core.audit import service as audit
from core.languages.texts import texts
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, register
from tests.product.database_dump import dump_database, dump_table

_ = texts("da").gettext
PASSWORD = re.compile(r"^\s+(\S{4}(?:-\S{4})+)\s*$", re.MULTILINE)
REASON = "Reason-canary"
REPORT = "Report-canary"
PERSONAL = ("canary.jonas", "jonas.canary@", "jonas.oestergaard", "71998877", "Østergård")


async def test_nothing_leaks_while_users_are_managed(  # D4, D10, R55, D22
    demo: Demo, logs: io.StringIO
) -> None:
    await manage(demo)
    await demo.slack.until(lambda: len(passwords_in(demo)) >= 2, 15)

    said_in_slack = b"\n".join(demo.slack.received).decode()
    stored = await demo.product.store.read(dump_database)
    for password in passwords_in(demo):
        for place in (said_in_slack, logs.getvalue(), stored):
            assert password not in place
    mails = "\n".join(f"{m.subject}{m.plain}{m.html}{m.headers}" for m in demo.slack.mails)
    assert "canary.jonas" not in mails
    audited = await demo.product.store.read(lambda tx: dump_table(tx, "audit_entries"))
    for personal in (*PERSONAL, REASON, REPORT):
        assert personal not in logs.getvalue()
        assert personal not in audited
    assert await demo.product.store.read(audit.first_broken_entry) is None


async def manage(demo: Demo) -> None:
    """Do everything with Jonas that can be done with a user."""
    slack = demo.slack
    await register(demo, member=JONAS, roles_PQ=["PQ:BASIC"])
    await slack.close(ANNA, clear=True)
    await slack.command(ANNA, "/imi-users", "edit jonas")
    changed = {"phone": "+45 71 99 88 77", "email": "jonas.canary@sundhed.example"}
    await slack.fill(ANNA, {**changed, "username": "canary.jonas"})
    assert (await slack.submit(ANNA)).errors == {}
    await slack.close(ANNA, clear=True)
    await slack.command(ANNA, "/imi-roles", "canary.jonas")
    await slack.fill(ANNA, {"roles_PR": ["PR:BASIC"]})
    await slack.submit(ANNA)
    await slack.submit(ANNA)
    await slack.close(ANNA, clear=True)
    await ask_and_decline(demo)
    await slack.command(ANNA, "/imi-reset", "canary.jonas")
    await slack.submit(ANNA)
    await slack.close(ANNA, clear=True)
    await report(demo)
    await slack.command(ANNA, "/imi-users", "canary.jonas")
    await slack.click(ANNA, "users_csv")
    await slack.until(lambda: any(m.files for m in slack.messages(ANNA)), 15)
    await slack.close(ANNA, clear=True)
    await slack.command(ANNA, "/imi-removeuser", "canary.jonas")
    await slack.submit(ANNA)
    await slack.click(ANNA, "restore_user")
    await slack.until(lambda: _("User restored") in str(slack.view(ANNA)))


async def ask_and_decline(demo: Demo) -> None:
    slack = demo.slack
    await slack.command(JONAS, "/imi-reset")
    await slack.submit(JONAS)
    await slack.until(lambda: "reset_decline" in str(slack.messages(ANNA)), 15)
    await slack.click(ANNA, "reset_decline", ANNA)
    await slack.until(lambda: "reason" in blocks_of(demo))
    await slack.fill(ANNA, {"reason": REASON})
    await slack.submit(ANNA)
    await slack.until(lambda: REASON in str(slack.messages(JONAS)), 15)


async def report(demo: Demo) -> None:
    slack = demo.slack
    await slack.close(JONAS, clear=True)
    await slack.command(JONAS, "/imi-me")
    await slack.click(JONAS, "report_detail")
    await slack.until(lambda: "report" in blocks_of(demo, JONAS))
    await slack.fill(JONAS, {"report": REPORT})
    await slack.submit(JONAS)
    await slack.until(lambda: REPORT in str(slack.messages(ANNA)), 15)


def passwords_in(demo: Demo) -> set[str]:
    """Return the temporary passwords that went out by mail."""
    return {found for mail in demo.slack.mails for found in PASSWORD.findall(mail.plain or "")}
