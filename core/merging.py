"""Compares a submitted form, field by field, with changes that others saved meanwhile (D23)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merge:
    """The names of the fields that only others changed, and of those that both changed.

    Fields that both changed to the same value are in neither.
    """

    taken_over: tuple[str, ...]
    conflicts: tuple[str, ...]


def merge(seen: Mapping[str, str], typed: Mapping[str, str], current: Mapping[str, str]) -> Merge:
    """Compare the values that the form showed, those that were typed, and those stored now.

    All three have the same fields; a value may be replaced by its version mark in all three.
    """
    changed = tuple(
        name for name, value in current.items() if value not in (seen.get(name), typed[name])
    )
    return Merge(_untouched(seen, typed, changed), _touched(seen, typed, changed))


def _untouched(
    seen: Mapping[str, str], typed: Mapping[str, str], names: Iterable[str]
) -> tuple[str, ...]:
    return tuple(name for name in names if typed[name] == seen.get(name))


def _touched(
    seen: Mapping[str, str], typed: Mapping[str, str], names: Iterable[str]
) -> tuple[str, ...]:
    return tuple(name for name in names if typed[name] != seen.get(name))
