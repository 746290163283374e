"""The release's files, built from the checkout, and the bot installed from them elsewhere."""

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PROBE = "anyascii"


@dataclass(frozen=True, slots=True)
class Distributions:
    """The files of a release: the source distribution, and the wheel that is built from it."""

    sdist: Path
    wheel: Path


@dataclass(frozen=True, slots=True)
class InstalledBot:
    """`imi-bot` in a virtual environment of its own; its commands run in `folder`."""

    environment: Path
    folder: Path

    @asynccontextmanager
    async def started(
        self, *words: str, program: str = "imi-bot", **settings: str
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """Start a command with these settings, and without this process's environment.

        A command that still runs at the end of the block is killed.
        """
        process = await asyncio.create_subprocess_exec(
            *(str(self.environment / "bin" / program), *words),
            cwd=self.folder,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", **settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()

    async def run_python(self, code: str) -> tuple[int, str]:
        """Run Python code where the bot is installed; return exit code and output."""
        return await self.run("-c", code, program="python")

    async def run(self, *words: str, program: str = "imi-bot", **settings: str) -> tuple[int, str]:
        """Run a command to its end; return exit code and output."""
        started = self.started(*words, program=program, **settings)
        async with started as process, asyncio.timeout(60):
            output, _ = await process.communicate()
            return await process.wait(), output.decode()

    def install(self, *words: str) -> None:
        """Install packages into the environment with pip."""
        pip(self.environment / "bin" / "python", "install", "--no-compile", *words)


def built_once(folder: Path) -> Distributions:
    """Return the files of a release in the folder, which the first caller of all processes builds.

    They are built as `make wheel` builds them.
    """
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not any(folder.glob("*.whl")):
            _build(folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Distributions(sdist, wheel)


def _build(folder: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - ours
    (sdist,) = folder.glob("*.tar.gz")
    options = ("--no-build-isolation", "--no-deps", "--wheel-dir", str(folder))
    pip(sys.executable, "wheel", *options, str(sdist))


def install(python: str, distributions: Distributions, folder: Path) -> InstalledBot:
    """Install the wheel with the packages of requirements.lock, as docs/deploying.md says."""
    bot = InstalledBot(folder / "environment", folder / "elsewhere")
    bot.folder.mkdir()
    subprocess.run([python, "-m", "venv", bot.environment], check=True)  # noqa: S603 - ours
    bot.install("--require-hashes", "-r", str(ROOT / "requirements.lock"))
    bot.install("--no-deps", "--no-index", str(distributions.wheel))
    return bot


def python_of(minor: int) -> str | None:
    """Return the path of Python 3.`minor`, or None if it cannot be found on the PATH."""
    if sys.version_info.minor == minor:
        return sys.executable
    found = shutil.which(f"python3.{minor}")
    # pyenv puts a command of this name on the PATH that fails.
    works = found and subprocess.run([found, "-V"], check=False, capture_output=True)  # noqa: S603
    return found if works and works.returncode == 0 else None


def can_download(folder: Path) -> bool:
    """Return whether pip gets a small package from its index."""
    command = ("download", "--no-deps", "--no-cache-dir", "--retries", "0", "--timeout", "10")
    try:
        pip(sys.executable, *command, "--dest", str(folder), _PROBE)
    except subprocess.CalledProcessError:
        return False
    return True


def pip(python: str | Path, *words: str) -> None:
    """Run pip; what it prints is in the error if it fails."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(  # noqa: S603 - ours
        command, env=environment, check=True, capture_output=True, text=True
    )
