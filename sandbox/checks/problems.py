"""A list of problems, each with the JSON pointer of its place, in Slack's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the JSON under check, and the list problems there are added to."""

    pointer: str
    found: list[str] = field(default_factory=list)

    def at(self, *steps: str | int) -> Place:
        """Return a place further down."""
        return Place("/".join([self.pointer, *map(str, steps)]), self.found)

    def add(self, problem: str) -> None:
        """Note a problem at this place."""
        self.found.append(f"[ERROR] {problem} [json-pointer:{self.pointer}]")

    def limit(self, size: int, most: int, what: str) -> None:
        """Note when `size` (of characters or items, as `what` says) is above `most`."""
        if size > most:
            self.add(f"must be less than {most + 1} {what}")

    def unknown(self, keys: Iterable[str], allowed: frozenset[str]) -> None:
        """Note every key that Slack does not know there."""
        for key in keys:
            if key not in allowed:
                self.add(f"invalid additional property: {key}")

    def missing(self, keys: Iterable[str], required: frozenset[str]) -> None:
        """Note every key that must be there and is not."""
        for key in sorted(required - set(keys)):
            self.add(f"missing required field: {key}")
