"""Error messages about wrong and missing settings, which never quote a value."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

NO_WAY_IN = (
    "SLACK_SIGNING_SECRET is missing: without SLACK_APP_TOKEN, Slack's requests come by HTTP and "
    "are checked with it."
)
_NOT_A_NUMBER = frozenset({"int_parsing", "int_from_float", "int_type", "int_parsing_size"})


def problem_sentences(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Return one sentence for each problem, which names the setting and says what it must be."""
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0])
        field = model.model_fields[name]
        if problem["type"] == "missing":
            yield f"{name.upper()} is missing: {field.description}"
        else:
            yield f"{name.upper()} is wrong: {_demand(problem, field)}."


def _demand(problem: Mapping[str, Any], field: FieldInfo) -> str:
    kind, context = str(problem["type"]), problem.get("ctx", {})
    demands: dict[str, Callable[[], str]] = {
        "greater_than_equal": lambda: _number(field),
        "less_than_equal": lambda: _number(field),
        "float_parsing": lambda: "it must be a number, such as 1.5",
        "enum": lambda: f"it must be {context.get('expected')}",
    }
    if kind in _NOT_A_NUMBER:
        return _number(field)
    if kind in demands:
        return demands[kind]()
    return str(problem["msg"]).removeprefix("Value error, ")


def _number(field: FieldInfo) -> str:
    limits = {
        name: getattr(limit, name)
        for limit in field.metadata
        for name in ("ge", "le")
        if getattr(limit, name, None) is not None
    }
    number = "a number" if field.annotation in {float, float | None} else "a whole number"
    if len(limits) > 1:
        return f"it must be {number} from {limits['ge']} to {limits['le']}"
    if "ge" in limits:
        return f"it must be {number}, at least {limits['ge']}"
    return f"it must be {number}"
