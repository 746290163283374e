"""Tests that commands and the running process print no planted secret."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.demo.country import channels, members
from bot.demo.demo import free_port
from bot.slack.manifest import manifest_path
from core.catalogue.load import shipped
from sandbox import AppInstall, Sandbox, signed_headers
from tests.bot.cli.shell import Shell, unpacked
from tests.bot.portal.browser import Browser
from tests.handlers import permission_table
from tests.handlers.demo_actions import ANNA
from tests.product import planted_secrets
from tests.product.planted_secrets import PERSONAL, SECRETS, found_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.product

ROOT = Path(__file__).parents[2]
NAME = "Heron Agency"
# These run until stopped: `run` is tested below, and the demo is `run` with the sandbox.
LASTING = {"run", "demo"}
# A support bundle is what one makes when nothing works; the manifest is a file of the product.
NEED_NOTHING = {"support-bundle", "manifest"}
# Their output is about a person on purpose.
ABOUT_SOMEBODY = {
    *("authority register", "import", "user show", "user list", "user link"),
    *("deliveries list", "deliveries send-again"),
}


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    install = AppInstall(manifest_path(), planted_secrets.SIGNING, planted_secrets.BOT)
    async with Sandbox(members=members(), channels=channels(), app=install) as opened:
        yield opened


@pytest.fixture
def environment(slack: Sandbox, tmp_path: Path) -> dict[str, str]:
    """Settings in which every secret is a planted one."""
    port = free_port(0)
    return {
        "SLACK_BOT_TOKEN": planted_secrets.BOT,
        "SLACK_SIGNING_SECRET": planted_secrets.SIGNING,
        "SLACK_API_URL": slack.api_url,
        "IMI_DATABASE_URL": f"sqlite:///{tmp_path / 'imi.sqlite3'}",
        "IMI_HTTP_PORT": str(port),
        "IMI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "IMI_SMTP_URL": slack.smtp_url.replace("//", f"//imi:{planted_secrets.MAIL_PASSWORD}@"),
        "IMI_MAIL_FROM": "imi@imi.example",
        "IMI_SECRET_KEY": planted_secrets.KEY,
        "IMI_AUDIT_KEY": planted_secrets.AUDIT_KEY,
        "IMI_METRICS_TOKEN": planted_secrets.METRICS,
        "IMI_SETTINGS_FILE": os.devnull,
    }


def typed(folder: Path) -> dict[str, list[str]]:
    """Return the arguments of each command."""
    (folder / "catalogue.toml").write_text(shipped(), "utf-8")
    header = "first_name;last_name;language;email;phone;username;roles"
    rows = [header, planted_secrets.IMPORTED, planted_secrets.BROKEN_ROW]
    (folder / "users.csv").write_text("\n".join(rows), "utf-8")
    first = ["--first-name", "Kestrelina", "--last-name", "Nightjarsen", "--module", "PQ"]
    address = ["--email", "post@heron.example", "--user-email", "avocet.9131@sundhed.example"]
    return {
        "manifest": [],
        "healthy": [],
        "init": [],
        "authority register": ["--official-name", NAME, "--country", "DK", *first, *address],
        # Neither is an access manager, so that it ends with a refusal.
        "authority hand-over": [NAME, "Nobody", "--yes"],
        "import": [str(folder / "users.csv"), "--authority", NAME, "--yes"],
        "user show": ["knightjarsen"],
        "user list": [],
        "user link": ["knightjarsen", "U0ANNA", "--yes"],
        "deliveries list": [],
        "deliveries send-again": ["--failed", "--yes"],
        "catalogue check": [str(folder / "catalogue.toml")],
        "catalogue load": [str(folder / "catalogue.toml")],
        "reminders": [],
        "audit verify": [],
        "audit adopt": ["--yes"],
        "doctor": [],
        "support-bundle": [str(folder / "bundle.zip")],
        "backup": [str(folder / "backup.gz")],
        "restore": [str(folder / "backup.gz")],
    }


def leaks_in(command: str, printed: str) -> set[tuple[str, str]]:
    hidden = SECRETS if command in ABOUT_SOMEBODY else (*PERSONAL, *SECRETS)
    return {(command, planted_text) for planted_text in found_in(hidden, printed)}


async def test_no_command_prints_a_planted_secret(
    environment: dict[str, str], tmp_path: Path
) -> None:
    shell, leaks, arguments = Shell(environment), set(), typed(tmp_path)
    assert set(arguments) == permission_table.COMMAND_LINE - LASTING

    for command, words in arguments.items():
        # On a thread, because the sandbox answers on this one.
        result = await asyncio.to_thread(shell.type, *command.split(), *words)
        assert result.exception is None or isinstance(result.exception, SystemExit), command
        leaks |= leaks_in(command, result.output)

    for line in ("doctor --json", "init --plan"):
        printed = (await asyncio.to_thread(shell.type, *line.split())).output
        leaks |= leaks_in(line, printed)
    assert leaks == set()


async def test_no_failing_command_prints_a_planted_secret(
    environment: dict[str, str], tmp_path: Path
) -> None:
    leaks, arguments = set(), typed(tmp_path)
    nowhere = f"imi:{planted_secrets.MAIL_PASSWORD}@127.0.0.1:9"
    base = f"postgresql://imi:{planted_secrets.DATABASE_PASSWORD}@127.0.0.1:9/imi"
    broken = {"SLACK_API_URL": "http://127.0.0.1:9/", "IMI_SMTP_URL": f"smtp://{nowhere}"}
    shell = Shell({**environment, **broken, "IMI_DATABASE_URL": base})

    for command, words in arguments.items():
        result = await asyncio.to_thread(shell.type, *command.split(), *words)
        assert (result.exit_code == 0) == (command in NEED_NOTHING), command
        raised = "" if isinstance(result.exception, SystemExit) else str(result.exception)
        leaks |= leaks_in(command, result.output + raised)
    bundled = "".join(unpacked(tmp_path / "bundle.zip").values())

    assert leaks == set()
    assert leaks_in("support-bundle", bundled) == set()


async def started(environment: dict[str, str]) -> asyncio.subprocess.Process:
    """Start the product; return its process once it answers."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "always", "-m", "bot", "run"),
        cwd=ROOT,
        env={**os.environ, **environment, "PYTHONUNBUFFERED": "1", "PYTHONASYNCIODEBUG": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with aiohttp.ClientSession() as session, asyncio.timeout(40):
        while True:
            try:
                async with session.get(f"{environment['IMI_PUBLIC_URL']}/healthz"):
                    return process
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


async def use(environment: dict[str, str]) -> None:
    """Send planted data to every input."""
    url = environment["IMI_PUBLIC_URL"]
    async with Browser(url) as browser:
        for username in (*planted_secrets.IN_SLACK_ONLY, planted_secrets.MISPLACED):
            await browser.sign_in(username, planted_secrets.WRONG)
    command = {"command": "/imi-users", "text": " ".join(PERSONAL), "trigger_id": "1.2.made"}
    common = {"team_id": "T0IMI", "user_id": ANNA, "response_url": "http://127.0.0.1:9/"}
    body = urlencode({**command, **common}).encode()
    headers = signed_headers(planted_secrets.SIGNING, body, int(time.time()))
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    async with aiohttp.ClientSession() as session:
        for wrong in (body, body + b"&x=%00"):
            async with session.post(f"{url}/slack/events", data=wrong, headers=headers):
                pass
        token = {"Authorization": f"Bearer {planted_secrets.METRICS}"}
        async with session.get(f"{url}/metrics?{planted_secrets.METRICS}", headers=token):
            pass


@pytest.mark.timeout(120)
async def test_the_running_process_prints_no_planted_secret(
    environment: dict[str, str], slack: Sandbox, tmp_path: Path
) -> None:
    shell, arguments = Shell(environment), typed(tmp_path)
    for command in ("init", "authority register", "import"):
        await asyncio.to_thread(shell.type, *command.split(), *arguments[command])
    bundle = tmp_path / "well.zip"
    slack.mailbox.faults.add("defer")
    slack.mailbox.faults.add("refuse")
    process = await started(environment)
    await use(environment)
    await slack.until(lambda: len(slack.mails) > 1, 20)
    made = await asyncio.to_thread(shell.type, "support-bundle", str(bundle))
    for name in ("imi.sqlite3", "imi.sqlite3-wal"):
        os.truncate(tmp_path / name, 0)

    await use(environment)
    # The database is damaged now.
    await asyncio.to_thread(shell.type, "support-bundle", str(tmp_path / "damaged.zip"))
    process.send_signal(signal.SIGTERM)
    printed = (await asyncio.wait_for(process.communicate(), 30))[0].decode()

    assert '"event": "unexpected_error"' in printed
    assert '"event": "library_message"' in printed
    assert found_in((*PERSONAL, *SECRETS, *planted_secrets.TYPED), printed) == set()
    assert made.exit_code == 0, made.output
    parts = unpacked(bundle)
    assert "imi_deliveries_total" in parts["metrics.txt"]
    assert '"deliveries": [' in parts["health.json"]
    bundled = "".join((*parts.values(), *unpacked(tmp_path / "damaged.zip").values()))
    planted = (*PERSONAL, *SECRETS, *planted_secrets.TYPED)
    assert found_in(planted, bundled) == set()
