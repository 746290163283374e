"""The entry point of `imi-bot` and `python -m bot`.

Imports nothing that takes long: `imi-bot --help` answers at once.
"""

import gc
import sys
from typing import Annotated

import typer

from bot.cli.command_group import CommandGroup

# Without rich, whose import takes longer than everything else that `--help` does.
app = typer.Typer(
    cls=CommandGroup,
    name="imi-bot",
    help="Run an authority's IMI accounts from Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


def _print_version(value: bool) -> None:  # noqa: FBT001 - typer hands the flag over so
    if value:
        # Imported for `--version` only, so that `--help` answers at once.
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"imi-bot {version('imi-bot')}")
        raise typer.Exit


@app.callback()
def _imi_bot(
    context: typer.Context,
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Run an authority's IMI accounts from Slack."""
    # `main` hands over what prepares the process before any command; tests hand over nothing.
    if context.obj is not None:
        context.obj()


def main() -> None:
    """Run the command line; of an unexpected error it prints the type and the location only."""
    # During imports, garbage collection would take time and free nothing.
    gc.disable()
    try:
        app(obj=_prepare_process)
    except Exception as error:  # noqa: BLE001 - the error's text may quote a secret
        # structlog is imported late, so that `--help` answers at once.
        from bot.monitoring.logs import location_of  # noqa: PLC0415

        location = location_of(error.__traceback__)
        typer.echo(f"It stopped: {type(error).__name__} at {location}.", err=True)
        sys.exit(1)


def _prepare_process() -> None:
    """Prepare the process for the command, which has been imported by now."""
    # Excludes the imported modules from garbage collection.
    gc.freeze()
    gc.enable()
    # structlog is imported late, so that `--help` answers at once.
    from bot.monitoring.logs import log_uncaught_errors, set_up_logs  # noqa: PLC0415

    set_up_logs()
    log_uncaught_errors()


if __name__ == "__main__":
    main()
