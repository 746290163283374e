"""Compares a submitted form, field by field, with changes that others saved meanwhile (D23)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
Details = TypeVar("Details", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class Merge:
    """The names of the fields that only others changed, and of those that both changed.

    Fields that both changed to the same value are in neither.
    """

    taken_over: tuple[str, ...]
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetEdit(Generic[T]):
    """The members that a form adds to a set and removes from it, such as a set of keywords."""

    added: frozenset[T]
    removed: frozenset[T]

    @classmethod
    def between(cls, seen: Iterable[T], typed: Iterable[T]) -> "SetEdit[T]":
        """Return the edit that leads from the set that the form showed to the one chosen there."""
        before, after = frozenset(seen), frozenset(typed)
        return cls(after - before, before - after)

    def remaining(self, current: Iterable[T]) -> "SetEdit[T]":
        """Return the edit without what the set, as it is stored now, has or lacks already."""
        now = frozenset(current)
        return SetEdit(self.added - now, self.removed & now)

    def applied_to(self, current: Iterable[T]) -> frozenset[T]:
        """Return the stored set with this edit; changes by others meanwhile stay (D23)."""
        return (frozenset(current) | self.added) - self.removed

    def __bool__(self) -> bool:
        """Return whether it changes anything."""
        return bool(self.added or self.removed)


def changed_fields(before: Details, after: Details) -> tuple[str, ...]:
    """Return the names of the fields that differ."""
    names = (field.name for field in fields(before))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


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
