"""Tests that docs/log-events.md describes every event that the product logs, with its fields."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

GUIDE = Path("docs/log-events.md").read_text("utf-8")
LEVELS = {"info", "warning", "error"}
ROW = re.compile(r"^\| `(\w+)` \| ([a-z, ]+) \| ([^|]*) \| ([^|]+) \|$", re.MULTILINE)
# `**details` of this event: the callers' own.
MORE_FIELDS = {"slack_request_refused": {"check", "seconds_ahead"}}


@dataclass
class Event:
    """The levels and fields of an event, from all places that log it."""

    levels: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


def sources() -> Iterator[Path]:
    for package in ("bot", "handlers", "core"):
        yield from Path(package).rglob("*.py")


def logged() -> dict[str, Event]:
    """Return the events in the code."""
    events: dict[str, Event] = defaultdict(Event)
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if getattr(node.func.value, "id", None) != "log":
                continue
            levels, named = {node.func.attr}, node.args[0]
            if levels == {"log"}:
                # At the level that a library chose.
                levels, named = {"error", "warning"}, node.args[1]
            for name in names_in(named):
                events[name].levels |= levels
                events[name].fields |= {one.arg for one in node.keywords if one.arg is not None}
                events[name].fields |= MORE_FIELDS.get(name, set())
    return events


def names_in(argument: ast.expr) -> list[str]:
    """Return the event's name, or both names of a choice."""
    chosen = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    names = [one.value for one in chosen if isinstance(one, ast.Constant)]
    assert len(names) == len(chosen), ast.dump(argument)
    return [str(name) for name in names]


def described() -> dict[str, Event]:
    """Return the events in the guide."""
    return {
        name: Event({*levels.split(", ")}, {*re.findall(r"`(\w+)`", fields)})
        for name, levels, fields, _ in ROW.findall(GUIDE)
    }


def test_the_guide_describes_every_event_with_its_levels_and_fields() -> None:
    events = logged()

    assert len(events) > 40
    assert {level for event in events.values() for level in event.levels} <= LEVELS
    assert described() == dict(events)


def test_the_guide_describes_every_field() -> None:
    fields = {name for event in logged().values() for name in event.fields}
    listed = {name for name, _ in re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", GUIDE, re.MULTILINE)}

    assert listed == fields | {"event", "level", "timestamp"}


def test_every_logger_has_the_name_that_is_searched_for() -> None:
    for file in sources():
        for line in file.read_text("utf-8").splitlines():
            assert "get_logger(" not in line or line.startswith("log = "), file
