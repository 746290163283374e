"""The entry point of `imi-bot` and `python -m bot`, with the list of their commands."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli import (
    audit,
    authority,
    backup,
    catalogue,
    deliveries,
    demo,
    doctor,
    imports,
    init,
    reminders,
    run,
    user,
)
from bot.monitoring.logs import location_of, log_uncaught_errors, set_up_logs

app = typer.Typer(
    name="imi-bot",
    help="Run an authority's IMI accounts from Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(value: bool) -> None:  # noqa: FBT001 - typer hands the flag over so
    if value:
        typer.echo(f"imi-bot {version('imi-bot')}")
        raise typer.Exit


@app.callback()
def _imi_bot(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Run an authority's IMI accounts from Slack."""


app.command("init")(init.init)
app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("reminders")(reminders.reminders)
app.command("import")(imports.import_users)
app.add_typer(audit.app, name="audit")
app.add_typer(authority.app, name="authority")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(user.app, name="user")


def main() -> None:
    """Run the command line; of an unexpected error it prints the type and the location only."""
    set_up_logs()
    log_uncaught_errors()
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the error's text may quote a secret
        location = location_of(error.__traceback__)
        typer.echo(f"It stopped: {type(error).__name__} at {location}.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
