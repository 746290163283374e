"""Tests of the dependencies: each has its reason, is pinned, and is in the SBOM."""

import json
import re
import subprocess
import sys
import tomllib
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

PYPROJECT = Path("pyproject.toml").read_text("utf-8")
LOCK = Path("requirements-dev.lock").read_text("utf-8")
RUNTIME_LOCK = Path("requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads(PYPROJECT)
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^ ;]+)", re.MULTILINE)
PINNED = set(PIN.findall(LOCK))
# Addresses and paths of one environment, which must not be in a lock file.
ELSEWHERE = ("http:", "https:", "file:", str(Path.cwd()), str(Path.home()))


@pytest.fixture(scope="module")
def sbom(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of the SBOM, made by its command."""
    file = tmp_path_factory.mktemp("sbom") / "sbom.json"
    command = [sys.executable, "-W", "error", "-m", "docs.sbom", str(file)]
    subprocess.run(command, check=True)  # noqa: S603 - ours
    return file.read_text("utf-8")


def components_of(text: str) -> list[dict[str, Any]]:
    sbom = json.loads(text)
    assert (sbom["bomFormat"], sbom["specVersion"]) == ("CycloneDX", "1.6")
    components: list[dict[str, Any]] = sbom["components"]
    return components


def test_the_sbom_lists_each_pinned_package_with_its_hashes(sbom: str) -> None:
    components = components_of(sbom)

    assert {(component["name"], component["version"]) for component in components} == PINNED
    hashed = {
        found["content"]
        for component in components
        for reference in component["externalReferences"]
        for found in reference["hashes"]
    }
    assert hashed == set(re.findall(r"sha256:([0-9a-f]{64})", LOCK))


def test_the_sbom_has_a_licence_for_each_installed_package(sbom: str) -> None:
    without_licence = {
        component["name"] for component in components_of(sbom) if not component.get("licenses")
    }

    # The lock has only the files of packages for other platforms.
    elsewhere = set(re.findall(r"^([a-z0-9-]+)==[^;\n]* ; .*win32", LOCK, re.MULTILINE))
    assert without_licence <= elsewhere


def test_the_sbom_distinguishes_runtime_demo_and_build_packages(sbom: str) -> None:
    scopes = {component["name"]: component["scope"] for component in components_of(sbom)}

    assert (scopes["slack-bolt"], scopes["yarl"]) == ("required", "required")
    assert (scopes["aiosmtpd"], scopes["atpublic"]) == ("optional", "optional")
    assert (scopes["ruff"], scopes["execnet"]) == ("excluded", "excluded")


def test_the_sbom_of_the_image_has_its_debian_packages_and_no_tools(tmp_path: Path) -> None:
    (tmp_path / "status.d").mkdir()
    (tmp_path / "status.d/libssl3").write_text(
        "Package: libssl3\nArchitecture: amd64\nVersion: 3.5.1-1\nDescription: keys\n for TLS\n"
    )
    file = tmp_path / "sbom.json"

    command = [sys.executable, "-W", "error", "-m", "docs.sbom", str(file)]
    subprocess.run([*command, "--image", str(tmp_path / "status.d")], check=True)  # noqa: S603 - ours

    components = components_of(file.read_text("utf-8"))
    named = {(component["name"], component["version"]) for component in components}
    assert named == {*PIN.findall(RUNTIME_LOCK), ("libssl3", "3.5.1-1")}
    (debian,) = [one for one in components if one["name"] == "libssl3"]
    assert debian["purl"] == "pkg:deb/debian/libssl3@3.5.1-1?arch=amd64"


def test_the_sbom_contains_no_urls_or_paths(sbom: str) -> None:
    text = sbom.replace("http://cyclonedx.org/schema/", "")

    assert [place for place in ELSEWHERE if place in text] == []


def test_the_product_uses_the_required_libraries() -> None:  # C1
    code = "\n".join(
        file.read_text("utf-8")
        for package in ("bot", "core")
        for file in Path(package).rglob("*.py")
    )

    for library, module in (
        ("slack-bolt", "slack_bolt"),
        ("libpass", "passlib"),
        ("apscheduler", "apscheduler"),
    ):
        assert library in {name for name, _ in PINNED}
        assert re.search(rf"^\s*(from|import) {module}\b", code, re.MULTILINE), module
    assert all(Path(package).is_dir() for package in ("bot", "handlers", "core", "tests"))
    assert all(Path(file).is_file() for file in ("manifest.yml", "pyproject.toml"))


def test_the_lock_contains_no_urls_or_paths() -> None:
    assert [place for place in ELSEWHERE if place in LOCK + RUNTIME_LOCK] == []


def test_the_products_lock_pins_what_it_needs_and_nothing_else() -> None:
    runtime = dict(PIN.findall(RUNTIME_LOCK))

    # The tested versions are the installed ones.
    assert set(runtime.items()) <= PINNED
    needed = {Requirement(wanted).name.lower() for wanted in PROJECT["project"]["dependencies"]}
    assert needed <= runtime.keys()
    assert runtime.keys() & {"aiosmtpd", "hatchling", "pytest", "ruff"} == set()


def test_every_dependency_has_its_reason() -> None:
    reasons = re.findall(r'^  "([^"]+)", +# (\S.+)$', PYPROJECT, re.MULTILINE)

    wanted = PROJECT["project"]
    every = [
        *wanted["dependencies"],
        *chain.from_iterable(wanted["optional-dependencies"].values()),
    ]
    assert set(every) <= {name for name, _ in reasons}
    assert {Requirement(requirement).name.lower() for requirement in every} <= {
        name for name, _ in PINNED
    }


def test_every_rule_is_on_and_each_exception_has_its_reason() -> None:
    lint = PROJECT["tool"]["ruff"]["lint"]
    reasons = re.findall(r'^  "([A-Z]+[0-9]*)", +# \S', PYPROJECT, re.MULTILINE)

    assert lint["select"] == ["ALL"]
    assert set(lint["ignore"]) <= set(reasons)
    # Of the rules about security none is off everywhere.
    assert [code for code in lint["ignore"] if re.fullmatch(r"S\d*", code)] == []


def test_each_exception_in_the_code_has_its_reason() -> None:
    files = [
        file
        for package in ("bot", "core", "handlers", "sandbox")
        for file in Path(package).rglob("*.py")
    ]
    bare = [
        f"{file}: {line.strip()}"
        for file in files
        for before, line in pairwise(file.read_text("utf-8").splitlines())
        if re.search(r"# noqa: S\d+(, [A-Z]+\d+)*\s*$", line) and not before.strip().startswith("#")
    ]

    assert bare == []
