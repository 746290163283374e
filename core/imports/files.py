"""Parsing of CSV files as spreadsheet programs write them."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from core.errors import BadFileError, FileFault
from core.imports.columns import FIELDS, REQUIRED_FIELDS, field_of, language_tag_of
from core.imports.rules import MAX_BYTES, MAX_ROWS, ImportRow
from core.users.rules import UserForm

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = (";", "\t", ",")
_BETWEEN_ROLES = re.compile(r"[\s,;]+")
# The apostrophe that our own exports put before a cell that a spreadsheet would run as a formula.
_FORMULA_GUARD = re.compile(r"'(?=[=+\-@＝＋－＠])")


def parse_rows(content: bytes) -> tuple[ImportRow, ...]:
    """Return the rows of the file without the empty ones.

    The delimiter is a comma, a semicolon or a tab. The encoding is UTF-8, UTF-16 with a byte order
    mark, or else Windows-1252.

    Raises:
        BadFileError: the file is too large, is no text or no table, lacks required columns, or has
            no rows or more than `MAX_ROWS`.
    """
    if len(content) > MAX_BYTES:
        raise BadFileError(FileFault.TOO_LARGE)
    header, *rows = _cells(_text_of(content)) or [[]]
    columns = _columns(header)
    parsed = [
        ImportRow(number, _user_form(columns, cells))
        for number, cells in enumerate(rows, 2)
        if any(cells)
    ]
    if not parsed:
        raise BadFileError(FileFault.NO_ROWS)
    if len(parsed) > MAX_ROWS:
        raise BadFileError(FileFault.TOO_MANY_ROWS)
    return tuple(parsed)


def _text_of(content: bytes) -> str:
    if b"\0" in content and not content.startswith(_UTF_16):
        raise BadFileError(FileFault.NO_TEXT)
    encodings = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFileError(FileFault.NO_TEXT)


def _cells(text: str) -> list[list[str]]:
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [[_FORMULA_GUARD.sub("", cell.strip(), count=1) for cell in row] for row in reader]
    except csv.Error:
        raise BadFileError(FileFault.NO_TABLE) from None


def _columns(header: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(header):
        name = field_of(cell)
        if name is not None:
            columns.setdefault(name, index)
    missing = tuple(name for name in FIELDS if name in REQUIRED_FIELDS and name not in columns)
    if missing:
        raise BadFileError(FileFault.COLUMNS, missing)
    return columns


def _user_form(columns: Mapping[str, int], cells: Sequence[str]) -> UserForm:
    def cell(name: str) -> str:
        index = columns.get(name, len(cells))
        return cells[index] if index < len(cells) else ""

    return UserForm(
        first_name=cell("first_name"),
        last_name=cell("last_name"),
        language=language_tag_of(cell("language")),
        email=cell("email"),
        phone=cell("phone"),
        username=cell("username"),
        roles=tuple(_roles(_BETWEEN_ROLES.split(cell("roles")))),
    )


def _roles(texts: Iterable[str]) -> Iterable[str]:
    """Prefix a role without a module, such as `ADMIN`, with the colon of its key."""
    return (text if ":" in text else f":{text}" for text in texts if text)
