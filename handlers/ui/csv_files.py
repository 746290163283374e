"""CSV files whose cells no spreadsheet runs as formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# The start of a formula (OWASP, CSV injection), with full-width signs: at the start of a cell, or
# after a character that another spreadsheet takes for the end of a cell.
_FORMULA = re.compile(r"((?:^|[;\t\r\n])\s*)(?=[=+\-@＝＋－＠])")


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV; an apostrophe precedes what a spreadsheet would run as a formula."""
    file = io.StringIO()
    csv.writer(file).writerows([_without_formula(cell) for cell in row] for row in rows)
    return file.getvalue()


def _without_formula(cell: str) -> str:
    return _FORMULA.sub(r"\1'", cell)
