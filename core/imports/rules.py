"""Data classes of an import: row, outcome of a row and report; and the limits of a file."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import RuleError
from core.users.rules import UserForm

MAX_ROWS = 10_000
MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of the file; `number` counts as spreadsheets do, the header being row 1."""

    number: int
    typed: UserForm


class RowStatus(StrEnum):
    """The outcomes of a row, of an import or of its check."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """The outcome of a row: the username if it is created, the refusal if it is refused."""

    row: ImportRow
    status: RowStatus
    username: str = ""
    refusal: RuleError | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcomes of all rows, in the order of the file."""

    outcomes: tuple[RowOutcome, ...] = ()

    def of(self, status: RowStatus) -> tuple[RowOutcome, ...]:
        """Return the outcomes with this status."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == status)

    def count(self, status: RowStatus) -> int:
        """Return the number of outcomes with this status."""
        return len(self.of(status))

    def __add__(self, other: "ImportReport") -> "ImportReport":
        return ImportReport(self.outcomes + other.outcomes)
