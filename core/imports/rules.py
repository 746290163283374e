"""What a file of users is, and what becomes of each of its rows."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import RuleError
from core.users.rules import Typed

MOST_ROWS = 10_000
MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file as typed; `number` is the spreadsheet's, the header being row 1."""

    number: int
    typed: Typed


class Fate(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a row: the username where it is created, why where it is refused."""

    line: Line
    fate: Fate
    username: str = ""
    refusal: RuleError | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What becomes of all rows, in the order of the file."""

    outcomes: tuple[Outcome, ...] = ()

    def of(self, fate: Fate) -> tuple[Outcome, ...]:
        """Return the rows of one fate."""
        return tuple(one for one in self.outcomes if one.fate == fate)

    def count(self, fate: Fate) -> int:
        """Return how many have that fate."""
        return len(self.of(fate))

    def __add__(self, other: "Report") -> "Report":
        return Report(self.outcomes + other.outcomes)
