"""Tests of `imi-bot doctor --json`, run as a command against the sandbox."""

import json
import re
from pathlib import Path

from bot.cli.doctor_checks import Check
from sandbox import Sandbox
from tests.bot.cli.shell import Shell, environment, in_thread

GUIDE = Path("docs/monitoring.md").read_text("utf-8")
WARNINGS = {"public_url", "users_of_another_workspace", "authorities_without_administrator"}


async def test_all_checks_are_in_the_json(slack: Sandbox, database: str) -> None:
    channels = {"IMI_AUDIT_CHANNEL": "C0HEALTH", "IMI_COMMISSION_CHANNEL": "C0NONE"}
    shell = Shell({**environment(slack, database), **channels})
    await in_thread(shell, "init")

    result = await in_thread(shell, "doctor", "--json")

    found = json.loads(result.output)
    assert set(found) == {"version", "schema", "ok", "checks", "warnings"}
    checks = {each["check"]: each["ok"] for each in found["checks"]}
    every = {*Check} - WARNINGS - {Check.AUDIT_KEY}
    assert checks == {check: check != Check.COMMISSION_CHANNEL for check in every}
    assert all(set(each) == {"check", "ok", "text"} for each in found["checks"])
    assert [set(each) for each in found["warnings"]] == [{"check", "text"}]
    assert (found["ok"], result.exit_code) == (False, 1)


def test_wrong_settings_are_json_too(shell: Shell) -> None:
    shell.environment["IMI_SECRET_KEY"] = "short-secret"

    result = shell.type("doctor", "--json")

    found = json.loads(result.output)
    assert (found["ok"], result.exit_code) == (False, 1)
    (check,) = found["checks"]
    assert check["check"] == "settings"
    assert "IMI_SECRET_KEY" in check["text"]
    assert "short-secret" not in result.output


def test_the_guide_lists_every_check() -> None:
    listed = re.findall(r"^\| `([a-z_]+)` \| (?:check|warning) \|", GUIDE, re.MULTILINE)

    assert listed == [*Check]
    for warning in WARNINGS:
        assert f"| `{warning}` | warning |" in GUIDE
