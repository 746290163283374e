"""Tests of reading workbooks (.xlsx), with problems and limits of size (D33)."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import BadFileError, CellProblem, FileProblem, HiddenRowError
from core.imports import workbooks
from core.imports.files import parse_file

HEADER = ("first_name", "last_name", "language", "email", "phone", "roles")
IDA = ("Ida", "Møller", "da", "ida@x.example", "+4533445566", "PQ:BASIC")
SHEET = "xl/worksheets/sheet1.xml"


def saved(workbook: Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def workbook_of(*rows: tuple[Any, ...], edit: Callable[[Worksheet], object] = id) -> bytes:
    """Return a workbook with these rows in its only sheet, after `edit`."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(row)
    edit(sheet)
    return saved(workbook)


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one part of its archive changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, change(data) if part.filename == name else data)
    return file.getvalue()


def problems(content: bytes) -> list[tuple[str, object]]:
    """Return the fields and problems of the only row."""
    (row,) = parse_file(content).rows
    return [(error.field, getattr(error, "problem", type(error))) for error in row.errors]


def refusal_of(content: bytes) -> BadFileError:
    with pytest.raises(BadFileError) as refusal:
        parse_file(content)
    return refusal.value


def test_texts_and_numbers_are_read_as_they_are_shown() -> None:
    row = ("Þórdís", "O’Neill", "Dansk", "ida@x.example", 33445566.0, "PQ:BASIC ADMIN")

    file = parse_file(workbook_of(("Users of 2026",), (), HEADER, row))

    typed = file.rows[0].typed
    assert (typed.first_name, typed.last_name, typed.language) == ("Þórdís", "O’Neill", "da")
    assert (typed.phone, typed.roles) == ("33445566", ("PQ:BASIC", ":ADMIN"))
    assert (file.rows[0].number, file.notes.header_row) == (4, 3)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (date(2026, 3, 1), CellProblem.NO_TEXT),
        (time(9), CellProblem.NO_TEXT),
        (timedelta(hours=1), CellProblem.NO_TEXT),
        (True, CellProblem.NO_TEXT),
        ("#N/A", CellProblem.ERROR_VALUE),
        ("#BEZUG!", CellProblem.ERROR_VALUE),
        ("Err:502", CellProblem.ERROR_VALUE),
        ("=A1", CellProblem.FORMULA),  # openpyxl calculates nothing, so it has no result
    ],
)
def test_a_cell_that_holds_no_text_is_a_problem_of_its_field(
    value: object, problem: CellProblem
) -> None:
    assert problems(workbook_of(HEADER, (*IDA[:4], value, ""))) == [("phone", problem)]


def test_the_result_of_a_formula_is_read() -> None:
    content = workbook_of(HEADER, ('="I"&"da"', *IDA[1:]))

    calculated = with_part(
        content,
        SHEET,
        lambda xml: xml.replace(b"<v />", b"<v>Ida</v>").replace(b"<v/>", b"<v>Ida</v>"),
    )
    text = with_part(calculated, SHEET, lambda xml: xml.replace(b'r="A2"', b'r="A2" t="str"'))

    assert parse_file(text).rows[0].typed.first_name == "Ida"
    assert problems(content) == [("first_name", CellProblem.FORMULA)]


def test_a_workbook_is_opened_once_for_the_results_of_all_its_formulas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # D33
    workbook = load_workbook(io.BytesIO(workbook_of(HEADER, IDA)))
    for _ in range(3):
        workbook.create_sheet().append(("=A1",))
    opened = []

    def load(*args: Any, **options: Any) -> Workbook:  # noqa: ANN401
        opened.append(options["data_only"])
        return load_workbook(*args, **options)

    monkeypatch.setattr(openpyxl, "load_workbook", load)

    assert len(parse_file(saved(workbook)).rows) == 1
    assert opened == [False, True]


def test_a_hidden_row_is_refused() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True

    assert problems(workbook_of(HEADER, IDA, edit=hide)) == [("row", HiddenRowError)]


def test_merged_cells_below_the_columns_are_refused_with_their_place() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("F3:F4")

    refusal = refusal_of(workbook_of(("Users",), HEADER, IDA, IDA, edit=merge))

    assert (refusal.problem, refusal.columns) == (FileProblem.MERGED, ("F3:F4",))


def test_merged_cells_above_the_columns_do_not_matter() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:F1")

    assert len(parse_file(workbook_of(("Users",), HEADER, IDA, edit=merge)).rows) == 1


def test_the_sheet_with_the_columns_is_read_and_the_others_are_named() -> None:
    workbook = Workbook()
    workbook.worksheets[0].title = "Users"
    for title, rows in {"Users": (HEADER, IDA), "Help": (("?",),), "Old": (HEADER, IDA)}.items():
        sheet = workbook[title] if title in workbook.sheetnames else workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.create_sheet("Empty")
    workbook["Old"].sheet_state = "hidden"

    file = parse_file(saved(workbook))

    assert len(file.rows) == 1
    assert file.notes.unread_sheets == ("Help", "Old")

    workbook["Old"].sheet_state = "visible"
    refusal = refusal_of(saved(workbook))
    assert (refusal.problem, refusal.columns) == (FileProblem.SHEETS, ("Users", "Old"))


def test_a_workbook_without_the_columns_is_quoted_or_says_which_are_missing() -> None:
    assert refusal_of(workbook_of(("Name", "Mail"))).found == "Name, Mail"
    assert refusal_of(workbook_of(HEADER[:2])).columns == ("language", "email")
    assert refusal_of(workbook_of()).problem == FileProblem.NO_ROWS
    assert refusal_of(workbook_of(HEADER)).problem == FileProblem.NO_ROWS


def test_a_size_stated_wrongly_cuts_nothing_off() -> None:
    content = with_part(
        workbook_of(HEADER, IDA, IDA), SHEET, lambda xml: xml.replace(b"A1:F3", b"A1:B2")
    )

    rows = parse_file(content).rows

    assert [row.typed.email for row in rows] == ["ida@x.example"] * 2


def test_a_format_in_the_last_row_of_the_sheet_does_not_matter() -> None:
    last = b'<row r="1048576" hidden="0"></row></sheetData>'
    content = with_part(
        workbook_of(HEADER, IDA), SHEET, lambda xml: xml.replace(b"</sheetData>", last)
    )

    assert len(parse_file(content).rows) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'<row r="2"', b'<row r="99999999999"').replace(b'"A2"', b'"A9"'),
        lambda xml: xml.replace(
            b"</sheetData>",
            b"".join(b'<row r="%d"><c r="XFD%d" t="n"/></row>' % (n, n) for n in range(3, 50))
            + b"</sheetData>",
        ),
    ],
)
def test_rows_and_cells_are_bounded(change: Callable[[bytes], bytes]) -> None:
    content = with_part(workbook_of(HEADER, IDA), SHEET, change)

    assert refusal_of(content).problem == FileProblem.TOO_LARGE


def test_the_cells_of_all_sheets_are_bounded_together() -> None:  # D33
    """No sheet has too many cells, but all of them have."""
    workbook = load_workbook(io.BytesIO(workbook_of(HEADER, IDA)))
    for _ in range(3):
        sheet = workbook.create_sheet()
        for number in range(1, 10):
            sheet.cell(number, 16_384, "x")

    assert refusal_of(saved(workbook)).problem == FileProblem.TOO_LARGE


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = with_part(
        workbook_of(HEADER, IDA), SHEET, lambda xml: xml + b" " * workbooks.MOST_UNPACKED_BYTES
    )

    assert len(bomb) < 100_000
    assert refusal_of(bomb).problem == FileProblem.TOO_LARGE


def test_entities_are_not_expanded() -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

    row = b'<row r="3"><c r="A3" t="inlineStr"><is><t>&b;</t></is></c></row>'

    def declare(xml: bytes) -> bytes:
        return entity + xml.replace(b"</sheetData>", row + b"</sheetData>")

    assert (
        refusal_of(with_part(workbook_of(HEADER, IDA), SHEET, declare)).problem
        == FileProblem.NO_TEXT
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"PK\x03\x04\0\0", FileProblem.NO_TEXT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), FileProblem.LOCKED),
        (with_part(workbook_of(HEADER), SHEET, lambda _: b"<x"), FileProblem.NO_TEXT),
        (with_part(workbook_of(HEADER), "xl/workbook.xml", lambda _: b""), FileProblem.NO_TEXT),
        (workbook_of(HEADER)[:-100], FileProblem.NO_TEXT),
    ],
)
def test_a_broken_or_locked_workbook_is_refused(content: bytes, problem: FileProblem) -> None:
    assert refusal_of(content).problem == problem


def test_a_cell_without_a_column_is_a_surplus_one() -> None:
    (row,) = parse_file(workbook_of((*HEADER, None, "note"), (*IDA, "x", "y"))).rows

    assert [(error.field, getattr(error, "cells", ())) for error in row.errors] == [
        ("cells", ("x",))
    ]


def test_the_part_of_a_sheet_is_where_openpyxl_says() -> None:
    # `workbooks` reads hidden rows and merged cells from it, by a name that is not public.
    (sheet,) = load_workbook(io.BytesIO(workbook_of(HEADER)), read_only=True).worksheets

    assert b"<sheetData>" in sheet._get_source().read()  # type: ignore[attr-defined] # noqa: SLF001


def test_a_whole_number_that_a_program_writes_with_an_exponent_is_read() -> None:  # D33
    content = workbook_of(HEADER, (*IDA[:4], 33445566, IDA[5]))

    written = with_part(content, SHEET, lambda xml: xml.replace(b">33445566<", b">3.3445566E7<"))

    assert b"3.3445566E7" in zipfile.ZipFile(io.BytesIO(written)).read(SHEET)
    assert parse_file(written).rows[0].typed.phone == "33445566"


def test_sheets_are_bounded() -> None:  # D33
    workbook = load_workbook(io.BytesIO(workbook_of(HEADER, IDA)))
    for _ in range(workbooks.MOST_SHEETS):
        workbook.create_sheet()

    assert refusal_of(saved(workbook)).problem == FileProblem.TOO_LARGE
