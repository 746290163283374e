"""`imi-bot import`: registers the users in a CSV file or Excel workbook for one authority."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.settings.local_settings import LocalSettings
from core.administration import registration as authority_registration
from core.authorities.rules import Authority
from core.imports.files import parse_file
from core.imports.rules import ImportFile, ImportReport, ImportRow, RowStatus
from core.imports.service import UserImport, in_batches
from core.languages.texts import texts
from core.rulebook import Rulebook
from core.store.store import Store
from handlers.imports.report_lines import note_lines, refusal_reasons

console = Console(highlight=False)


def import_users(
    file: Annotated[
        Path, typer.Argument(help="A CSV file or a workbook (.xlsx), as for `/imi-import`.")
    ],
    authority: Annotated[str, typer.Option(help="The authority's official name.")],
    check: Annotated[bool, typer.Option("--check", help="Only report, register nobody.")] = False,  # noqa: FBT002 - a flag
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Check all rows of a file, ask for confirmation, and register its users."""
    settings = settings_or_exit(LocalSettings)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise failure(f"{file}: {error.strerror}.") from None

    async def import_file() -> None:
        async with open_ready_database(settings) as (store, rulebook):
            found = await _require_authority(store, authority)
            importer = _Importer(store, rulebook, found)
            await importer.check_and_register(parse_file(content), check=check, yes=yes)

    run_or_exit(import_file)


class _Importer:
    """Checks and registers the rows, with a progress bar for each pass."""

    def __init__(self, store: Store, rulebook: Rulebook, authority: Authority) -> None:
        self._store = store
        self._rulebook = rulebook
        self._authority = authority

    async def check_and_register(self, file: ImportFile, *, check: bool, yes: bool) -> None:
        for line in note_lines(file.notes, texts("en")):
            console.print(_printable(line), markup=False)
        rows, expected = file.rows, await self._process(file.rows, None)
        _print_new_users(expected)
        _print_report(expected, "would be registered")
        new = expected.count(RowStatus.CREATED)
        if check or not new:
            return
        if not yes:
            typer.confirm(f"Register {new}?", abort=True)
        now = datetime.now(UTC)
        _print_report(await self._process(rows, now), "registered")
        console.print(
            "Their mails go out as soon as `imi-bot run` runs. Whoever is in Slack with the same "
            "address gets the username by DM; the administrators' Home tab lists the others."
        )

    async def _process(self, rows: tuple[ImportRow, ...], now: datetime | None) -> ImportReport:
        """Register the rows in batches; without `now`, only check them."""
        job, report = UserImport(self._authority.id, None, self._rulebook), ImportReport()
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("Checking" if now is None else "Registering", total=len(rows))
            for batch in in_batches(rows):
                report += await self._store.write(job.operation_for(batch, now))
                progress.update(task, completed=len(report.outcomes))
        if now is not None:
            await self._store.write(lambda tx: job.record_and_notify(tx, report, now))
        return report


async def _require_authority(store: Store, name: str) -> Authority:
    authority = await store.read(lambda tx: authority_registration.find_by_name(tx, name))
    if authority is None:
        raise failure("No authority has this official name.")
    return authority


def _print_new_users(report: ImportReport) -> None:
    """Print the names as they would be registered (D33)."""
    for outcome in report.of(RowStatus.CREATED):
        name, email = f"{outcome.first_name} {outcome.last_name}", outcome.row.typed.email
        line = f"Row {outcome.row.number}: {name}, {email}, {outcome.username}"
        console.print(_printable(line), markup=False)


def _printable(line: str) -> str:
    """Return the line without characters with which a file could steer the terminal."""
    return "".join(character if character.isprintable() else "?" for character in line)


def _print_report(report: ImportReport, created: str) -> None:
    for outcome in report.of(RowStatus.REFUSED):
        reasons = " ".join(refusal_reasons(outcome, "en"))
        console.print(_printable(f"Row {outcome.row.number}: {reasons}"), markup=False)
    console.print(
        f"{report.count(RowStatus.CREATED)} {created}, "
        f"{report.count(RowStatus.UNCHANGED)} here already, "
        f"{report.count(RowStatus.REFUSED)} refused."
    )
