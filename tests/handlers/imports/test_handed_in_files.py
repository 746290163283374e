"""Tests that the product imports files as users' programs write them (D33)."""

import io
from typing import Any

import pytest
from openpyxl import Workbook

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.handlers.demo_actions import ANNA, blocks_of, view_text
from tests.handlers.imports.test_listeners import number_of_users

_ = texts("da").gettext
HEADER = "first_name;last_name;language;email"


async def hand_in(demo: Demo, content: bytes, name: str = "users.csv") -> None:
    """Choose a file with this content in the form, submit it, and wait for the answer."""
    await demo.slack.command(ANNA, "/imi-import")
    file = demo.slack.choose_file(ANNA, name, content)
    await demo.slack.fill(ANNA, {"file": [file]})
    assert (await demo.slack.submit(ANNA)).ok
    await demo.slack.until(lambda: {"file", "counts"} & blocks_of(demo).keys() != set())


def workbook_of(*rows: tuple[Any, ...]) -> bytes:
    """Return a workbook with one sheet of these rows."""
    workbook, file = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)  # type: ignore[union-attr] # a new workbook has a sheet
    workbook.save(file)
    return file.getvalue()


def shown(demo: Demo, block: str) -> str:
    """Return the text of one block of Anna's modal."""
    found: dict[str, Any] = blocks_of(demo)[block]
    return str(found["text"]["text"])


# The page in which Windows, DOS or a Mac of that country saves "CSV"; B02.
CODE_PAGES = {
    "cp1250-pl": ("Łucja", "Żbik", "pl", "cp1250"),
    "cp1253-el": ("Φωτεινή", "Μάρκου", "el", "cp1253"),
    "cp1252-sv": ("Åke", "Öström", "sv", "cp1252"),
    "cp850-es": ("Íñigo", "Peña", "es", "cp850"),
    "mac-da": ("Søs", "Bødker", "da", "mac-roman"),
}


@pytest.mark.parametrize("case", CODE_PAGES)
async def test_no_person_gets_letters_that_the_file_did_not_mean(
    demo: Demo, case: str
) -> None:  # D33, B02
    first, last, language, code_page = CODE_PAGES[case]
    row = f"{first};{last};{language};person1@sundhed.example"

    await hand_in(demo, f"{HEADER}\r\n{row}\r\n".encode(code_page))

    if case == "mac-da":  # In the Baltic page the same bytes are the Danish name Sæs Bædker.
        assert "CSV UTF-8" in view_text(demo)
        assert "file" in blocks_of(demo)
    else:
        assert f"{first} {last}" in shown(demo, "new_1")


async def test_the_names_are_shown_before_the_button(demo: Demo) -> None:  # D33
    before = await number_of_users(demo)
    rows = [f"Ida;Møller {'a' * n};da;ida{n}@sundhed.example" for n in range(1, 61)]

    await hand_in(demo, "\n".join([HEADER, *rows]).encode())

    assert "*Ida Møller a*, ida1@sundhed.example, imoellera" in shown(demo, "new_1")
    assert view_text(demo).count("@sundhed.example") == 50
    assert texts("da").ngettext("and {number} more", "and {number} more", 10) in view_text(demo)
    assert await number_of_users(demo) == before


async def test_columns_that_the_import_does_not_know_are_named(demo: Demo) -> None:  # D33, B11
    row = "Ida;Lund;da;person2@sundhed.example;PQ:BASIC;ida.lund1"

    await hand_in(demo, f"{HEADER};desk;user name\n{row}\n".encode())

    assert "desk, user name" in shown(demo, "notes")


async def test_a_row_with_more_cells_than_columns_is_refused(demo: Demo) -> None:  # D33, B11
    rows = f"{HEADER};roles\nIda;Lund;da;person2@sundhed.example;PQ:BASIC;PR:BASIC\n"

    await hand_in(demo, rows.replace(";", ",").encode())

    assert "PR:BASIC" in shown(demo, "refused")
    assert "new_1" not in blocks_of(demo)


async def test_what_spreadsheets_leave_behind_is_no_name(demo: Demo) -> None:  # D33, B12
    rows = (
        "#N/A;#REF!;da;person3@sundhed.example",
        '="Ida";="Lund";da;person4@sundhed.example',
        "Ida;=A2;da;person5@sundhed.example",
    )

    await hand_in(demo, "\r\n".join([HEADER, *rows]).encode())

    assert "Ida Lund" in shown(demo, "new_1")
    refused = shown(demo, "refused").split("\n")
    assert len(refused) == 2
    assert _("First name") in refused[0]
    assert _("Last name") in refused[0]
    assert _("Last name") in refused[1]


@pytest.mark.parametrize(
    "header",
    [
        f"sep=;\r\n{HEADER}",
        "First\u00a0name;Last\u00a0name;Language;E-mail",
        f"\ufeffSundhedsstyrelsen 2026\r\n\r\n{HEADER}",
    ],
)
async def test_first_lines_as_spreadsheets_write_them_are_read(
    demo: Demo, header: str
) -> None:  # D33, B21
    await hand_in(demo, f"{header}\r\nIda;Lund;da;person2@sundhed.example\r\n".encode())

    assert "Ida Lund" in shown(demo, "new_1")


async def test_an_unknown_first_row_is_quoted(demo: Demo) -> None:  # D33, B21
    await hand_in(demo, b"Liste over brugere\nIda;Lund\n")

    assert "Liste over brugere" in view_text(demo)


async def test_an_address_is_read_without_signs_that_cannot_be_seen(
    demo: Demo,
) -> None:  # D33, B22
    await hand_in(demo, f"{HEADER}\nIda;Lund;da;\u200bperson4@sundhed.example\ufeff\n".encode())

    assert "person4@sundhed.example" in shown(demo, "new_1")
    assert "\u200b" not in view_text(demo)


async def test_all_faults_of_a_row_are_named_with_their_fields(demo: Demo) -> None:  # D33
    taken = "anna.holm@sundhedsstyrelsen.example"
    rows = (
        "Ida;Lund;da;ida@sundhed.example;",
        ";Lund;xx;ida@sundhed.example;12",
    )

    await hand_in(demo, "\n".join([f"{HEADER};phone", *rows]).encode())

    refused = shown(demo, "refused")
    for label in ("First name", "Working language", "E-mail", "Telephone"):
        assert f"{_(label)}: " in refused
    assert taken not in refused


async def test_a_workbook_is_read(demo: Demo) -> None:  # D33
    content = workbook_of(
        ("first_name", "last_name", "language", "email", "phone"),
        ("Þórdís", "Nuñez-García", "Dansk", "person6@sundhed.example", 33445566),
    )

    await hand_in(demo, content, "users.xlsx")

    assert "Þórdís Nuñez-García" in shown(demo, "new_1")
