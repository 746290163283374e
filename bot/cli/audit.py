"""`imi-bot audit …`: is the trail still what was written?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli.common import carry_out, fail, settings_or_exit
from bot.database import open_ready_database
from bot.settings.settings import Settings
from bot.settings.signing_keys import audit_keys
from core.audit.verification import VerificationResult
from core.audit.verification import verify as verify_trail

app = typer.Typer(help="The audit trail.", no_args_is_help=True)
WITHOUT_HEADS = (
    "Without a posted head (--head), a trail that was rewritten as a whole and lost its heads"
    " cannot be told from the true one."
)
console = Console(highlight=False, stderr=True)


@app.callback()
def _audit() -> None:
    """The audit trail."""


@app.command()
def verify(
    head: Annotated[list[str], typer.Option("--head", help="A posted checkpoint; repeat it.")] = [],  # noqa: B006 - typer reads it, nobody changes it
) -> None:
    """Report altered, inserted, removed, reordered or cut-off entries; exit code 1 if any."""
    settings = settings_or_exit()
    posted = dict(_read(one) for one in head)
    verdict = carry_out(lambda: _verify(settings, posted))
    for line in _lines(verdict):
        typer.echo(line)
    if not posted:
        typer.echo(WITHOUT_HEADS)
    if verdict.faults:
        raise typer.Exit(1)


def _lines(verdict: VerificationResult) -> Iterator[str]:
    for number in verdict.forged:
        yield f"Head {number}: not signed with IMI_AUDIT_KEY."
    for number in verdict.gone:
        yield f"Head {number}: posted, and not in the database."
    for number in verdict.unlinked:
        yield f"Head {number}: the head before it was taken away, or one was put in there."
    for finding in verdict.findings:
        yield f"Entry {finding.number}: {finding.fault}."
    if verdict.unsigned:
        yield "There are entries older than a day and no signed head at all."
    if verdict.vouched < verdict.entries:
        yield f"No signed head covers entries {verdict.vouched + 1} to {verdict.entries}."
    yield f"{verdict.entries} entries, {verdict.faults} faults."


async def _verify(settings: Settings, posted: dict[int, str]) -> VerificationResult:
    ended = Event()
    async with open_ready_database(settings) as (store, _):
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Entries", total=None)

            def tell(taken: int, newest: int) -> None:
                # A thread's work does not end with whoever waits for it.
                if ended.is_set():
                    raise KeyboardInterrupt
                progress.update(task, completed=taken, total=newest)

            keys, now = audit_keys(settings), datetime.now(UTC)
            wish = partial(verify_trail, keys=keys, posted=posted, tell=tell, now=now)
            try:
                return await store.read(wish)
            finally:
                ended.set()


def _read(text: str) -> tuple[int, str]:
    number, colon, entry_hash = text.strip().strip("`").partition(":")
    if not (number.isdecimal() and colon and entry_hash):
        raise fail(f"--head {text}: write NUMBER:SEAL, as it stands in the channel.")
    return int(number), entry_hash
