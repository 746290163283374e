"""Tests of the exported list of users."""

import csv
import io
from typing import Any

import pytest

from core.rulebook import Rulebook
from handlers.ui.csv_files import csv_text
from handlers.ui.view_context import ViewContext
from handlers.users.list_file import user_list_csv
from tests.handlers.sample_values import IDA
from tests.times import NOON


def test_no_cell_of_the_exported_list_is_a_formula(rulebook: Rulebook) -> None:
    frame = ViewContext(NOON, "UTC", "x", rulebook.catalogue)
    text = user_list_csv([IDA, IDA], frame, "en")

    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(text)))
    assert rows[0] == {
        "First name": "Ida",
        "Last name": "Møller",
        "Username": "imoeller",
        "E-mail": "ida@health.example",
        "Telephone": "'+4533445566",
        "Working language": "English",
        "Roles": "Administrator; Patients' rights: Basic user",
        "Account": "new: has never signed in",
        "Password": "temporary password",
        "Last sign-in": "",
    }
    assert csv_text([["=1+1", "@x", "-2", "a=b"]], "en") == "'=1+1,'@x,'-2,a=b\r\n"
    assert csv_text([["Ida;=1+1", "\t=1", "＝1", "a-b"]], "en") == "Ida;'=1+1,\t'=1,'＝1,a-b\r\n"


@pytest.mark.parametrize(
    ("language", "delimiter"), [("da", ";"), ("de", ";"), ("el", ";"), ("en", ","), ("mt", ",")]
)
def test_cells_are_separated_as_the_readers_spreadsheet_expects(
    language: str, delimiter: str
) -> None:  # D33
    assert csv_text([["a", "b;,c"]], language) == f'a{delimiter}"b;,c"\r\n'


def test_a_cell_of_a_spreadsheet_with_commas_is_no_formula_either() -> None:
    assert csv_text([["Ida,=1+1", "Bo, -1;"]], "da") == "Ida,'=1+1;\"Bo, '-1;\"\r\n"
