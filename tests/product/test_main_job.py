"""Tests of the way from `/imi-adduser` to the first sign-in, by HTTP and Socket Mode."""

import io
import json
import re

import aiohttp

from bot.demo.demo import Demo
from core.audit import service as audit
from core.languages.texts import texts
from tests.bot.portal.browser import Browser
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, home_text
from tests.product.database_dump import dump_database, dump_table

OWN = "Quiet-harbour-47"
_ = texts("da").gettext
ACTIVE = texts("da").pgettext("account", "active")


async def job(demo: Demo) -> tuple[str, str, str]:
    """Do the main job; return username, temporary password and telephone."""
    slack = demo.slack
    await slack.command(ANNA, "/imi-adduser")
    await slack.fill(ANNA, {"member": JONAS})
    await slack.until(lambda: "email:1" in blocks_of(demo))
    await slack.fill(ANNA, {"phone": "12", "roles_PQ": ["PQ:BASIC", "PQ:REQ_HANDLER"]})
    assert set((await slack.submit(ANNA)).errors) == {"phone"}
    await slack.fill(ANNA, {"phone": "+45 71 11 22 33"})
    assert (await slack.submit(ANNA)).errors == {}
    await slack.fill(ANNA, {"username": "canary.jonas"})
    assert (await slack.submit(ANNA)).errors == {}
    await slack.until(lambda: bool(slack.messages(JONAS)), 15)
    shown = json.dumps(slack.messages(JONAS)[-1].blocks)
    username = re.search(r"`([a-z0-9._-]+)`", shown)
    assert username is not None

    def arrived() -> bool:
        return any("jonas.oestergaard@sundhed.example" in m.recipients for m in slack.mails)

    await slack.until(arrived, 15)
    mail = next(m for m in slack.mails if "jonas.oestergaard@sundhed.example" in m.recipients)
    assert mail.plain is not None
    password = re.search(r"^\s+(\S{4}(?:-\S{4})+)\s*$", mail.plain, re.MULTILINE)
    assert password is not None
    return username.group(1), password.group(1), "+4571112233"


def summaries(demo: Demo) -> str:
    posted = [message.blocks for message in demo.slack.messages("C0HEALTH")]
    return json.dumps(posted, ensure_ascii=False)


async def test_a_colleague_gets_an_account_and_turns_active(demo: Demo) -> None:  # R11, C4, C5, R76
    username, password, _phone = await job(demo)
    assert username == "canary.jonas"

    async with Browser(demo.settings.imi_public_url) as browser:
        assert (await browser.sign_in(username, password)).url.endswith("/password")
        assert (await browser.choose("password1")).status == 422
        assert (await browser.choose(OWN)).says("Jonas Østergård")

    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: f"{ACTIVE} ·" in home_text(demo))
    assert _("valid password") in home_text(demo)
    await demo.slack.until(lambda: "Jonas Østergård" in summaries(demo), 10)
    assert await demo.product.store.read(audit.first_broken_entry) is None


async def test_secrets_do_not_leak_in_the_main_job(
    demo: Demo, logs: io.StringIO
) -> None:  # D4, D10, R55
    username, temporary, phone = await job(demo)
    async with Browser(demo.settings.imi_public_url) as browser:
        await browser.sign_in(username, "Wrong-canary-99")
        await browser.sign_in(username, temporary)
        await browser.choose("Weak-canary")
        await browser.choose(OWN)
    await demo.slack.command(ANNA, "/imi-adduser")
    demo.slack.faults.add("views.update", "http_500", times=5)
    await demo.slack.fill(ANNA, {"member": "U0LUKASZ"})

    said_in_slack = b"\n".join(demo.slack.received).decode()
    stored = await demo.product.store.read(dump_database)
    passwords = [temporary, OWN, "Wrong-canary-99", "Weak-canary"]
    for password in passwords:
        assert password not in said_in_slack
        assert password not in logs.getvalue()
        assert password not in stored
    tokens = [demo.settings.slack_bot_token, demo.settings.imi_secret_key]
    for token in tokens:
        assert token.get_secret_value() not in logs.getvalue()
        assert token.get_secret_value() not in stored
    for personal in (username, phone, "jonas.oestergaard", "Østergård"):
        assert personal not in logs.getvalue()
    mails = "\n".join(f"{m.subject}{m.plain}{m.html}{m.headers}" for m in demo.slack.mails)
    for name in (username, "aholm", "klindqvist", "emoreau", "sthorsen"):
        assert name not in mails
    audited = await demo.product.store.read(lambda tx: dump_table(tx, "audit_entries"))
    for personal in (username, phone, "jonas.oestergaard", "Østergård"):
        assert personal not in audited


async def test_health_is_reported(demo: Demo) -> None:
    url = demo.settings.imi_public_url
    async with aiohttp.ClientSession() as session:
        for path, said in (("/healthz", "ok\n"), ("/readyz", "database: ok\nSlack: ok\n")):
            async with session.get(url + path) as answer:
                assert (answer.status, await answer.text()) == (200, said)
        # The demo has no token for them.
        async with session.get(f"{url}/metrics") as answer:
            assert answer.status == 404
