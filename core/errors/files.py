"""The refusals of an import file (a list of users to register), and of its rows and cells (D33)."""

from enum import StrEnum

from core.errors.inputs import InputError


class RepeatedError(InputError):
    """An earlier row of the same file has the same value; `row` is its number."""

    def __init__(self, field: str, row: int) -> None:
        super().__init__(field)
        self.row = row


class FileProblem(StrEnum):
    """The problems of a file of users."""

    GONE = "gone"  # it cannot be fetched from Slack, or has changed since it was checked
    TOO_LARGE = "too_large"  # it exceeds a limit of bytes, rows, cells, sheets or parts
    NO_TEXT = "no_text"  # neither CSV nor a workbook (.xlsx)
    CODE_PAGE = "code_page"  # its code page is in doubt
    LOCKED = "locked"  # a workbook with a password, or of Excel before 2007
    NO_TABLE = "no_table"  # its lines do not form a table
    COLUMNS = "columns"  # a required column is missing
    REPEATED_COLUMNS = "repeated_columns"  # a column occurs twice
    SHEETS = "sheets"  # several sheets have the required columns
    MERGED = "merged"  # cells below the header are merged
    NO_ROWS = "no_rows"  # no row describes a user
    TOO_MANY_ROWS = "too_many_rows"  # it has more than `MAX_ROWS` rows


class BadFileError(InputError):
    """The file cannot be read as a list of users.

    `columns` are those that it lacks or has twice, or the sheets or merged cells that are in the
    way. `found` is what stands in the first row of a file that has no known column.
    """

    def __init__(
        self,
        problem: FileProblem,
        columns: tuple[str, ...] = (),
        field: str = "file",
        *,
        found: str = "",
    ) -> None:
        super().__init__(field)
        self.problem = problem
        self.columns = columns
        self.found = found


class CellProblem(StrEnum):
    """The problems of a cell of a file (D33)."""

    ERROR_VALUE = "error_value"  # an error of the spreadsheet, such as `#REF!`
    FORMULA = "formula"  # a formula without a stored result
    NO_TEXT = "no_text"  # a date or a yes/no value


class BadCellError(InputError):
    """The cell holds no text: an error value, a formula without a result, or a date (D33)."""

    def __init__(self, field: str, problem: CellProblem) -> None:
        super().__init__(field)
        self.problem = problem


class SurplusCellsError(InputError):
    """The row has cells in columns that the first row does not name (D33)."""

    def __init__(self, cells: tuple[str, ...], field: str = "cells") -> None:
        super().__init__(field)
        self.cells = cells


class HiddenRowError(InputError):
    """The row is hidden in the workbook, so the sender may not want it registered (D33)."""

    def __init__(self, field: str = "row") -> None:
        super().__init__(field)
