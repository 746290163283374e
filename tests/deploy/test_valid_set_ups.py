"""Tests that compose, systemd and Kubernetes accept the files in deploy/."""

import importlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.set_ups import DEPLOY, UNIT, require

OLDEST = "1.30"  # the first release that knows the pause before SIGTERM
NEWEST = "1.37"


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("file", ["kubernetes.yaml", "kubernetes-plan.yaml"])
def test_every_object_is_valid_for_the_schemas_of_kubernetes(file: str, version: str) -> None:
    for each in yaml.safe_load_all((DEPLOY / file).read_text("utf-8")):
        schemas().validate(each, version, strict=True)


def test_the_schemas_of_kubernetes_find_a_misspelt_name() -> None:
    service: Any = {"apiVersion": "v1", "kind": "Service", "spec": {"port": []}}

    with pytest.raises(schemas().ValidationError):
        schemas().validate(service, NEWEST, strict=True)


def test_compose_accepts_the_file_with_the_host_name_from_env_alone(tmp_path: Path) -> None:
    require("docker-compose")
    for file in ("compose.yml", "Caddyfile"):
        shutil.copy(DEPLOY / file, tmp_path)
    shutil.copy(DEPLOY / "settings.example", tmp_path / "settings")
    (tmp_path / ".env").write_text("PORTAL_HOST=imi.authority.example\n", "utf-8")

    words = ["docker-compose", "--file", "compose.yml", "config"]
    done = subprocess.run(  # noqa: S603
        words, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    services = yaml.safe_load(done.stdout)["services"]
    assert services["proxy"]["environment"]["PORTAL_HOST"] == "imi.authority.example"
    assert services["bot"]["image"] == "localhost/imi-bot:latest"


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    require("systemd-analyze")
    program = tmp_path / "imi-bot"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    unit = tmp_path / "imi-bot.service"
    unit.write_text(UNIT.replace("/opt/imi-bot/bin/imi-bot", str(program)), "utf-8")

    done = subprocess.run(  # noqa: S603
        ["systemd-analyze", "verify", "--man=no", str(unit)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def schemas() -> Any:  # noqa: ANN401 - the package has no types
    """Return the module with the schemas; skip the test where it is not installed."""
    try:
        return importlib.import_module("kubernetes_validate")
    except ModuleNotFoundError:
        assert "IMI_TEST_COMPLETE" not in os.environ, "kubernetes_validate is missing."
        pytest.skip("needs kubernetes-validate")
