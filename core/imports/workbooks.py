"""Reads the tables in an Excel workbook (.xlsx), with limits on size against hostile files."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from defusedxml.ElementTree import iterparse

from core.errors import BadFileError, CellProblem, FileProblem
from core.imports.csv_tables import cell_of
from core.imports.tables import EMPTY, MOST_CELLS, MOST_ROWS, Cell, TableRow

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

# openpyxl warns of charts and rules that it leaves out, and quotes cells in the warnings.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")

_ZIP = b"PK\x03\x04"
# Workbooks with a password and those of Excel before 2007 are in this older format.
_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Ten thousand users take a tenth of these limits.
MOST_UNPACKED_BYTES = 25_000_000
MOST_PARTS = 1_000
MOST_SHEETS = 50

# `load_workbook(read_only=True)` returns objects without types of their own.
ReadOnlySheet = Any
SheetCell = Any
SheetRow = tuple[SheetCell, ...]


@dataclass(slots=True)
class _Budget:
    """The number of cells that a workbook may still have in all its sheets."""

    left: int = MOST_CELLS

    def spend(self, cells: int) -> None:
        """Take off these cells.

        Raises:
            BadFileError: the workbook has more than it may.
        """
        self.left -= cells
        if self.left < 0:
            raise BadFileError(FileProblem.TOO_LARGE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with contents; `merged` are its ranges of merged cells, such as `A1:B3`."""

    title: str
    visible: bool
    rows: list[TableRow]
    merged: tuple[str, ...]


def is_workbook(content: bytes) -> bool:
    """Return whether the content may be a workbook."""
    return content.startswith((_ZIP, _OLD_FORMAT))


def read_workbook(content: bytes) -> list[Sheet]:
    """Return the sheets that have contents, in their order.

    The values of formulas are those that were calculated when the workbook was saved.

    Raises:
        BadFileError: no workbook, too large, or locked by a password.
    """
    if content.startswith(_OLD_FORMAT):
        raise BadFileError(FileProblem.LOCKED)
    try:
        _require_bounded(content)
        return [sheet for sheet in _sheets(content) if sheet.rows]
    except BadFileError:
        raise
    except Exception:  # noqa: BLE001 - a broken workbook raises whatever openpyxl stumbled over
        raise BadFileError(FileProblem.NO_TEXT) from None


def _require_bounded(content: bytes) -> None:
    """Check the sizes that the archive states; more than stated is never unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise BadFileError(FileProblem.TOO_LARGE)


def _sheets(content: bytes) -> Iterator[Sheet]:
    budget = _Budget()
    with ExitStack() as stack:

        @cache
        def opened(*, values: bool) -> "Workbook":
            return stack.enter_context(closing(_opened(content, values=values)))

        formulas = opened(values=False)
        if len(formulas.worksheets) > MOST_SHEETS:
            raise BadFileError(FileProblem.TOO_LARGE)
        for number, worksheet in enumerate(formulas.worksheets):
            rows = _rows(worksheet, budget)
            if any(cell.data_type == "f" for row in rows.values() for cell in row):
                rows = _with_values(rows, opened(values=True).worksheets[number])
            hidden, merged = _hidden_rows_and_merged_ranges(worksheet)
            yield Sheet(
                worksheet.title, worksheet.sheet_state == "visible", _table(rows, hidden), merged
            )


def _opened(content: bytes, *, values: bool) -> "Workbook":
    # Imported on first use to shorten the start (`benchmarks/start.py`).
    from openpyxl import load_workbook  # noqa: PLC0415

    return load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)


def _rows(worksheet: ReadOnlySheet, budget: _Budget) -> dict[int, SheetRow]:
    """Return the rows that have contents, by their numbers."""
    # The size that a workbook states for a sheet may be wrong, and would cut off what is beyond.
    worksheet.reset_dimensions()
    rows = {}
    for number, row in enumerate(worksheet.iter_rows(), 1):
        if number > MOST_ROWS:
            raise BadFileError(FileProblem.TOO_LARGE)
        # openpyxl fills a row with cells up to its last one.
        budget.spend(len(row))
        if any(cell.value is not None for cell in row):
            rows[number] = tuple(row)
    return rows


def _with_values(rows: dict[int, SheetRow], calculated: ReadOnlySheet) -> dict[int, SheetRow]:
    """Return the rows with the results of their formulas; one without a result stays a formula."""
    results = _rows(calculated, _Budget())
    return {
        number: tuple(
            cell if result is None or result.value is None else result
            for cell, result in zip_longest(row, results.get(number, ())[: len(row)])
        )
        for number, row in rows.items()
    }


def _table(rows: dict[int, SheetRow], hidden: frozenset[int]) -> list[TableRow]:
    return [
        TableRow(number, tuple(map(_cell, row)), hidden=number in hidden)
        for number, row in rows.items()
    ]


def _cell(cell: SheetCell) -> Cell:
    value = cell.value
    if value is None:
        return EMPTY
    if cell.data_type == "f":
        return Cell(str(value), CellProblem.FORMULA)
    if isinstance(value, bool | date | time | timedelta):
        return Cell(str(value), CellProblem.NO_TEXT)
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    return cell_of(str(value).strip())


def _hidden_rows_and_merged_ranges(
    worksheet: ReadOnlySheet,
) -> tuple[frozenset[int], tuple[str, ...]]:
    """Return the numbers of the hidden rows and the merged ranges, which openpyxl leaves out."""
    hidden, merged, number = set(), [], 0
    with worksheet._get_source() as part:  # noqa: SLF001 - its part of the archive has no public name
        for event, element in iterparse(part, events=("start", "end"), forbid_dtd=True):
            tag = element.tag.rpartition("}")[2]
            if event == "end":
                element.clear()
            elif tag == "row":
                number = int(element.get("r") or number + 1)
                if element.get("hidden") in {"1", "true"}:
                    hidden.add(number)
            elif tag == "mergeCell":
                merged.append(element.get("ref", ""))
    return frozenset(hidden), tuple(merged)
