"""`imi-bot catalogue check` and `load`: compare a catalogue with the one in use, or load it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.settings.local_settings import LocalSettings
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
    """Show what a catalogue would change; exit code 1 if it drops items that are in use."""
    settings, text = settings_or_exit(LocalSettings), _read(file)
    comparison = run_or_exit(lambda: _compare(settings, text))
    _print(comparison)
    if comparison.in_use:
        raise typer.Exit(1)


@app.command("load")
def load_new(
    file: File,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Withdraw items in use.")] = False,  # noqa: FBT002 - a flag
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Load a catalogue; dropped items that are in use are withdrawn only with --withdraw."""
    settings, text = settings_or_exit(LocalSettings), _read(file)
    comparison = run_or_exit(lambda: _compare(settings, text))
    _print(comparison)
    if comparison.in_use and not withdraw:
        raise failure(in_use_message(comparison.in_use))
    if not yes:
        typer.confirm("Load this catalogue?", abort=True)
    changed = run_or_exit(lambda: _load(settings, text, withdraw=withdraw))
    typer.echo("Loaded. Restart `imi-bot run`." if changed else "Nothing changed.")


def in_use_message(in_use: Usage) -> str:
    """Return the message that a catalogue drops items that are in use, with these items."""
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
    except UnicodeDecodeError:
        raise failure(f"{file} is not in UTF-8. Save it as UTF-8.") from None
    except CatalogueError as error:
        raise failure(str(error)) from None
    return text


async def _compare(settings: Settings, text: str) -> CatalogueComparison:
    async with open_ready_database(settings) as (store, _):
        return await store.read(lambda tx: service.compare(tx, text))


async def _load(settings: Settings, text: str, *, withdraw: bool) -> bool:
    async with open_ready_database(settings) as (store, _):
        now = datetime.now(UTC)
        try:
            return await store.write(lambda tx: service.load_new(tx, text, now, withdraw=withdraw))
        except service.CatalogueInUseError as error:
            # The item came into use after the comparison.
            raise failure(in_use_message(error.in_use)) from None


def _print(comparison: CatalogueComparison) -> None:
    _print_list("New:", map(str, comparison.added))
    _print_list("Dropped, not in use:", map(str, comparison.dropped))
    _print_list("Dropped, in use:", _in_use(comparison.in_use))
    if not (comparison.added or comparison.dropped or comparison.in_use):
        typer.echo("It holds the same modules, roles and keywords as the one that is loaded.")


def _print_list(title: str, names: Iterable[str]) -> None:
    rows = [f"  {name}" for name in names]
    if rows:
        typer.echo("\n".join([title, *rows]))


def _in_use(in_use: Usage) -> list[str]:
    return [f"{item} ({_holders(item, number)})" for item, number in in_use.items()]


def _holders(item: CatalogueItem, number: int) -> str:
    nouns = ("user", "users") if item.kind is ItemKind.ROLE else ("authority", "authorities")
    return f"{number} {nouns[number != 1]}"
