"""Fixtures for the tests of commands: shells with a database of their own, and a sandbox Slack."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings.settings import Settings
from sandbox import AppInstall, Channel, Member, Sandbox
from tests.bot.cli.shell import REGISTER, Shell


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _clean(monkeypatch, tmp_path)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new.sqlite3'}"


@pytest.fixture
def shell(database: str) -> Shell:
    """A shell whose settings need no Slack."""
    return _shell_at(database)


@pytest.fixture(scope="session")
def registered_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the first authority registered, once a run, by the commands themselves."""
    folder = tmp_path_factory.mktemp("registered")
    shell = _shell_at(f"sqlite:///{folder / 'new.sqlite3'}")
    with pytest.MonkeyPatch.context() as patch:
        _clean(patch, folder)
        shell.type("init")
        shell.type(*REGISTER)
    return folder / "new.sqlite3"


@pytest.fixture
def registered(shell: Shell, registered_database: Path, tmp_path: Path) -> Shell:
    """The shell, with a copy of that database."""
    shutil.copy(registered_database, tmp_path)
    return shell


def _shell_at(database: str) -> Shell:
    return Shell(
        {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "s",
            "SLACK_API_URL": "http://127.0.0.1:9/",
            "IMI_DATABASE_URL": database,
            "IMI_SMTP_URL": "smtp://127.0.0.1:9",
            "IMI_MAIL_FROM": "imi@health.example",
            "IMI_SECRET_KEY": "k" * 32,
        }
    )


def _clean(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Take every setting out of the environment, and be in a folder without a file of them."""
    for name in Settings.model_fields:
        patch.delenv(name.upper(), raising=False)
    patch.chdir(folder)


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    """A workspace whose app has every scope of the manifest."""
    install = AppInstall(
        manifest=Path(__file__).parents[3] / "manifest.yml",
        signing_secret="s" * 32,
        bot_token="xoxb-right",
        app_token="xapp-right",
    )
    people = [Member(id="U0ANNA", name="anna", real_name="Anna Holm", email="anna@health.example")]
    channels = [Channel(id="C0HEALTH", name="health", members=("U0ANNA",), bot_in=True)]
    async with Sandbox(members=people, channels=channels, app=install) as sandbox:
        yield sandbox
