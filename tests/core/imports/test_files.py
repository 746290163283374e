"""Tests of parsing CSV files as spreadsheet programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadFileError, FileFault
from core.imports.files import parse_rows
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

    assert parse_rows(text.encode(encoding)) == (ImportRow(2, IDA),)


@pytest.mark.parametrize(
    "header",
    [
        "FIRST NAME;Last Name;Language;E-mail;Telephone;User-name;Roles",
        "Fornavn;Efternavn;Arbejdssprog;E-mail;Telefon;Brugernavn;Roller",
    ],
)
def test_columns_are_recognised_by_their_labels(header: str) -> None:
    (row,) = parse_rows(f"{header}\n{ROW}".encode())

    assert (row.typed.first_name, row.typed.email, row.typed.roles) == (
        "Ida",
        "ida@x.example",
        IDA.roles,
    )


def test_columns_have_any_order_and_unknown_ones_are_ignored() -> None:
    text = "Note,email,language,last_name,first_name\nx,ida@x.example,Dansk,Møller,Ida\n"

    (row,) = parse_rows(text.encode())

    assert row.typed == UserForm("Ida", "Møller", "da", "ida@x.example", "", "", ())


def test_empty_rows_are_skipped_but_counted() -> None:
    text = f"{HEADER}\n\n{ROW}\n;;;;;;\n  ; \n{ROW}"

    assert [row.number for row in parse_rows(text.encode())] == [3, 6]


def test_the_formula_guard_of_our_exports_is_removed() -> None:
    (row,) = parse_rows(f"{HEADER}\nIda;'t Hooft;da;a@x.example;'+4533445566;;".encode())

    assert (row.typed.phone, row.typed.last_name) == ("+4533445566", "'t Hooft")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"x" * (MAX_BYTES + 1), FileFault.TOO_LARGE),
        (b"PK\x03\x04\0\0", FileFault.NO_TEXT),
        (b"\xff\xfe\x00", FileFault.NO_TEXT),
        (b"\x81\x8d", FileFault.NO_TEXT),
        (f'{HEADER}\nIda;"Mø"ller;da'.encode(), FileFault.NO_TABLE),
        (b"", FileFault.COLUMNS),
        (b"first_name;last_name\nIda;M", FileFault.COLUMNS),
        (HEADER.encode(), FileFault.NO_ROWS),
        ("\n".join([HEADER, *[ROW] * (MAX_ROWS + 1)]).encode(), FileFault.TOO_MANY_ROWS),
    ],
)
def test_an_unreadable_file_is_refused_with_its_fault(content: bytes, fault: FileFault) -> None:
    with pytest.raises(BadFileError) as refusal:
        parse_rows(content)

    assert refusal.value.fault == fault


def test_a_refusal_names_the_missing_columns() -> None:
    with pytest.raises(BadFileError) as refusal:
        parse_rows(b"first_name;roles\nIda;")

    assert refusal.value.columns == ("last_name", "language", "email")


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(content: bytes) -> None:
    try:
        rows = parse_rows(HEADER.encode() + b"\n" + content)
    except BadFileError:
        return
    assert all(row.number >= 2 for row in rows)
