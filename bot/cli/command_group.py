"""The list of `imi-bot`'s commands, each imported only when it is typed.

`imi-bot --help` therefore imports none of them.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class Command:
    """The place of a command or group of commands in the code, and its line in `--help`.

    `target` is `module:name` of a function or of a `typer.Typer`. `extra` is the optional
    dependencies (pyproject.toml) that it needs, if any.
    """

    target: str
    summary: str
    extra: str | None = None


COMMANDS = {
    "init": Command(
        "bot.cli.init:init",
        "Create or migrate the tables and load the catalogue; running it again changes nothing.",
    ),
    "run": Command(
        "bot.cli.run:run",
        "Answer Slack, serve the portal and send due messages, until SIGTERM or Ctrl-C.",
    ),
    "demo": Command(
        "bot.cli.demo:demo",
        "Run the bot with a simulated Slack workspace and a small invented country, until Ctrl-C.",
        extra="demo",
    ),
    "manifest": Command(
        "bot.cli.manifest:manifest",
        "Print the manifest from which the app is created in Slack.",
    ),
    "doctor": Command(
        "bot.cli.doctor:doctor",
        "Check settings, database, Slack and mail; exit code 1 if one of them is wrong.",
    ),
    "healthy": Command(
        "bot.cli.healthy:healthy",
        "Ask the bot on this machine whether it is alive; exit code 1 if it is not.",
    ),
    "support-bundle": Command(
        "bot.cli.support_bundle:support_bundle",
        "Write versions, settings without their secrets, doctor's findings and counts into a zip.",
    ),
    "backup": Command(
        "bot.cli.backup:backup",
        "Write a snapshot of the whole database into a file that only its owner can read.",
    ),
    "restore": Command(
        "bot.cli.backup:restore",
        "Restore a backup into the new, empty database of the settings.",
    ),
    "reminders": Command(
        "bot.cli.reminders:reminders",
        "List the reminders that are due within --days, and queue those that are due now.",
    ),
    "import": Command(
        "bot.cli.imports:import_users",
        "Check all rows of a file, ask for confirmation, and register its users.",
    ),
    "audit": Command("bot.cli.audit:app", "The audit trail."),
    "authority": Command("bot.cli.authority:app", "Authorities."),
    "catalogue": Command("bot.cli.catalogue:app", "The catalogue of modules, roles and keywords."),
    "deliveries": Command("bot.cli.deliveries:app", "Messages that wait or failed."),
    "user": Command("bot.cli.user:app", "Users."),
}


class WholeSummaries(TyperGroup):
    """A group whose help shows summaries in full; click cuts them at the end of the line."""

    def format_commands(self, _ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer's own
        """List the commands with their summaries, wrapped."""
        rows = [
            (name, (command.help or "").split("\n\n")[0]) for name, command in self.commands.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class CommandGroup(WholeSummaries):
    """Shows the commands by their summaries, and imports the one that is typed."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(**attributes)
        for name, command in COMMANDS.items():
            self.add_command(TyperCommand(name, help=command.summary, rich_markup_mode=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's own
        """Return name, imported command and remaining arguments of what was typed."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, None if name is None else load(name), rest


def load(name: str) -> Any:  # noqa: ANN401 - typer's own
    """Import the command or group of this name, and return it as typer runs it.

    Raises:
        typer.Exit: packages of its extra are not installed, which standard error says.
    """
    module, attribute = COMMANDS[name].target.split(":")
    try:
        target = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        extra = COMMANDS[name].extra
        if extra is None:
            raise
        package = str(error.name).split(".")[0]
        typer.echo(
            f"`imi-bot {name}` needs the package {package}, which is not installed.\n"
            f"Install it with: pip install 'imi-bot[{extra}]'",
            err=True,
        )
        raise typer.Exit(1) from None
    parent = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    parent.callback()(lambda: None)
    if isinstance(target, typer.Typer):
        parent.add_typer(target, name=name, cls=WholeSummaries)
    else:
        parent.command(name)(target)
    return typer.main.get_group(parent).commands[name]
