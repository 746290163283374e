"""Reading files of users as spreadsheets write them."""

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
def test_files_come_in_the_ways_of_spreadsheets(encoding: str, delimiter: str, end: str) -> None:
    text = end.join([HEADER, ROW]).replace(";", delimiter)

    assert parse_rows(text.encode(encoding)) == (ImportRow(2, IDA),)


@pytest.mark.parametrize(
    "header",
    [
        "FIRST NAME;Last Name;Language;E-mail;Telephone;User-name;Roles",
        "Fornavn;Efternavn;Arbejdssprog;E-mail;Telefon;Brugernavn;Roller",
    ],
)
def test_columns_are_known_by_their_labels_too(header: str) -> None:
    (row,) = parse_rows(f"{header}\n{ROW}".encode())

    assert (row.typed.first_name, row.typed.email, row.typed.roles) == (
        "Ida",
        "ida@x.example",
        IDA.roles,
    )


def test_columns_may_stand_in_any_order_and_others_beside_them() -> None:
    text = "Note,email,language,last_name,first_name\nx,ida@x.example,Dansk,Møller,Ida\n"

    (row,) = parse_rows(text.encode())

    assert row.typed == UserForm("Ida", "Møller", "da", "ida@x.example", "", "", ())


def test_empty_rows_are_left_out_and_numbers_kept() -> None:
    text = f"{HEADER}\n\n{ROW}\n;;;;;;\n  ; \n{ROW}"

    assert [row.number for row in parse_rows(text.encode())] == [3, 6]


def test_a_cell_of_our_own_files_is_read_as_it_was() -> None:
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
def test_what_cannot_be_read_is_named(content: bytes, fault: FileFault) -> None:
    with pytest.raises(BadFileError) as refusal:
        parse_rows(content)

    assert refusal.value.fault == fault


def test_missing_columns_are_named() -> None:
    with pytest.raises(BadFileError) as refusal:
        parse_rows(b"first_name;roles\nIda;")

    assert refusal.value.columns == ("last_name", "language", "email")


@given(st.binary(max_size=200))
def test_whatever_is_put_in_is_read_or_refused(content: bytes) -> None:
    try:
        lines = parse_rows(HEADER.encode() + b"\n" + content)
    except BadFileError:
        return
    assert all(row.number >= 2 for row in lines)
