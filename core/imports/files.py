"""Parses an import file (CSV or .xlsx) into rows, one for each user to register (D33)."""

import re
from collections.abc import Iterable, Sequence

from core.errors import (
    BadCellError,
    BadFileError,
    FileProblem,
    HiddenRowError,
    InputError,
    SurplusCellsError,
)
from core.imports.columns import FIELDS, language_tag_of
from core.imports.csv_tables import read_csv
from core.imports.rules import MAX_BYTES, MAX_ROWS, FileNotes, ImportFile, ImportRow
from core.imports.tables import EMPTY, HEADER_WITHIN, Header, TableRow, find_header
from core.imports.workbooks import Sheet, is_workbook, read_workbook
from core.text.characters import without_format_characters
from core.users.rules import UserForm

_BETWEEN_ROLES = re.compile(r"[\s,;]+")
# Maximum number of ranges of merged cells that a refusal names.
_MOST_NAMED = 10
_NAMES = frozenset({"first_name", "last_name"})


def parse_file(content: bytes) -> ImportFile:
    """Return the users in the file without the empty rows, and what to know about its reading.

    A CSV file has commas, semicolons or tabs between its cells. It is UTF-8, or UTF-16 with a byte
    order mark, or in a code page that its text shows beyond doubt. Of a workbook the visible sheet
    with the required columns is read.

    Raises:
        BadFileError: the file is too large, is no table, lacks required columns, may mean something
            else than it seems to, or has no rows or more than `MAX_ROWS`.
    """
    if len(content) > MAX_BYTES:
        raise BadFileError(FileProblem.TOO_LARGE)
    if is_workbook(content):
        sheets = read_workbook(content)
        sheet, header = _sheet_of_users(sheets)
        unread = tuple(one.title for one in sheets if one is not sheet)
        return _file(sheet.rows, header, unread_sheets=unread)
    rows, code_page = read_csv(content)
    return _file(rows, find_header(_texts(rows)), code_page=code_page)


def _file(
    rows: Sequence[TableRow],
    header: Header,
    *,
    code_page: str = "",
    unread_sheets: tuple[str, ...] = (),
) -> ImportFile:
    parsed = tuple(
        _import_row(row, header)
        for row in rows[header.place + 1 :]
        if any(cell.text for cell in row.cells)
    )
    if not parsed:
        raise BadFileError(FileProblem.NO_ROWS)
    if len(parsed) > MAX_ROWS:
        raise BadFileError(FileProblem.TOO_MANY_ROWS)
    number = rows[header.place].number
    return ImportFile(parsed, FileNotes(header.unknown, unread_sheets, code_page, number))


def _sheet_of_users(sheets: Sequence[Sheet]) -> tuple[Sheet, Header]:
    """Return the only visible sheet that has the required columns.

    Raises:
        BadFileError: no sheet has them, several have, or cells in its table are merged.
    """
    visible = [sheet for sheet in sheets if sheet.visible]
    if not visible:
        raise BadFileError(FileProblem.NO_ROWS)
    found, refusals = [], []
    for sheet in visible:
        try:
            found.append((sheet, find_header(_texts(sheet.rows))))
        except BadFileError as refusal:
            refusals.append(refusal)
    if not found:
        raise min(refusals, key=lambda refusal: (bool(refusal.found), len(refusal.columns)))
    if len(found) > 1:
        raise BadFileError(FileProblem.SHEETS, tuple(sheet.title for sheet, _ in found))
    sheet, header = found[0]
    _require_unmerged(sheet, header)
    return sheet, header


def _require_unmerged(sheet: Sheet, header: Header) -> None:
    """Check that no cells below the header are merged: only the first one would have the value."""
    # Imported on first use to shorten the start (`benchmarks/start.py`).
    from openpyxl.utils import range_boundaries  # noqa: PLC0415

    number = sheet.rows[header.place].number
    merged = tuple(cells for cells in sheet.merged if (range_boundaries(cells)[3] or 0) > number)
    if merged:
        raise BadFileError(FileProblem.MERGED, merged[:_MOST_NAMED])


def _texts(rows: Sequence[TableRow]) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in rows[:HEADER_WITHIN]]


def _import_row(row: TableRow, header: Header) -> ImportRow:
    texts, errors = {}, []
    for name in FIELDS:
        index = header.columns.get(name, len(row.cells))
        cell = row.cells[index] if index < len(row.cells) else EMPTY
        texts[name] = "" if cell.problem else _cleaned(cell.text, name)
        if cell.problem is not None:
            errors.append(BadCellError(name, cell.problem))
    return ImportRow(row.number, _user_form(texts), (*errors, *_row_errors(row, header)))


def _cleaned(text: str, name: str) -> str:
    # A name that holds characters which cannot be seen is refused, not changed.
    return text if name in _NAMES else without_format_characters(text).strip()


def _row_errors(row: TableRow, header: Header) -> Iterable[InputError]:
    surplus = tuple(
        cell.text for index, cell in enumerate(row.cells) if index not in header.named and cell.text
    )
    if surplus:
        yield SurplusCellsError(surplus)
    if row.hidden:
        yield HiddenRowError()


def _user_form(texts: dict[str, str]) -> UserForm:
    return UserForm(
        first_name=texts["first_name"],
        last_name=texts["last_name"],
        language=language_tag_of(texts["language"]),
        email=texts["email"],
        phone=texts["phone"],
        username=texts["username"],
        roles=tuple(_roles(_BETWEEN_ROLES.split(texts["roles"]))),
    )


def _roles(texts: Iterable[str]) -> Iterable[str]:
    """Prefix a role without a module, such as `ADMIN`, with the colon of its key."""
    return (text if ":" in text else f":{text}" for text in texts if text)
