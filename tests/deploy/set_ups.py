"""The files of deploy/ as values: the unit's lines, the compose file, the Kubernetes objects."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
import yaml

from tests.databases import COMPLETE
from tests.deploy.container_image import ROOT

DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "imi-bot.service").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
# Paths for monitoring alone; each of the reverse proxies blocks them from the outside.
MONITORING_PATHS = ("/metrics", "/readyz", "/healthz")


def unit_values(name: str) -> list[str]:
    """Return the values of each line `name=value` of the unit."""
    return [line.partition("=")[2] for line in UNIT.splitlines() if line.startswith(f"{name}=")]


def kubernetes_objects(file: str = "kubernetes.yaml") -> dict[str, Any]:
    """Return the objects of the file by their kind; each kind is there once."""
    loaded = list(yaml.safe_load_all((DEPLOY / file).read_text("utf-8")))
    objects = {each["kind"]: each for each in loaded}
    assert len(objects) == len(loaded)
    return objects


def require(program: str) -> None:
    """Skip the test on a machine without the program; in CI it fails."""
    if shutil.which(program) is None:
        assert not COMPLETE, f"{program} is missing"
        pytest.skip(f"needs {program}")
