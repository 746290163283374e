"""Tests of parsing CSV files as spreadsheet programs write them."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadFileError, CellProblem, FileProblem
from core.imports.files import parse_file
from core.imports.rules import MAX_BYTES, MAX_ROWS, ImportRow
from core.users.rules import UserForm

HEADER = "first_name;last_name;language;email;phone;username;roles"
IDA = UserForm("Ida", "Møller", "da", "ida@x.example", "+4533445566", "", ("PQ:BASIC", ":ADMIN"))
ROW = "Ida;Møller;da;ida@x.example;+4533445566;;PQ:BASIC ADMIN"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends_of_spreadsheets_are_read(
    encoding: str, delimiter: str, end: str
) -> None:
    text = end.join([HEADER, ROW]).replace(";", delimiter)

    assert parse_file(text.encode(encoding)).rows == (ImportRow(2, IDA),)


@pytest.mark.parametrize(
    "header",
    [
        "FIRST NAME;Last Name;Language;E-mail;Telephone;User-name;Roles",
        "Fornavn;Efternavn;Arbejdssprog;E-mail;Telefon;Brugernavn;Roller",
    ],
)
def test_columns_are_recognised_by_their_labels(header: str) -> None:
    (row,) = parse_file(f"{header}\n{ROW}".encode()).rows

    assert (row.typed.first_name, row.typed.email, row.typed.roles) == (
        "Ida",
        "ida@x.example",
        IDA.roles,
    )


def test_columns_have_any_order_and_unknown_ones_are_named() -> None:
    text = "Note,email,language,last_name,first_name\nx,ida@x.example,Dansk,Møller,Ida\n"

    file = parse_file(text.encode())

    (row,) = file.rows
    assert row.typed == UserForm("Ida", "Møller", "da", "ida@x.example", "", "", ())
    assert file.notes.unknown_columns == ("Note",)


def test_empty_rows_are_skipped_but_counted() -> None:
    text = f"{HEADER}\n\n{ROW}\n;;;;;;\n  ; \n{ROW}"

    assert [row.number for row in parse_file(text.encode()).rows] == [3, 6]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_empty_cells_and_rows_that_programs_leave_are_no_cells(encoding: str) -> None:  # D33
    text = f"{HEADER}\n" + f"{ROW}{';' * 300}\n" * 5_000 + ";\n" * 400_000 + f"{ROW}\n"

    rows = parse_file(text.encode(encoding)).rows

    assert (len(rows), rows[-1].number) == (5_001, 405_002)


@pytest.mark.parametrize(
    "rows", [("x;" * 500_000 + "\n") * 2, f"{';' * 400_000}x\n", "\n" * 1_048_576]
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_rows_and_cells_of_a_text_are_bounded(rows: str, encoding: str) -> None:  # D33
    refused = f"{HEADER}\n{ROW}\n{rows}".encode(encoding)

    with pytest.raises(BadFileError) as refusal:
        parse_file(refused)

    assert refusal.value.problem == FileProblem.TOO_LARGE


def test_the_formula_guard_of_our_exports_is_removed() -> None:
    (row,) = parse_file(f"{HEADER}\nIda;'t Hooft;da;a@x.example;'+4533445566;;".encode()).rows

    assert (row.typed.phone, row.typed.last_name) == ("+4533445566", "'t Hooft")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"x" * (MAX_BYTES + 1), FileProblem.TOO_LARGE),
        (b"PK\x03\x04\0\0", FileProblem.NO_TEXT),
        (b"\xff\xfe\x00", FileProblem.NO_TEXT),
        (b"\x81\x8d", FileProblem.NO_TEXT),
        (f'{HEADER}\nIda;"Mø"ller;da'.encode(), FileProblem.NO_TABLE),
        (b"", FileProblem.COLUMNS),
        (b"first_name;last_name\nIda;M", FileProblem.COLUMNS),
        (HEADER.encode(), FileProblem.NO_ROWS),
        ("\n".join([HEADER, *[ROW] * (MAX_ROWS + 1)]).encode(), FileProblem.TOO_MANY_ROWS),
    ],
)
def test_an_unreadable_file_is_refused_with_its_problem(
    content: bytes, problem: FileProblem
) -> None:
    with pytest.raises(BadFileError) as refusal:
        parse_file(content)

    assert refusal.value.problem == problem


def test_a_delimiter_that_newer_pythons_refuse_makes_no_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # D33
    """From Python 3.13 on, `csv.reader` itself refuses a line end as the delimiter."""

    def refuse(*_args: object, **_options: object) -> None:
        raise ValueError("bad delimiter value")

    monkeypatch.setattr(csv, "reader", refuse)

    with pytest.raises(BadFileError) as refusal:
        parse_file(f"sep=\r\n{HEADER}\n{ROW}".encode())

    assert refusal.value.problem == FileProblem.NO_TABLE


def test_a_refusal_names_the_missing_columns() -> None:
    with pytest.raises(BadFileError) as refusal:
        parse_file(b"first_name;roles\nIda;")

    assert refusal.value.columns == ("last_name", "language", "email")


def test_a_column_that_is_named_twice_is_refused() -> None:  # D33
    with pytest.raises(BadFileError) as refusal:
        parse_file(f"{HEADER};E-mail\n{ROW};bo@x.example".encode())

    assert (refusal.value.problem, refusal.value.columns) == (
        FileProblem.REPEATED_COLUMNS,
        ("E-mail",),
    )


@pytest.mark.parametrize(
    ("cell", "name", "problem"),
    [
        ('="Ida"', "Ida", None),
        ('"=""Ida"""', "Ida", None),
        ('="O""Neill "', 'O"Neill', None),
        ("#N/A", "", CellProblem.ERROR_VALUE),
        ("#VÆRDI!", "", CellProblem.ERROR_VALUE),
        ("########", "", CellProblem.ERROR_VALUE),
        ("=A1", "", CellProblem.FORMULA),
        ("'=A1", "=A1", None),
    ],
)
def test_what_spreadsheets_put_into_cells_is_read_or_a_problem(
    cell: str, name: str, problem: CellProblem | None
) -> None:  # D33, B12
    (row,) = parse_file(f"{HEADER}\n{cell};Møller;da;ida@x.example".encode()).rows

    assert row.typed.first_name == name
    assert [getattr(error, "problem", None) for error in row.errors] == (
        [problem] if problem else []
    )


@pytest.mark.parametrize(
    ("cells", "surplus"),
    [
        (";;;", ()),
        (";;;PR:BASIC", ("PR:BASIC",)),
        (";;;#REF!", ("#REF!",)),
    ],
)
def test_cells_without_a_column_are_surplus_unless_they_are_empty(
    cells: str, surplus: tuple[str, ...]
) -> None:  # D33, B11
    (row,) = parse_file(f"{HEADER}\n{ROW}{cells}".encode()).rows

    assert tuple(cell for error in row.errors for cell in getattr(error, "cells", ())) == surplus


@pytest.mark.parametrize(
    ("first_lines", "number"),
    [
        ("sep=;\n", 3),
        ("SEP=;\r\n", 3),
        ("Users, by team, in Denmark, 2026\n\n", 4),
        ('"Users;\nof 2026";;\n', 3),
    ],
)
def test_lines_above_the_columns_are_passed_over_but_counted(
    first_lines: str, number: int
) -> None:  # D33, B21
    file = parse_file(f"{first_lines}{HEADER}\n{ROW}".encode())

    assert file.rows == (ImportRow(number, IDA),)
    assert file.notes.header_row == number - 1


def test_the_delimiter_that_a_first_line_tells_is_used() -> None:  # B21
    text = f"sep=|\n{HEADER}\n{ROW}".replace(";", "|")

    assert parse_file(text.encode()).rows == (ImportRow(3, IDA),)


@pytest.mark.parametrize(
    "header",
    [
        "First\u00a0name;Last\u202fname;\ufefflanguage;E\u2011mail",
        "First name*;Last  name:;LANGUAGE ;e\u00admail",
        '"first_name";"last_name";"language";"email"',
    ],
)
def test_headers_are_known_whatever_blanks_and_signs_they_hold(header: str) -> None:  # B21
    (row,) = parse_file(f"{header}\nIda;Møller;da;ida@x.example".encode()).rows

    assert row.typed.email == "ida@x.example"


def test_cells_but_names_lose_characters_that_cannot_be_seen() -> None:  # B22
    line = (
        "I\u200bda;Møller;\u200bda;ida@x.example\u200b;\u202a+4533445566;\u00adida.m;PQ:BASIC\ufeff"
    )

    (row,) = parse_file(f"{HEADER}\n{line}".encode()).rows

    assert row.typed == UserForm(
        "I\u200bda",
        "Møller",
        "da",
        "ida@x.example",
        "\u202a+4533445566",
        "ida.m",
        ("PQ:BASIC",),
    )


def test_a_refusal_quotes_a_first_row_without_known_columns() -> None:  # B21
    with pytest.raises(BadFileError) as refusal:
        parse_file("\nListe over brugere;2026\nIda;Møller".encode())

    assert refusal.value.found == "Liste over brugere, 2026"


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(content: bytes) -> None:
    try:
        rows = parse_file(HEADER.encode() + b"\n" + content).rows
    except BadFileError:
        return
    assert all(row.number >= 2 for row in rows)
