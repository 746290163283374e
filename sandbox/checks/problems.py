"""Collects the mistakes in a payload; each has Slack's error text and a JSON pointer to its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Problems:
    """Collects problems found at `pointer`; those found further down go into the same list."""

    pointer: str
    messages: list[str] = field(default_factory=list)

    def at(self, *steps: str | int) -> Problems:
        """Return the same list, for problems at a place further down."""
        return Problems("/".join([self.pointer, *map(str, steps)]), self.messages)

    def add(self, problem: str) -> None:
        """Add a problem at this place."""
        self.messages.append(f"[ERROR] {problem} [json-pointer:{self.pointer}]")

    def add_if_above(self, size: int, most: int, unit: str) -> None:
        """Add a problem if `size` (in characters or items, as `unit` says) is above `most`."""
        if size > most:
            self.add(f"must be less than {most + 1} {unit}")

    def add_unknown_keys(self, keys: Iterable[str], allowed: frozenset[str]) -> None:
        """Add a problem for every key that Slack does not know here."""
        for key in keys:
            if key not in allowed:
                self.add(f"invalid additional property: {key}")

    def add_missing_keys(self, keys: Iterable[str], required: frozenset[str]) -> None:
        """Add a problem for every required key that is absent."""
        for key in sorted(required - set(keys)):
            self.add(f"missing required field: {key}")
