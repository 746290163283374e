"""Tests that the release workflow uses what the repository has, and has a version to release."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

TEXT = Path(".github/workflows/release.yml").read_text("utf-8")
WORKFLOW: dict[str, Any] = yaml.safe_load(TEXT)
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
TARGETS = set(re.findall(r"^([a-z-]+):", Path("Makefile").read_text("utf-8"), re.MULTILINE))


def test_every_action_of_others_is_pinned_by_its_commit() -> None:
    uses = [step["uses"] for step in STEPS if "uses" in step]

    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", use)] == []
    assert len(re.findall(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", TEXT, re.MULTILINE)) == len(uses)


def test_the_release_runs_commands_that_exist() -> None:
    runs = "\n".join(step.get("run", "") for step in STEPS)

    named = {name for words in re.findall(r"\bmake ([a-z -]+)", runs) for name in words.split()}
    assert named == {"setup", "test", "wheel", "sbom"}
    assert named <= TARGETS
    for file in (".ci/run", "tests/product/test_wheel.py", "CHANGELOG.md"):
        assert (file in runs, Path(file).exists()) == (True, True)


def test_nothing_typed_outside_reaches_a_shell_of_the_release() -> None:
    """An expression in a script would be part of it; environment variables are only data."""
    assert [step["run"] for step in STEPS if "${{" in step.get("run", "")] == []


def test_only_the_last_job_of_the_release_may_publish() -> None:
    rights = {name: job.get("permissions") for name, job in WORKFLOW["jobs"].items()}

    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert {name for name, given in rights.items() if given} == {"publish"}
    assert set(WORKFLOW["jobs"]["publish"]["needs"]) == {"files", "image"}


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    headings = re.findall(r"^## (.+)$", Path("CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert headings[0].split()[0] == project["version"]
