"""Data classes of an import (its rows, their outcomes, its report), and the limits on a file."""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import InputError, RuleError
from core.users.rules import NewUser, User, UserForm

MAX_ROWS = 10_000
MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of the file; `number` counts as spreadsheets do, from 1.

    `errors` are the problems of its cells, whatever they mean: error values, surplus cells.
    """

    number: int
    typed: UserForm
    errors: tuple[InputError, ...] = ()


@dataclass(frozen=True, slots=True)
class FileNotes:
    """Notes on the reading of a file: the parts left out, and the code page (D33).

    `code_page` is empty for Unicode; `header_row` is the number of the row with the columns.
    """

    unknown_columns: tuple[str, ...] = ()
    unread_sheets: tuple[str, ...] = ()
    code_page: str = ""
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file of users, as it was read."""

    rows: tuple[ImportRow, ...]
    notes: FileNotes = FileNotes()


class RowStatus(StrEnum):
    """The outcomes of a row, of an import or of its check."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """The outcome of a row: the username if it is created, the refusal if it is refused.

    The names are those that are, or would be, registered; of other rows those in the file.
    """

    row: ImportRow
    status: RowStatus
    username: str = ""
    refusal: RuleError | None = None
    registered: NewUser | User | None = None

    @property
    def first_name(self) -> str:
        """Return the first name."""
        return (self.registered or self.row.typed).first_name

    @property
    def last_name(self) -> str:
        """Return the last name."""
        return (self.registered or self.row.typed).last_name


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
