"""Data classes of the table in an import file, and the search for the row with its headers."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import BadFileError, CellProblem, FileProblem
from core.imports.columns import FIELDS, REQUIRED_FIELDS, field_of

# Number of rows that are searched for the header, which titles may precede.
HEADER_WITHIN = 20
# Maximum number of cells in a file; ten thousand users fill a third of them.
MOST_CELLS = 300_000
# As Excel has; programs leave formats in the last one.
MOST_ROWS = 1_048_576
# Maximum number of characters of the first row that a refusal quotes.
_MOST_QUOTED = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, and its problem, if any."""

    text: str
    problem: CellProblem | None = None


# Shared, so that the many empty cells of a hostile file take no memory.
EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row; `number` counts from 1, as spreadsheets do."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The row that names the columns: its place, the fields' columns, and the unknown names."""

    place: int
    columns: dict[str, int]
    unknown: tuple[str, ...]
    named: frozenset[int]


def find_header(rows: Sequence[Sequence[str]]) -> Header:
    """Return the first of the first rows that names all required columns.

    Raises:
        BadFileError: no row does, with what is missing and what stands in the first row instead;
            or a row names a column twice.
    """
    headers = [_header(place, row) for place, row in enumerate(rows[:HEADER_WITHIN])]
    for header in headers:
        if header.columns.keys() >= REQUIRED_FIELDS:
            _require_single_columns(rows[header.place], header)
            return header
    best = max(
        headers, key=lambda header: len(header.columns), default=Header(0, {}, (), frozenset())
    )
    missing = tuple(name for name in FIELDS if name in REQUIRED_FIELDS and name not in best.columns)
    raise BadFileError(FileProblem.COLUMNS, missing, found="" if best.columns else _first_row(rows))


def _header(place: int, row: Sequence[str]) -> Header:
    columns: dict[str, int] = {}
    unknown = []
    for index, cell in enumerate(row):
        name = field_of(cell)
        if name is not None:
            columns.setdefault(name, index)
        elif cell:
            unknown.append(cell)
    named = frozenset(index for index, cell in enumerate(row) if cell)
    return Header(place, columns, tuple(unknown), named)


def _require_single_columns(row: Sequence[str], header: Header) -> None:
    twice = tuple(
        cell
        for index, cell in enumerate(row)
        if (name := field_of(cell)) is not None and header.columns[name] != index
    )
    if twice:
        raise BadFileError(FileProblem.REPEATED_COLUMNS, twice)


def _first_row(rows: Sequence[Sequence[str]]) -> str:
    row = next((row for row in rows if any(row)), ())
    return ", ".join(filter(None, row))[:_MOST_QUOTED]
