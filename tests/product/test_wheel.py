"""Tests of what a release consists of: the wheel works outside the checkout, on each Python."""

import asyncio
import os
import re
import signal
import tarfile
import zipfile
from collections.abc import AsyncIterator
from html import escape
from pathlib import Path

import aiohttp
import pytest

from bot.cli.command_group import COMMANDS
from bot.demo.demo import free_port
from core.languages.tags import LANGUAGES
from core.languages.texts import texts
from sandbox import AppInstall, Sandbox
from tests.bot.cli.shell import REGISTER, environment
from tests.databases import COMPLETE
from tests.product.installed_bot import (
    ROOT,
    Distributions,
    InstalledBot,
    built_once,
    can_download,
    install,
    python_of,
)

pytestmark = [pytest.mark.product, pytest.mark.timeout(600)]

PACKAGES = ("bot", "core", "handlers", "sandbox")
# `imi-bot COMMAND --help` for each command, in one process.
HELP_OF_EACH_COMMAND = """
from bot.__main__ import app
from bot.cli.command_group import COMMANDS
for name in COMMANDS:
    if name != "demo":
        app([name, "--help"], prog_name="imi-bot", standalone_mode=False)
"""
# Files that only translators and the tests read.
LEFT_OUT = re.compile(r"core/languages/(glossary/.*|locale/\w+\.pot)")


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Distributions:
    """The files of a release, built once a run, whatever the number of workers."""
    base = tmp_path_factory.getbasetemp()
    return built_once((base if worker_id == "master" else base.parent) / "dist")


@pytest.fixture(params=range(11, 15), ids=lambda minor: f"3.{minor}")
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> InstalledBot:
    """The wheel, installed for one version of Python."""
    python = python_of(request.param)
    if python is None:
        pytest.skip(f"Python 3.{request.param} is not on the PATH")
    if not can_download(tmp_path):
        assert not COMPLETE, "pip reaches no index of packages."
        pytest.skip("pip reaches no index of packages")
    # Asked for only now: nothing is built for a Python that is missing.
    return install(python, request.getfixturevalue("distributions"), tmp_path)


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    """A workspace with the app installed, for `environment`."""
    install = AppInstall(ROOT / "manifest.yml", "s" * 32, "xoxb-right", "xapp-right")
    async with Sandbox(members=[], channels=[], app=install) as sandbox:
        yield sandbox


def files_of_the_packages() -> set[str]:
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.*"))
    return {path.relative_to(ROOT).as_posix() for path in found if path.suffix != ".pyc"}


def test_the_wheel_contains_every_file_that_the_product_reads(distributions: Distributions) -> None:
    names = set(zipfile.ZipFile(distributions.wheel).namelist())

    wanted = {file for file in files_of_the_packages() if not LEFT_OUT.fullmatch(file)}
    packed = {name for name in names if ".dist-info/" not in name}
    assert packed == wanted | {"bot/slack/manifest.yml"}
    catalogues = {f"core/languages/locale/{tag}/LC_MESSAGES/imi.po" for tag in LANGUAGES}
    assert catalogues - names <= {"core/languages/locale/en/LC_MESSAGES/imi.po"}


def test_the_wheel_contains_both_licences(distributions: Distributions) -> None:
    names = zipfile.ZipFile(distributions.wheel).namelist()

    licences = {name.split("/licenses/")[1] for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "core/passwords/leaked_passwords.license.txt"}


def test_the_source_distribution_contains_what_its_users_need(distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as archive:
        names = archive.getnames()

    within = {name.split("/", 1)[-1] for name in names}
    assert {"Makefile", "README.md", "manifest.yml", "requirements.lock", "tests/conftest.py"} <= (
        within
    )
    assert [name for name in within if name.endswith((".sqlite3", ".env", ".pyc"))] == []


async def test_an_installed_wheel_does_everything_outside_the_checkout(
    installed: InstalledBot, slack: Sandbox
) -> None:
    await shows_help_and_manifest(installed)
    settings = environment(slack, "sqlite:///imi.sqlite3")
    await prepares_a_database(installed, settings)
    await runs(installed, settings)
    await demo_names_its_extra(installed)
    installed.install("imi-bot[demo]")
    await demo_runs(installed)


async def shows_help_and_manifest(bot: InstalledBot) -> None:
    code, printed = await bot.run("--help")
    assert (code, "Usage: imi-bot" in printed) == (0, True), printed
    code, printed = await bot.run_python(HELP_OF_EACH_COMMAND)
    usages = re.findall(r"^Usage: imi-bot (\S+)", printed, re.MULTILINE)
    assert (code, usages) == (0, [name for name in COMMANDS if name != "demo"]), printed
    assert (await bot.run("--version"))[1].startswith("imi-bot ")
    assert await bot.run("manifest") == (0, (ROOT / "manifest.yml").read_text("utf-8"))


async def prepares_a_database(bot: InstalledBot, settings: dict[str, str]) -> None:
    catalogue = str(ROOT / "core" / "catalogue" / "catalogue.toml")
    for words in (
        ["init"],
        ["catalogue", "check", catalogue],
        REGISTER,
        ["user", "list"],
        ["audit", "verify"],
        ["reminders"],
        ["backup", "backup.gz"],
        ["doctor"],
    ):
        code, printed = await bot.run(*words, **settings)
        assert code == 0, printed


async def runs(bot: InstalledBot, settings: dict[str, str]) -> None:
    port = free_port(0)
    page = f"http://127.0.0.1:{port}"
    async with bot.started("run", **settings, IMI_HTTP_PORT=str(port)) as process:
        await answers(f"{page}/readyz")
        for language in LANGUAGES:
            words = escape(texts(language).gettext("Sign in"), quote=False)
            assert words in await answers(page, language)
        assert await answers(f"{page}/static/portal.css")
        process.send_signal(signal.SIGTERM)
        output, _ = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 0, output.decode()


async def demo_names_its_extra(bot: InstalledBot) -> None:
    code, printed = await bot.run("demo")

    assert code == 1
    assert printed == (
        "`imi-bot demo` needs the package aiosmtpd, which is not installed.\n"
        "Install it with: pip install 'imi-bot[demo]'\n"
    )


async def demo_runs(bot: InstalledBot) -> None:
    ports = ("--page-port", str(free_port(0)), "--portal-port", str(free_port(0)))
    async with bot.started("demo", *ports, "--log-file", os.devnull) as process:
        assert process.stdout is not None
        printed = ""
        async with asyncio.timeout(60):
            while "Ctrl-C ends the demo" not in printed and not process.stdout.at_eof():
                printed += (await process.stdout.readline()).decode()
        urls = re.findall(r"(?:browser|of its own):  (\S+)", printed)
        assert len(urls) == 2, printed
        for url in urls:
            assert await answers(url)
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 15) == 0, printed


async def answers(url: str, language: str = "en") -> str:
    """Return the page as soon as it is answered with 200, within half a minute."""
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url, headers={"Accept-Language": language}) as answer:
                    text = await answer.text()
                    if answer.status == 200:
                        return text
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
