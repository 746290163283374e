"""`imi-bot support-bundle`: writes a file for support, without secrets and personal data."""

import io
import os
import zipfile
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from bot.cli import standard_output, support_parts
from bot.cli.failures import failure, run_or_exit
from bot.cli.path_folders import named_files, without_folders
from bot.monitoring.logs import location_of
from bot.settings.settings import Settings, SettingsError, read_settings

ABOUT = """\
A support bundle of imi-bot. It holds no secret and no personal data; read it before you send it.

versions.json   versions of imi-bot, Python, the system and every package
settings.json   the names of all settings; values only of those that are numbers or options
doctor.json     what `imi-bot doctor --json` finds; no channel's name, of warnings only the names
health.json     states of jobs, the outbox, faults of Slack and mail, and how many rows there are
metrics.txt     what /metrics of the bot on this machine answers, if it runs
readyz.txt      what /readyz of the bot on this machine answers, if it runs

Of paths, only the names of files are in it.
The log is not in it: its lines hold names of events and row ids only
(docs/reference/log-events.md).
"""


def support_bundle(
    file: Annotated[
        Path,
        typer.Argument(help="The zip to write, which must not exist yet; - means standard output."),
    ],
) -> None:
    """Write versions, settings without their secrets, doctor's findings and counts into a zip."""
    standard_output.refuse_terminal(file, "support-bundle")
    parts = run_or_exit(_parts)
    try:
        with _open(file) as out:
            out.write(_zipped(parts))
    except OSError as error:
        raise failure(f"{file}: {error.strerror}.") from None
    message = (
        f"{len(parts)} parts in {standard_output.place_name(file)}. Read it before you send it."
    )
    typer.echo(message, err=file == standard_output.STANDARD_OUTPUT)


def _open(file: Path) -> BinaryIO:
    if file == standard_output.STANDARD_OUTPUT:
        return standard_output.open_standard_output()
    # For its owner alone, as a backup is, until somebody has read it.
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


async def _parts() -> dict[str, str]:
    parts = {"about.txt": ABOUT, "versions.json": support_parts.versions()}
    settings = None
    try:
        settings = read_settings()
    except SettingsError as error:
        # Each of its sentences names a setting or a file; none quotes a value.
        parts["settings.json"] = support_parts.as_text({"problem": str(error)})
    else:
        parts |= await _parts_about(settings)
    files = named_files(settings)
    return {name: without_folders(text, files) for name, text in parts.items()}


async def _parts_about(settings: Settings) -> dict[str, str]:
    return {
        "settings.json": support_parts.settings_overview(settings),
        "doctor.json": await _or_problem(support_parts.findings(settings)),
        "health.json": await _or_problem(support_parts.health(settings, datetime.now(UTC))),
        "metrics.txt": await support_parts.page_of_the_running_bot(settings, "/metrics"),
        "readyz.txt": await support_parts.page_of_the_running_bot(settings, "/readyz"),
    }


async def _or_problem(part: Awaitable[str]) -> str:
    """Return the part, or the kind of an error: the bundle is made when something is broken."""
    try:
        return await part
    except Exception as error:  # noqa: BLE001 - whatever it is, the other parts are worth having
        # The error's text may quote anything.
        where = location_of(error.__traceback__)
        return support_parts.as_text({"problem": f"{type(error).__name__} at {where}"})


def _zipped(parts: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in parts.items():
            bundle.writestr(name, content)
    return packed.getvalue()
