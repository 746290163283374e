"""Renders CSV for spreadsheet programs, with cells escaped so that none is run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from babel.numbers import get_decimal_symbol

# The start of a formula (OWASP, CSV injection), with full-width signs: at the start of a cell, or
# after a character that a spreadsheet of another language takes for the end of a cell.
_FORMULA = {
    delimiter: re.compile(rf"((?:^|[{other}\t\r\n])\s*)(?=[=+\-@＝＋－＠])")
    for delimiter, other in ((",", ";"), (";", ","))
}


def csv_text(rows: Iterable[Sequence[str]], language: str) -> str:
    """Return rows as CSV; an apostrophe precedes what a spreadsheet would run as a formula.

    Where the reader's language writes decimal commas, spreadsheets expect semicolons between cells.
    """
    delimiter = ";" if get_decimal_symbol(language) == "," else ","
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(
        [_FORMULA[delimiter].sub(r"\1'", cell) for cell in row] for row in rows
    )
    return file.getvalue()
