"""Writes the reference from the code: `.venv/bin/python -m docs.reference_pages`."""
# ruff: noqa: INP001, E501 - docs is no package; a sentence of a page is one line

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import Column

from bot.cli.command_group import COMMANDS, load
from bot.settings.secret_files import SECRET_SETTINGS
from bot.settings.settings import Settings
from core.schema.tables import TABLES
from docs.log_meanings import FIELDS, MEANINGS, MORE_FIELDS
from docs.slack_command_pages import SLACK_PAGES, slack_commands
from docs.source_calls import LogEvent, log_events, metrics

REFERENCE = Path(__file__).parent / "reference"
WRITTEN = "<!-- `make docs` writes this page from the code. -->\n"


def main() -> None:
    """Write every page."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, "utf-8")


def pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    made = {
        "settings.md": _settings(),
        "commands.md": _commands(),
        "metrics.md": _metrics(),
        "log-events.md": _log_events(),
        "tables.md": _tables(),
    }
    made.update((page.file, slack_commands(language)) for language, page in SLACK_PAGES.items())
    return {name: WRITTEN + text for name, text in made.items()}


def _settings() -> str:
    # Those about Slack, the database and mail come first, those about signing in after them.
    own_first = sorted(Settings.model_fields, key=lambda name: name not in Settings.__annotations__)
    rows = [
        (f"`{name.upper()}`", _default(setting.default), str(setting.description))
        for name in own_first
        for setting in [Settings.model_fields[name]]
    ]
    return f"""# Settings

Settings are read from the environment, or from the file named by `IMI_SETTINGS_FILE` (default `.env`), one `NAME=value` per line.
An invalid, missing or unknown setting stops the start with a message that names it and says what it must be.
An empty value counts as none.
Commands that work on the database alone, such as `init` and `backup`, need no settings of Slack and mail.

{_table(("setting", "default", "meaning"), rows)}
Numbers such as R72 and D4 are [rules and decisions](../requirements.md).

## Secrets in files

A secret can be read from a file of its own: `SLACK_BOT_TOKEN_FILE=/run/secrets/slack` instead of `SLACK_BOT_TOKEN`.
The same works for {_listed(f"`{name.upper()}`" for name in SECRET_SETTINGS)}.
"""


def _default(default: Any) -> str:  # noqa: ANN401 - of any setting
    if default is PydanticUndefined:
        return "**required**"
    if isinstance(default, tuple):
        return f"`{','.join(map(str, default))}`"
    return "none" if default in {None, ""} else f"`{getattr(default, 'value', default)}`"


def _commands() -> str:
    sections = [_command(f"imi-bot {name}", load(name)) for name in COMMANDS]
    return (
        "# Commands of imi-bot\n\nEach command also explains itself: `imi-bot doctor --help`.\n\n"
        + ("\n".join(sections))
    )


def _command(path: str, command: Any) -> str:  # noqa: ANN401 - typer's own
    """Return the section of a command, or those of the commands of a group."""
    if subcommands := getattr(command, "commands", None):
        return "\n".join(_command(f"{path} {name}", one) for name, one in subcommands.items())
    rows = [
        (f"`{_name(one)}`", _needed(one), str(one.help or ""))
        for one in command.params
        if one.name != "help"
    ]
    table = "\n" + _table(("argument or option", "default", "meaning"), rows) if rows else ""
    return f"## `{path}`\n\n{_unwrapped(command.help)}\n{table}"


def _name(parameter: Any) -> str:  # noqa: ANN401 - typer's own
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name).upper()
    return ", ".join(parameter.opts)


def _needed(parameter: Any) -> str:  # noqa: ANN401 - typer's own
    if parameter.required:
        return "**required**"
    plain = not parameter.default
    return "" if plain else f"`{parameter.default}`"


def _metrics() -> str:
    rows = [
        (f"`{one.name}`", one.kind, ", ".join(f"`{label}`" for label in one.labels), one.meaning)
        for one in metrics()
    ]
    return f"""# Metrics

`/metrics` answers requests with `IMI_METRICS_TOKEN` as bearer token, in Prometheus's text format.
Each process serves its own; what is said of the database is the same in all of them.
No metric has personal data.

{_table(("metric", "kind", "labels", "meaning"), rows)}
Python's own metrics about the process and the platform, `process_…` and `python_info`, come on top.
"""


def _log_events() -> str:
    rows = [_event_row(name, list(one)) for name, one in groupby(log_events(), lambda e: e.name)]
    fields = [(f"`{name}`", meaning) for name, meaning in FIELDS.items()]
    return f"""# Log events

The log has one line of JSON per event on standard error.
Each line has the fields `event`, `level` and `timestamp` (UTC, ISO 8601), and those below.
Values are numbers of rows, Slack's ids, codes and types of exceptions: never a name, an address, a message or a secret.
Names of events and fields stay as they are in releases with the same first number.

```json
{{"delivery": 56, "kind": "username", "event": "delivery_sent", "level": "info", "timestamp": "2026-03-02T12:00:00.000000Z"}}
```

An event whose level is `error` needs somebody; a `warning` that repeats itself does too.
When a user tells you a reference, look for it in `reference`.

## Events

A field may be missing where there is nothing to say.

{_table(("event", "level", "fields", "meaning"), rows)}
## Fields

{_table(("field", "content"), fields)}"""


def event_fields(places: Iterable[LogEvent]) -> dict[str, None]:
    """Return the names of the fields of an event that is logged at these places, in order."""
    named = (field for place in places for field in place.fields)
    more = (MORE_FIELDS[place.name] for place in places if "…" in place.fields)
    return dict.fromkeys([*(one for one in named if one != "…"), *(f for one in more for f in one)])


def _event_row(name: str, places: list[LogEvent]) -> tuple[str, ...]:
    fields = event_fields(places)
    levels = dict.fromkeys(place.level for place in places)
    return f"`{name}`", _listed(levels), ", ".join(f"`{one}`" for one in fields), MEANINGS[name]


def _tables() -> str:
    sections = [
        f"## `{table.name}`\n\n"
        + _table(("column", "type", "may be empty"), [_column_row(one) for one in table.columns])
        for table in TABLES
    ]
    return (
        "# Tables of the database\n\n"
        "The [record of processing](../data-protection/record.md) says what they are for, and how "
        "long their rows are kept.\n\n" + "\n".join(sections)
    )


def _column_row(column: Column[Any]) -> tuple[str, ...]:
    kind = type(column.type).__name__.lower()
    length = getattr(column.type, "length", None)
    shown = f"{kind}, at most {length} characters" if length else kind
    return f"`{column.name}`", shown, "yes" if column.nullable else "no"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join("| " + " | ".join(_cells(line)) + " |\n" for line in lines)


def _cells(line: tuple[str, ...]) -> Iterator[str]:
    for cell in line:
        yield cell.replace("|", "\\|").replace("\n", " ")


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _unwrapped(text: str | None) -> str:
    """Return a docstring with each of its paragraphs on one line."""
    paragraphs = (text or "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


if __name__ == "__main__":
    main()
