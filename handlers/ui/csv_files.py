"""CSV files whose cells no spreadsheet runs as formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), full-width signs
# too; at the beginning of a cell, or after what another spreadsheet takes for the end of one.
_FORMULA = re.compile(r"((?:^|[;\t\r\n])\s*)(?=[=+\-@＝＋－＠])")


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV; an apostrophe precedes what a spreadsheet would run as a formula."""
    file = io.StringIO()
    csv.writer(file).writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue()


def _harmless(cell: str) -> str:
    return _FORMULA.sub(r"\1'", cell)
