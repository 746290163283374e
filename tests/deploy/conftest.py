"""Fixtures of the tests with containers: the image, a workspace outside, the settings."""

from __future__ import annotations

import os
import secrets
import shutil
from typing import TYPE_CHECKING

import pytest

from bot.demo.country import channels, members
from bot.demo.demo import free_port
from bot.slack.manifest import manifest_path
from sandbox import AppInstall, Sandbox
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
    port = free_port(0)
    slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    return {
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "IMI_HTTP_PORT": str(port),
        "IMI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "IMI_SMTP_URL": slack.smtp_url,
        "IMI_MAIL_FROM": "imi@imi.example",
        "IMI_SECRET_KEY": secrets.token_hex(32),
        "IMI_SLACK_POSTS_PER_MINUTE": "60000",
        "IMI_SLACK_CHANNEL_SECONDS": "0",
    }
