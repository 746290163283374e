"""`imi-bot catalogue …`: a new catalogue, compared with what is in use before it is loaded."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.settings.settings import Settings
from core.catalogue.load import CatalogueError, load
from core.catalogue_updates import service
from core.catalogue_updates.rules import CatalogueComparison, CatalogueItem, ItemKind, Usage

app = typer.Typer(help="The catalogue of modules, roles and keywords.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A catalogue file (TOML).")]


@app.callback()
def _catalogue() -> None:
    """The catalogue of modules, roles and keywords."""


@app.command()
def check(file: File) -> None:
    """Show what a catalogue would change; exit code 1 if anything in use would disappear."""
    settings, text = settings_or_exit(), _read(file)
    difference = run_or_exit(lambda: _compared(settings, text))
    _tell(difference)
    if difference.in_use:
        raise typer.Exit(1)


@app.command("load")
def load_new(
    file: File,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Withdraw what it drops.")] = False,  # noqa: FBT002 - a flag
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Load a catalogue; one that drops what is in use needs --withdraw."""
    settings, text = settings_or_exit(), _read(file)
    difference = run_or_exit(lambda: _compared(settings, text))
    _tell(difference)
    if difference.in_use and not withdraw:
        raise failure(refusal(difference.in_use))
    if not yes:
        typer.confirm("Load this catalogue?", abort=True)
    changed = run_or_exit(lambda: _load(settings, text, withdraw=withdraw))
    typer.echo("Loaded. Start `imi-bot run` anew." if changed else "Nothing changed.")


def refusal(in_use: Usage) -> str:
    """Return what is said where something in use would vanish."""
    names = "\n".join(_in_use(in_use))
    return (
        f"The catalogue drops what is in use:\n{names}\n"
        "Keep it in the file, or withdraw it from those who have it with:\n"
        "  imi-bot catalogue load FILE --withdraw"
    )


def _read(file: Path) -> str:
    try:
        text = file.read_text("utf-8")
        load(text, str(file))
    except OSError as error:
        raise failure(f"{file}: {error.strerror}.") from None
    except (CatalogueError, UnicodeDecodeError) as error:
        raise failure(str(error)) from None
    return text


async def _compared(settings: Settings, text: str) -> CatalogueComparison:
    async with open_ready_database(settings) as (store, _):
        return await store.read(lambda tx: service.compare(tx, text))


async def _load(settings: Settings, text: str, *, withdraw: bool) -> bool:
    async with open_ready_database(settings) as (store, _):
        now = datetime.now(UTC)
        try:
            return await store.write(lambda tx: service.load_new(tx, text, now, withdraw=withdraw))
        except service.CatalogueInUseError as error:
            # Somebody was given it since the comparison.
            raise failure(refusal(error.in_use)) from None


def _tell(difference: CatalogueComparison) -> None:
    _list("New:", map(str, difference.added))
    _list("Dropped, not in use:", map(str, difference.dropped))
    _list("Dropped, in use:", _in_use(difference.in_use))
    if not (difference.added or difference.dropped or difference.in_use):
        typer.echo("It holds the same modules, roles and keywords as the one that is loaded.")


def _list(title: str, names: Iterable[str]) -> None:
    found = list(names)
    if found:
        typer.echo("\n".join([title, *(f"  {name}" for name in found)]))


def _in_use(in_use: Usage) -> list[str]:
    return [f"{one} ({_number(one, many)})" for one, many in in_use.items()]


def _number(one: CatalogueItem, many: int) -> str:
    kinds = ("user", "users") if one.kind is ItemKind.ROLE else ("authority", "authorities")
    return f"{many} {kinds[many != 1]}"
