"""Reads the table in a CSV file, and detects its encoding and its delimiter."""

import csv
import io
import re
from collections.abc import Iterable
from itertools import islice

from core.errors import BadFileError, CellProblem, FileProblem
from core.imports.code_page_choice import decoded_rows
from core.imports.columns import field_of
from core.imports.rules import MAX_ROWS
from core.imports.tables import EMPTY, HEADER_WITHIN, MOST_CELLS, MOST_ROWS, Cell, TableRow

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DELIMITERS = (";", "\t", ",")
# A first line that tells Excel the delimiter.
_DELIMITER_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
# Blanks in ASCII alone: in a code page, the byte of a no-break space may be a letter.
_BLANKS = " \t\r\n"
# The apostrophe that our own exports put before a cell that a spreadsheet would run as a formula.
_FORMULA_GUARD = re.compile(r"'(?=[=+\-@＝＋－＠])")
# A formula that only holds a text; programs write it so that spreadsheets do not change the text.
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_ERROR_VALUE = re.compile(r"#.*|Err:\d+", re.DOTALL)

Rows = list[list[str]]


def read_csv(content: bytes) -> tuple[list[TableRow], str]:
    """Return the rows, and the code page by which they were read, empty if the file is Unicode.

    Raises:
        BadFileError: the content is no text or no table, or its code page is in doubt; or it has
            far too many rows or cells.
    """
    text = _unicode_text(content)
    if text is not None:
        return _table(_rows(text)), ""
    text = content.decode("latin-1")
    rows = _rows(text)
    if sum(map(any, rows)) > MAX_ROWS + HEADER_WITHIN:
        raise BadFileError(FileProblem.TOO_MANY_ROWS)
    code_page, rows = decoded_rows(text, rows)
    return _table(rows), code_page


def cell_of(text: str) -> Cell:
    """Return the cell for a text, without the characters that spreadsheets add around it."""
    if not text:
        return EMPTY
    formula = _TEXT_FORMULA.fullmatch(text)
    if formula is not None:
        return Cell(formula[1].replace('""', '"').strip())
    if _ERROR_VALUE.fullmatch(text):
        return Cell(text, CellProblem.ERROR_VALUE)
    if text.startswith("="):
        return Cell(text, CellProblem.FORMULA)
    return Cell(_FORMULA_GUARD.sub("", text, count=1))


def _unicode_text(content: bytes) -> str | None:
    """Return the text if it is Unicode; what begins with a byte order mark must be."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                raise BadFileError(FileProblem.NO_TEXT) from None
    if b"\0" in content:
        raise BadFileError(FileProblem.NO_TEXT)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _rows(text: str) -> Rows:
    match = _DELIMITER_LINE.match(text)
    delimiter = match[1] if match else _delimiter(text)
    try:
        rows = _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (csv.Error, ValueError, TypeError):
        raise BadFileError(FileProblem.NO_TABLE) from None
    return [[], *rows[1:]] if match else rows


def _bounded(rows: Iterable[list[str]]) -> Rows:
    """Return the rows, stripped and without the empty cells at their ends."""
    kept: Rows = []
    cells = 0
    for row in rows:
        texts = [cell.strip(_BLANKS) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        cells += len(texts)
        if cells > MOST_CELLS or len(kept) >= MOST_ROWS:
            raise BadFileError(FileProblem.TOO_LARGE)
        # A copy: a list from which cells were popped keeps the memory that they took.
        kept.append(texts[:])
    return kept


def _delimiter(text: str) -> str:
    """Return the delimiter that tells most columns apart in one of the first lines."""

    def columns(line_and_delimiter: tuple[str, str]) -> tuple[int, int]:
        line, delimiter = line_and_delimiter
        cells = [cell.strip(f'{_BLANKS}"') for cell in line.split(delimiter)]
        return sum(field_of(cell) is not None for cell in cells), len(cells)

    lines = islice(io.StringIO(text, newline=""), HEADER_WITHIN)
    pairs = [(line[:5000], delimiter) for line in lines for delimiter in _DELIMITERS]
    return max(pairs, key=columns, default=("", _DELIMITERS[0]))[1]


def _table(rows: Rows) -> list[TableRow]:
    """Return the rows without the empty ones below those in which the header is looked for."""
    return [
        TableRow(number, tuple(cell_of(text.strip()) for text in row))
        for number, row in enumerate(rows, 1)
        if row or number <= HEADER_WITHIN
    ]
