"""Runs `imi-bot` commands for tests, with environment variables of their own."""

import asyncio
import os
import signal
import sys
import zipfile
from pathlib import Path

from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli.command_group import COMMANDS, load
from sandbox import Sandbox
from tests.bot.log_capture import log_to_memory

ROOT = Path(__file__).parents[3]
REGISTER = [
    "authority", "register", "--official-name", "Health Agency", "--email", "post@health.example",
    "--country", "dk", "--module", "PQ", "--first-name", "Anna", "--last-name", "Holm",
    "--user-email", "anna@health.example", "--language", "da",
]  # fmt: skip


def every_command() -> set[tuple[str, ...]]:
    """Return the words of every command, those of groups included."""
    words: set[tuple[str, ...]] = set()
    for name in COMMANDS:
        inner = getattr(load(name), "commands", None)
        words |= {(name,)} if inner is None else {(name, each) for each in inner}
    return words


def unpacked(bundle: Path) -> dict[str, str]:
    """Return the parts of a support bundle, by their names."""
    with zipfile.ZipFile(bundle) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist()}


class Shell:
    """Runs commands with its own environment variables."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def type(self, *words: str, typed: str = "") -> Result:
        """Run a command; `typed` answers its prompts."""
        try:
            return CliRunner().invoke(app, list(words), input=typed, env=self.environment)
        finally:
            # The command's output stream is closed now; later log lines must not go there.
            log_to_memory()


async def in_thread(shell: Shell, *words: str) -> Result:
    """Run a command on a thread, while the sandbox answers on this one."""
    return await asyncio.to_thread(shell.type, *words)


async def in_process(shell: Shell, *words: str) -> tuple[int, str]:
    """Run a command that handles signals in a process of its own; return exit code and output."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=ROOT,
        env={**os.environ, **shell.environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(30):
        output, _ = await process.communicate()
    return await process.wait(), output.decode()


def environment(slack: Sandbox, url: str) -> dict[str, str]:
    """Return the settings that reach the sandbox."""
    return {
        "SLACK_BOT_TOKEN": "xoxb-right",
        "SLACK_APP_TOKEN": "xapp-right",
        "SLACK_API_URL": slack.api_url,
        "IMI_DATABASE_URL": url,
        "IMI_SMTP_URL": slack.smtp_url,
        "IMI_MAIL_FROM": "imi@health.example",
        "IMI_SECRET_KEY": "k" * 32,
    }


async def send_sigterm_after(seconds: float) -> None:
    """Send SIGTERM to this process after so many seconds."""
    await asyncio.sleep(seconds)
    os.kill(os.getpid(), signal.SIGTERM)
