"""Finds the code page of a CSV file that is not in Unicode, or refuses the file (D33)."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import BadFileError, FileProblem
from core.imports.code_pages import CodePage, Likeness, NameJudge, Reading, code_pages_of, winner
from core.imports.columns import field_of, language_tag_of
from core.imports.tables import HEADER_WITHIN, Header, find_header
from core.languages.alphabets import letters_of
from core.languages.tags import LANGUAGES
from core.text_lengths import LONGEST_PERSON_NAME

Rows = list[list[str]]
Translation = dict[int, str]


def decoded_rows(text: str, rows: Rows) -> tuple[str, Rows]:
    """Return the only plausible code page, and the rows decoded by it.

    `text` and `rows` hold one character for each byte of the file, as Latin-1 decodes it.

    Raises:
        BadFileError: the code page is in doubt, or no code page makes it a table of users.
    """
    candidates = [
        _Candidate(code_page, header)
        for code_page in code_pages_of(text)
        if (header := _header_or_none(rows, code_page.translation)) is not None
    ]
    if not candidates:
        raise _refusal_of_columns(rows)
    cells = _distinct_cells(rows, [candidate.header for candidate in candidates])
    won = winner([candidate.reading_of(cells, rows) for candidate in candidates])
    if won is None:
        raise BadFileError(FileProblem.CODE_PAGE)
    (chosen,) = (one.code_page for one in candidates if one.code_page.name == won.code_page)
    return won.code_page, _translated(rows, chosen.translation)


@dataclass(frozen=True, slots=True)
class _FileCell:
    """A cell that is not ASCII, by its column, in the header or below it."""

    column: int
    in_header: bool
    text: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A code page under which the file has the required columns."""

    code_page: CodePage
    header: Header

    def reading_of(self, cells: list[_FileCell], rows: Rows) -> Reading:
        """Return the cells as this code page reads them; `rows` tell the file's languages."""
        decoded = tuple(cell.text.translate(self.code_page.translation) for cell in cells)
        languages = self._languages(rows)
        judge = NameJudge(_letters(languages), _letters(languages & self.code_page.languages))
        judged = [
            self._judged(cell, text, judge) for cell, text in zip(cells, decoded, strict=True)
        ]
        return Reading(
            self.code_page.name,
            decoded,
            likeness=tuple(likeness for likeness, _ in judged),
            usual=tuple(usual for _, usual in judged),
        )

    def _judged(self, cell: _FileCell, text: str, judge: NameJudge) -> tuple[Likeness, Likeness]:
        columns = self.header.columns
        if not cell.in_header and cell.column in {columns["first_name"], columns["last_name"]}:
            return judge.likeness(text)
        if cell.in_header:
            known = field_of(text) is not None
        else:
            known = cell.column == columns["language"] and language_tag_of(text) in LANGUAGES
        likeness = Likeness.MEANT if known else Likeness.POSSIBLE
        return likeness, likeness

    def _languages(self, rows: Rows) -> frozenset[str]:
        """Return the tags of all languages that the file names."""
        column = self.header.columns["language"]
        named = {row[column] for row in rows[self.header.place + 1 :] if column < len(row)}
        decoded = (text.translate(self.code_page.translation) for text in named)
        return frozenset(language_tag_of(text).lower() for text in decoded)


def _letters(languages: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*map(letters_of, languages))


def _distinct_cells(rows: Rows, headers: Iterable[Header]) -> list[_FileCell]:
    """Return the cells of the columns that are imported, without those in ASCII.

    Names that are too long are left out: they are refused whatever their letters.
    """
    headers = list(headers)
    columns = {column for header in headers for column in header.columns.values()}
    names = {header.columns[name] for header in headers for name in ("first_name", "last_name")}
    first = min(header.place for header in headers)
    cells = (
        _FileCell(column, place == first, row[column])
        for place, row in enumerate(rows[first:], first)
        for column in columns
        if column < len(row) and not row[column].isascii()
        if column not in names or len(row[column]) <= LONGEST_PERSON_NAME
    )
    return list(dict.fromkeys(cells))


def _header_or_none(rows: Rows, translation: Translation) -> Header | None:
    try:
        return find_header(_translated(rows[:HEADER_WITHIN], translation))
    except BadFileError as refusal:
        if refusal.problem == FileProblem.COLUMNS:
            return None
        raise


def _refusal_of_columns(rows: Rows) -> BadFileError:
    """Return what is wrong with a table that no code page gives the required columns."""
    # If not even one column is known, the file may be anything.
    refusal = BadFileError(FileProblem.NO_TEXT)
    try:
        find_header(rows)
    except BadFileError as error:
        if not error.found:
            refusal = error
    return refusal


def _translated(rows: Rows, translation: Translation) -> Rows:
    return [[cell.translate(translation) for cell in row] for row in rows]
