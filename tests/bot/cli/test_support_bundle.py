"""Tests of `imi-bot support-bundle`, run as a command."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from bot.cli import support_parts
from bot.cli.path_folders import without_folders
from bot.cli.support_bundle import ABOUT
from bot.settings.settings import Settings
from sandbox import Channel, Sandbox
from tests.bot.cli.shell import REGISTER, Shell, environment, in_thread, unpacked

# Values that belong to people and machines, and secrets.
PRIVATE = {
    "SLACK_BOT_TOKEN": "xoxb-right",
    "SLACK_APP_TOKEN": "xapp-right",
    "IMI_SECRET_KEY": "sandpiper-" * 4,
    "IMI_AUDIT_KEY": "greenshank-" * 4,
    "IMI_METRICS_TOKEN": "curlew-9153",
    "IMI_OPERATOR_MAIL": "plover.9154@health.example",
    "IMI_MAIL_FROM": "lapwing.9155@health.example",
}
# Channels by their names, the second archived, and Slack's name of the workspace.
CHANNELS = {"C0DUNLIN": "dunlin-9156", "C0SANDERLING": "sanderling-9157"}
WORKSPACE = "IMI network"
OF_A_USER = ("Anna", "Holm", "aholm", "anna@health.example", "post@health.example", "Health Agency")


@pytest.fixture
async def parts(slack: Sandbox, database: str, tmp_path: Path) -> dict[str, str]:
    shell = Shell({**environment(slack, database), **PRIVATE})
    for channel_id, name in CHANNELS.items():
        archived = name.startswith("sanderling")
        slack.workspace.put_channel(
            Channel(id=channel_id, name=name, bot_in=True, is_archived=archived)
        )
    await in_thread(shell, "init")
    shell.environment["IMI_AUDIT_CHANNEL"], shell.environment["IMI_COMMISSION_CHANNEL"] = CHANNELS
    await in_thread(shell, *REGISTER)
    result = await in_thread(shell, "support-bundle", str(tmp_path / "bundle.zip"))
    assert result.exit_code == 0, result.output
    return unpacked(tmp_path / "bundle.zip")


async def test_no_secret_and_nothing_about_a_person_is_in_it(parts: dict[str, str]) -> None:
    bundled = "".join(parts.values())

    for private in (*PRIVATE.values(), *OF_A_USER, *CHANNELS.values(), WORKSPACE):
        assert private not in bundled, private


async def test_it_tells_how_checks_of_channels_ended(parts: dict[str, str]) -> None:
    checks = {each["check"]: each for each in json.loads(parts["doctor.json"])["checks"]}

    assert checks["slack_bot_token"]["ok"]
    assert checks["audit_channel"] == {
        "check": "audit_channel",
        "ok": True,
        "text": "slack: IMI_AUDIT_CHANNEL: the channel is there",
    }
    assert not checks["commission_channel"]["ok"]
    assert (
        "IMI_COMMISSION_CHANNEL: the channel is archived." in checks["commission_channel"]["text"]
    )


@pytest.mark.parametrize("folder", ["anna.holm", "anna.holm/imi bot", "Anna Holm/imi"])
@pytest.mark.parametrize("name", ["IMI_DATABASE_URL", "IMI_CATALOGUE", "IMI_SETTINGS_FILE"])
@pytest.mark.parametrize("form", ["absolute", "relative"])
def test_no_folder_is_in_it(
    shell: Shell, tmp_path: Path, folder: str, name: str, form: str
) -> None:
    """A home directory is named after a person."""
    path = (tmp_path if form == "absolute" else Path()) / "home" / folder / "curlew.file"
    shell.environment[name] = f"sqlite:///{path}" if name == "IMI_DATABASE_URL" else str(path)

    shell.type("support-bundle", str(tmp_path / "bundle.zip"))

    bundled = "".join(unpacked(tmp_path / "bundle.zip").values())
    assert "curlew.file" in bundled
    for private in ("anna", "Anna", "olm", "imi bot", f"{tmp_path}"):
        assert private not in bundled, private


def test_a_settings_file_that_cannot_be_read_is_told_without_its_folder(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "anna.holm" / "settings"
    file.parent.mkdir()
    file.write_text("no setting\nno setting\n", "utf-8")
    shell.environment["IMI_SETTINGS_FILE"] = str(file)

    shell.type("support-bundle", str(tmp_path / "bundle.zip"))

    problem = json.loads(unpacked(tmp_path / "bundle.zip")["settings.json"])["problem"]
    assert [line.split(":")[0] for line in problem.splitlines()] == [
        "settings, line 1",
        "settings, line 2",
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/srv/anna.holm/x.zip: No space left.", "x.zip: No space left."),
        ("said:/srv/anna.holm/x.zip", "said:x.zip"),
        ("one\\n/srv/anna.holm/x.zip", "one\\nx.zip"),
        ("../anna.holm/x.zip and ~/anna.holm/y.zip", "x.zip and y.zip"),
        ("/home/anna.holm is a directory", "(a home directory) is a directory"),
        ("See https://api.slack.com/apps/x and docs/reference/metrics.md.", None),
        ('imi_answer_seconds_count{listener="/imi-users"} 1', None),
    ],
)
def test_only_paths_lose_their_folders(text: str, left: str | None) -> None:
    assert without_folders(text, ()) == (text if left is None else left)


async def test_all_that_helps_is_in_it(parts: dict[str, str]) -> None:
    named = {line.split()[0] for line in ABOUT.splitlines() if "   " in line}
    loaded: dict[str, Any] = {
        name: json.loads(text) for name, text in parts.items() if name.endswith(".json")
    }

    assert {*parts} == named | {"about.txt"}
    settings = loaded["settings.json"]
    assert set(settings) == {name.upper() for name in Settings.model_fields}
    shown = {name: settings[name] for name in ("IMI_HTTP_PORT", "IMI_PASSWORD_MONTHS")}
    assert shown == {"IMI_HTTP_PORT": 8000, "IMI_PASSWORD_MONTHS": 6}
    assert {settings[name] for name in PRIVATE} == {support_parts.MASKED}
    assert settings["IMI_USERNAME_DELIVERY"] == "blocks"
    assert loaded["versions.json"]["packages"]["SQLAlchemy"]
    assert {check["check"] for check in loaded["doctor.json"]["checks"]} >= {"database", "mail"}
    assert loaded["doctor.json"]["warnings"] == ["public_url", "authorities_without_administrator"]
    assert loaded["health.json"]["rows"]["users"] == 1
    waiting = {each["kind"] for each in loaded["health.json"]["deliveries"]}
    assert "temporary_password" in waiting
    assert parts["metrics.txt"].startswith("# No bot answers on this machine (")


def test_it_is_made_when_nothing_works(shell: Shell, tmp_path: Path) -> None:
    result = shell.type("support-bundle", str(tmp_path / "bundle.zip"))

    assert result.exit_code == 0, result.output
    parts = unpacked(tmp_path / "bundle.zip")
    assert "there is no file" in parts["health.json"]
    assert not json.loads(parts["doctor.json"])["ok"]


def test_wrong_settings_are_in_it(shell: Shell, tmp_path: Path) -> None:
    shell.environment["IMI_SECRET_KEY"] = "too-short"

    shell.type("support-bundle", str(tmp_path / "bundle.zip"))

    parts = unpacked(tmp_path / "bundle.zip")
    assert "IMI_SECRET_KEY" in json.loads(parts["settings.json"])["problem"]
    assert "too-short" not in "".join(parts.values())


def test_an_unexpected_error_does_not_prevent_the_bundle(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> str:
        raise KeyError("Anna Holm")

    monkeypatch.setattr(support_parts, "health", fail)

    result = shell.type("support-bundle", str(tmp_path / "bundle.zip"))

    parts = unpacked(tmp_path / "bundle.zip")
    assert result.exit_code == 0
    assert json.loads(parts["health.json"])["problem"].startswith("KeyError at ")
    assert "Anna" not in parts["health.json"]


def test_it_is_for_its_owner_and_overwrites_nothing(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    first = shell.type("support-bundle", str(file))
    content = file.read_bytes()

    second = shell.type("support-bundle", str(file))

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "File exists." in second.output
    assert file.read_bytes() == content
