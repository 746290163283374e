"""`imi-bot audit verify` and `imi-bot audit adopt`: verify the audit trail, renew signatures in it.

`adopt` signs checkpoints again whose key was lost.
"""

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
from bot.settings.signing_keys import audit_key_setting, audit_keys, unknown_key_text
from core.audit import adoption
from core.audit.signing import TrailBrokenError
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
    for line in _lines(result, audit_key_setting(settings)):
        typer.echo(line)
    if not posted:
        typer.echo(NO_CHECKPOINT_GIVEN)
    if result.faults:
        raise typer.Exit(1)


@app.command()
def adopt(
    checkpoint: Annotated[
        list[str],
        typer.Option("--checkpoint", help="A checkpoint as posted in Slack; repeatable."),
    ] = [],  # noqa: B006 - typer reads the default and never changes it
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Sign the checkpoints anew whose key is lost, after verifying all the rest of the trail.

    Not needed while the earlier key is known: put it behind the new one instead, and the running
    bot does this by itself.
    """
    settings = settings_or_exit()
    posted = dict(_parse_checkpoint(text) for text in checkpoint)
    result = run_or_exit(lambda: _verify(settings, posted))
    if not result.invalid:
        typer.echo("Every checkpoint is signed with a known key. Nothing to do.")
        return
    if result.faults > len(result.invalid):
        raise failure("The trail has other faults. Run: imi-bot audit verify")
    typer.echo(f"{len(result.invalid)} checkpoints were signed with a key that is not known here.")
    if not posted:
        typer.echo(NO_CHECKPOINT_GIVEN)
    if not yes:
        typer.confirm(
            "Was the key changed by you, and is it lost? They are signed anew", abort=True
        )
    numbers = run_or_exit(lambda: _adopt(settings))
    setting = audit_key_setting(settings)
    typer.echo(f"{len(numbers)} checkpoints are now signed with {setting}. This is on record.")


async def _adopt(settings: Settings) -> tuple[int, ...]:
    keys, now = audit_keys(settings), datetime.now(UTC)
    async with open_ready_database(settings) as (store, _):
        try:
            return await store.write(lambda tx: adoption.adopt(tx, keys, now))
        except TrailBrokenError as broken:
            raise failure(str(broken)) from None


def _lines(result: VerificationResult, setting: str) -> Iterator[str]:
    for number in result.invalid:
        yield f"Checkpoint {number}: not signed with {setting}."
    for key_id in result.unknown_key_ids:
        yield unknown_key_text(key_id, setting)
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
