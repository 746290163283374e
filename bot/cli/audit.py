"""`imi-bot audit verify`: verifies the audit trail's hash chain and its checkpoints."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from bot.settings.signing_keys import audit_keys
from core.audit.verification import VerificationResult
from core.audit.verification import verify as verify_trail

app = typer.Typer(help="The audit trail.", no_args_is_help=True)
NO_CHECKPOINT_GIVEN = (
    "Without a posted checkpoint (--checkpoint), a trail that was rewritten as a whole and lost its"
    " checkpoints cannot be told from the true one."
)
NO_KEY = (
    "IMI_AUDIT_KEY is missing, and so is IMI_SECRET_KEY: without the key that signed the"
    " checkpoints they cannot be verified."
)
console = Console(highlight=False, stderr=True)


@app.callback()
def _audit() -> None:
    """The audit trail."""


@app.command()
def verify(
    checkpoint: Annotated[
        list[str],
        typer.Option(
            "--checkpoint", help="A checkpoint as posted in Slack, NUMBER:HASH; repeatable."
        ),
    ] = [],  # noqa: B006 - typer reads the default and never changes it
) -> None:
    """Find altered, inserted, removed, reordered or cut-off entries; exit code 1 if any."""
    settings = settings_or_exit(LocalSettings)
    if not audit_keys(settings):
        raise failure(NO_KEY)
    posted = dict(_parse_checkpoint(text) for text in checkpoint)
    result = run_or_exit(lambda: _verify(settings, posted))
    for line in _lines(result):
        typer.echo(line)
    if not posted:
        typer.echo(NO_CHECKPOINT_GIVEN)
    if result.faults:
        raise typer.Exit(1)


def _lines(result: VerificationResult) -> Iterator[str]:
    for number in result.invalid:
        yield f"Checkpoint {number}: not signed with IMI_AUDIT_KEY."
    for number in result.missing:
        yield f"Checkpoint {number}: posted, and not in the database."
    for number in result.unlinked:
        yield f"Checkpoint {number}: the one before it was taken away, or one was put in there."
    for finding in result.findings:
        yield f"Entry {finding.number}: {finding.fault}."
    if result.unsigned:
        yield "There are entries older than a day and no signed checkpoint at all."
    if result.covered_up_to < result.entries:
        yield f"No signed checkpoint covers entries {result.covered_up_to + 1} to {result.entries}."
    yield f"{result.entries} entries, {result.faults} faults."


async def _verify(settings: Settings, posted: dict[int, str]) -> VerificationResult:
    ended = Event()
    async with open_ready_database(settings) as (store, _):
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Entries", total=None)

            def show_progress(done: int, total: int) -> None:
                # Cancelling the wait does not stop the thread, so that it must stop itself.
                if ended.is_set():
                    raise KeyboardInterrupt
                progress.update(task, completed=done, total=total)

            keys, now = audit_keys(settings), datetime.now(UTC)
            operation = partial(
                verify_trail, keys=keys, posted=posted, report_progress=show_progress, now=now
            )
            try:
                return await store.read(operation)
            finally:
                ended.set()


def _parse_checkpoint(text: str) -> tuple[int, str]:
    number, colon, entry_hash = text.strip().strip("`").partition(":")
    if not (number.isdecimal() and colon and entry_hash):
        raise failure(f"--checkpoint {text}: write NUMBER:HASH, as it stands in the channel.")
    return int(number), entry_hash
