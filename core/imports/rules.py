"""What a file of users is, and what becomes of each of its rows."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import RuleError
from core.users.rules import UserForm

MAX_ROWS = 10_000
MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of the file as typed; `number` is the spreadsheet's, the header being row 1."""

    number: int
    typed: UserForm


class RowStatus(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What becomes of a row: the username where it is created, why where it is refused."""

    row: ImportRow
    status: RowStatus
    username: str = ""
    refusal: RuleError | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What becomes of all rows, in the order of the file."""

    outcomes: tuple[RowOutcome, ...] = ()

    def of(self, status: RowStatus) -> tuple[RowOutcome, ...]:
        """Return the rows of one fate."""
        return tuple(one for one in self.outcomes if one.status == status)

    def count(self, status: RowStatus) -> int:
        """Return how many have that fate."""
        return len(self.of(status))

    def __add__(self, other: "ImportReport") -> "ImportReport":
        return ImportReport(self.outcomes + other.outcomes)
