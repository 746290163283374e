"""Builds the container image and runs containers of it, read-only and without privileges."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tarfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

ROOT = Path(__file__).parents[2]
PODMAN = str(ROOT / "deploy/podman.sh")
IMAGE = "localhost/imi-bot:latest"
UID = 10001
DATA = "/var/lib/imi-bot"
# As deploy/compose.yml and deploy/kubernetes.yaml run it. Without systemd there is no timer for
# health checks, and no process may raise its limits.
UNPRIVILEGED = (
    *("--network", "host", "--read-only", "--cap-drop", "all"),
    *("--security-opt", "no-new-privileges", "--no-healthcheck"),
    *("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"),
)


def build_image() -> None:
    """Build base and image, except where `IMI_TEST_IMAGE` says that the image is there."""
    if "IMI_TEST_IMAGE" not in os.environ:
        command = [str(ROOT / "deploy/build_image.sh"), "--own-base"]
        subprocess.run(command, check=True, env={**os.environ, "PYTHON": sys.executable})  # noqa: S603


def podman(*words: str) -> str:
    """Run podman; return what it prints."""
    return podman_bytes(*words).decode().strip()


def podman_bytes(*words: str) -> bytes:
    """Run podman; return its standard output as it is."""
    done = subprocess.run([PODMAN, *words], capture_output=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def hand_over(data: Path) -> None:
    """Make the container's user the owner of the directory and of what is in it."""
    for path in (data, *data.iterdir()):
        os.chown(path, UID, UID)


def unpacked_bytes() -> int:
    """Return the size of all files of the image."""
    return int(podman("image", "inspect", "--format", "{{.Size}}", IMAGE))


def compressed_bytes(folder: Path) -> int:
    """Return the size of what a registry transfers: the compressed layers."""
    archive = folder / "image.tar"
    podman("save", "--quiet", "--format", "oci-archive", "--output", str(archive), IMAGE)
    with tarfile.open(archive) as opened:
        return sum(member.size for member in opened.getmembers() if "blobs/" in member.name)


def names_in_the_image(folder: Path) -> set[str]:
    """Return the names of all its files, without a leading slash."""
    archive = folder / "root.tar"
    container = podman("create", "--no-healthcheck", IMAGE)
    podman("export", "--output", str(archive), container)
    podman("rm", container)
    with tarfile.open(archive) as opened:
        return set(opened.getnames())


@dataclass(frozen=True, slots=True)
class Container:
    """A container that was started."""

    id: str
    started_at: float

    def exec(self, *words: str) -> str:
        """Run a command inside; return what it prints."""
        return podman("exec", self.id, *words)

    def status_of_the_bot(self) -> dict[str, str]:
        """Return what the kernel says of the bot's process, which the init started."""
        init = podman("inspect", "--format", "{{.State.Pid}}", self.id)
        child = Path(f"/proc/{init}/task/{init}/children").read_text("utf-8").split()[0]
        lines = Path(f"/proc/{child}/status").read_text("utf-8").splitlines()
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def configuration(self) -> dict[str, Any]:
        """Return the container's settings, as podman says them."""
        inspected: list[dict[str, Any]] = json.loads(podman("inspect", self.id))
        return inspected[0]

    async def until_ready(self, url: str) -> float:
        """Wait until `/readyz` answers 200; return the seconds since the start."""
        async with aiohttp.ClientSession() as session, asyncio.timeout(90):
            while True:
                try:
                    async with session.get(f"{url}/readyz") as answer:
                        if answer.status == 200:
                            return time.monotonic() - self.started_at
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def stop(self) -> tuple[int, float]:
        """Send SIGTERM; return exit code and seconds. After 30 seconds it would be killed: 137."""
        began = time.monotonic()
        await asyncio.to_thread(podman, "stop", "--time", "30", self.id)
        return self.exit_code(), time.monotonic() - began

    async def started_again(self) -> Container:
        """Start it once more after a stop; a new one would need a copy of the image's files."""
        return await asyncio.to_thread(_started, self.id)

    def exit_code(self) -> int:
        """Return the exit code of a container that ended."""
        return int(podman("inspect", "--format", "{{.State.ExitCode}}", self.id))


@asynccontextmanager
async def running_container(
    environment: dict[str, str], data: Path, *options: str
) -> AsyncIterator[Container]:
    """Run the bot in a container with `data` as its volume; remove it when the block ends."""
    container = await asyncio.to_thread(start, environment, data, *options)
    try:
        yield container
    finally:
        await asyncio.to_thread(podman, "rm", "--force", "--time", "0", container.id)


def start(environment: dict[str, str], data: Path, *options: str) -> Container:
    """Start a container, and return at once."""
    words = [*UNPRIVILEGED, "--volume", f"{data}:{DATA}", *_variables(environment), *options]
    return _started(podman("create", *words, IMAGE))


def _started(container: str) -> Container:
    began = time.monotonic()
    podman("start", container)
    return Container(container, began)


def run(environment: dict[str, str], data: Path, *command: str, options: Sequence[str] = ()) -> str:
    """Run a command of `imi-bot` in a container of its own; return what it prints."""
    words = [*UNPRIVILEGED, "--volume", f"{data}:{DATA}", *_variables(environment), *options]
    return podman("run", "--rm", *words, IMAGE, *command)


def _variables(environment: dict[str, str]) -> list[str]:
    return [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
