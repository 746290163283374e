"""Finds in the product's source the events that it logs and the metrics that it serves."""
# ruff: noqa: INP001 - docs is no package

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "core")
LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
METRICS = ("Counter", "Gauge", "Histogram", "Summary")
# An event whose level is that of the library's own message.
ANY_LEVEL = "any"


@dataclass(frozen=True, slots=True, order=True)
class LogEvent:
    """An event that the product logs at one place; `fields` are the names of its values."""

    name: str
    level: str
    fields: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True, order=True)
class Metric:
    """A metric of `/metrics`, under the name that Prometheus reads."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str


def log_events() -> list[LogEvent]:
    """Return all events, sorted by name.

    Raises:
        ValueError: an event's name is not written where it is logged.
    """
    return sorted(
        LogEvent(name, _level(call), _fields(call), path.as_posix())
        for path, call in _calls()
        if _is_log_call(call)
        for name in _names(call, path)
    )


def metrics() -> list[Metric]:
    """Return all metrics of the product's own, sorted by name."""
    return sorted(
        _metric(call)
        for _path, call in _calls()
        if isinstance(call.func, ast.Name) and call.func.id in METRICS and len(call.args) > 1
    )


@cache
def _calls() -> tuple[tuple[Path, ast.Call], ...]:
    return tuple(_calls_in_source())


def _calls_in_source() -> Iterator[tuple[Path, ast.Call]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield path.relative_to(ROOT), node


def _is_log_call(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "log"
        and function.attr in {*LEVELS, "log"}
    )


def _level(call: ast.Call) -> str:
    level = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return ANY_LEVEL if level == "log" else level


def _names(call: ast.Call, path: Path) -> list[str]:
    """Return the names that a call can log: one, or two of `"a" if … else "b"`."""
    arguments = call.args[1:] if _level(call) == ANY_LEVEL else call.args
    event = arguments[0]
    choices = [event.body, event.orelse] if isinstance(event, ast.IfExp) else [event]
    names = [choice.value for choice in choices if isinstance(choice, ast.Constant)]
    if len(names) != len(choices):
        raise ValueError(f"{path}:{call.lineno}: the event's name is not written here")
    return [str(name) for name in names]


def _fields(call: ast.Call) -> tuple[str, ...]:
    """Return the names of the values; `…` stands for more of them, which depend on the event."""
    return tuple(dict.fromkeys(keyword.arg or "…" for keyword in call.keywords))


def _metric(call: ast.Call) -> Metric:
    name, meaning, *more = (ast.literal_eval(argument) for argument in call.args)
    kind = call.func.id.lower() if isinstance(call.func, ast.Name) else ""
    labels = tuple(more[0]) if more else ()
    return Metric(f"{name}_total" if kind == "counter" else name, kind, labels, meaning)
