"""`imi-bot import`: many users from a CSV file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from core.administration import registration as authority_registration
from core.authorities.rules import Authority
from core.imports.files import parse_rows
from core.imports.rules import ImportReport, ImportRow, RowStatus
from core.imports.service import UserImport, in_batches
from core.rulebook import Rulebook
from core.store.store import Store
from handlers.refusal_texts import refusal_lines

console = Console(highlight=False)


def import_users(
    file: Annotated[Path, typer.Argument(help="A CSV file in the format of `/imi-import`.")],
    authority: Annotated[str, typer.Option(help="The authority's official name.")],
    check: Annotated[bool, typer.Option("--check", help="Only report what would happen.")] = False,  # noqa: FBT002 - a flag
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Check a file of users, then register them after a confirmation."""
    settings = settings_or_exit()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise failure(f"{file}: {error.strerror}.") from None

    async def work() -> None:
        async with open_ready_database(settings) as (store, rulebook):
            desk = _Desk(store, rulebook, await _authority(store, authority))
            await desk.carry_out(parse_rows(content), check=check, yes=yes)

    run_or_exit(work)


class _Desk:
    """Checks and registers, with a progress line each."""

    def __init__(self, store: Store, rulebook: Rulebook, authority: Authority) -> None:
        self._store = store
        self._rulebook = rulebook
        self._authority = authority

    async def carry_out(self, rows: tuple[ImportRow, ...], *, check: bool, yes: bool) -> None:
        expected = await self._go_through(rows, None)
        _tell(expected, "would be registered")
        new = expected.count(RowStatus.CREATED)
        if check or not new:
            return
        if not yes:
            typer.confirm(f"Register {new}?", abort=True)
        now = datetime.now(UTC)
        _tell(await self._go_through(rows, now), "registered")
        console.print("Their mails go out as soon as `imi-bot run` runs.")

    async def _go_through(self, rows: tuple[ImportRow, ...], now: datetime | None) -> ImportReport:
        job, found = UserImport(self._authority.id, None, self._rulebook), ImportReport()
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Checking" if now is None else "Registering", total=len(rows))
            for batch in in_batches(rows):
                found += await self._store.write(job.operation_for(batch, now))
                progress.update(task, completed=len(found.outcomes))
        if now is not None:
            await self._store.write(lambda tx: job.record_and_notify(tx, found, now))
        return found


async def _authority(store: Store, name: str) -> Authority:
    found = await store.read(lambda tx: authority_registration.find_by_name(tx, name))
    if found is None:
        raise failure("No authority has this official name.")
    return found


def _tell(found: ImportReport, what: str) -> None:
    for one in found.of(RowStatus.REFUSED):
        why = "" if one.refusal is None else " ".join(refusal_lines(one.refusal, "en"))
        console.print(f"Row {one.row.number}: {why}", markup=False)
    console.print(
        f"{found.count(RowStatus.CREATED)} {what}, "
        f"{found.count(RowStatus.UNCHANGED)} here already, "
        f"{found.count(RowStatus.REFUSED)} refused."
    )
