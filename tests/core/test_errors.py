"""Tests that the class tree in the docstring of `core.errors` is right."""

import inspect
import re

from core import errors
from core.errors import RuleError


def bases_in_docstring() -> dict[str, str]:
    """Return the drawn classes, each with the class that it is drawn below."""
    found = {"RuleError": "Exception"}
    above = ["RuleError"]
    for branches, name in re.findall(
        r"^([ │├└─]+) (\w+Error)\b", errors.__doc__ or "", re.MULTILINE
    ):
        depth = (len(branches) + 1) // 4
        above[depth:] = [name]
        found[name] = above[depth - 1]
    return found


def test_the_docstrings_tree_matches_the_base_classes() -> None:
    classes = [
        value
        for _, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, RuleError)
    ]
    bases = {base for cls in classes for base in cls.__bases__ if base in classes}

    assert bases_in_docstring() == {
        base.__name__: base.__base__.__name__ for base in bases if base.__base__
    }
