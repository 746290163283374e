"""Fixtures of the tests with containers: the image, a workspace outside, the settings."""

from __future__ import annotations

import os
import secrets
import shutil
from typing import TYPE_CHECKING

import pytest

from bot.demo.country import channels, members
from bot.slack.manifest import manifest_path
from sandbox import AppInstall, Sandbox
from tests.crash.environment import environment_of
from tests.deploy import container_image

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(scope="session")
def image() -> None:
    """Build the image once."""
    tools = ("podman", "runc", "mmdebstrap", "caddy")
    missing = [tool for tool in tools if shutil.which(tool) is None]
    missing += [] if os.geteuid() == 0 else ["root"]
    if missing:
        assert "IMI_TEST_COMPLETE" not in os.environ, f"Missing: {missing}."
        pytest.skip(f"needs podman, runc, mmdebstrap, caddy and root; missing: {missing}")
    container_image.build_image()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The directory that the container sees as its volume."""
    directory = tmp_path / "data"
    directory.mkdir()
    container_image.hand_over(directory)
    return directory


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    """The workspace, outside the container."""
    install = AppInstall(manifest_path(), secrets.token_hex(16), "xoxb-image")
    async with Sandbox(members=members(), channels=channels(), app=install) as sandbox:
        yield sandbox


@pytest.fixture
def environment(slack: Sandbox) -> dict[str, str]:
    """The container's settings; the image itself says where the database is."""
    whole = environment_of(slack, database="", log="")
    slack.request_url = f"{whole['IMI_PUBLIC_URL']}/slack/events"
    left_out = {"IMI_DATABASE_URL", "IMI_CRASH_LOG"}
    return {name: value for name, value in whole.items() if name not in left_out}
