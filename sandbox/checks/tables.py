"""Checks data tables against Slack's rules and limits.

https://docs.slack.dev/reference/block-kit/blocks/data-table-block
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.checks import limits

if TYPE_CHECKING:
    from sandbox.checks.problems import Problems
    from sandbox.json_types import Json

CELL_KEYS = {
    "raw_text": frozenset({"type", "text"}),
    "raw_number": frozenset({"type", "text", "value"}),
    "rich_text": frozenset({"type", "elements", "block_id"}),
}
REQUIRED_CELL_KEYS = {
    "raw_text": frozenset({"text"}),
    "raw_number": frozenset({"text", "value"}),
    "rich_text": frozenset({"elements"}),
}


def check_data_table(block: Json, problems: Problems) -> None:
    """Check the caption, the numbers of rows and columns, each cell, and the length of all."""
    if not isinstance(block["caption"], str) or not block["caption"]:
        problems.at("caption").add("must be more than 0 characters")
    rows = block["rows"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        problems.at("rows").add("must provide an array of arrays")
        return
    _check_size(rows, problems.at("rows"))
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            _check_cell(cell, problems.at("rows", index, column), is_header=index == 0)
    _check_number(block, "page_size", (1, limits.MAX_TABLE_PAGE), problems)
    most_columns = max(len(rows[0]) - 1, 0) if rows else 0
    _check_number(block, "row_header_column_index", (0, most_columns), problems)


def check_table_length(blocks: list[Json], problems: Problems) -> None:
    """Check the number of characters in the cells of all data tables of a message or a view."""
    tables = [block for block in blocks if block.get("type") == "data_table"]
    length = sum(_length(cell) for table in tables for row in table["rows"] for cell in row)
    problems.add_if_above(length, limits.MAX_TABLE_TEXT, "characters in data tables")


def _check_size(rows: list[list[object]], problems: Problems) -> None:
    least, most = limits.TABLE_ROWS
    if len(rows) < least:
        problems.add(f"must have at least {least} items")
    problems.add_if_above(len(rows), most, "items")
    if not rows:
        return
    if not rows[0]:
        problems.at(0).add("must have at least 1 items")
    problems.at(0).add_if_above(len(rows[0]), limits.MAX_TABLE_COLUMNS, "items")
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            problems.at(index).add("must have as many items as the first row")


def _check_cell(cell: object, problems: Problems, *, is_header: bool) -> None:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if not isinstance(cell, dict) or kind not in CELL_KEYS or (kind == "rich_text" and is_header):
        problems.add(f"unsupported type: {kind}")
        return
    problems.add_unknown_keys(cell, CELL_KEYS[kind])
    problems.add_missing_keys(cell, REQUIRED_CELL_KEYS[kind])
    if kind == "rich_text":
        return
    if not isinstance(cell.get("text"), str) or not cell["text"]:
        problems.at("text").add("must be more than 0 characters")
    if kind == "raw_number" and type(cell.get("value")) not in {int, float}:
        problems.at("value").add("must be a number")


def _check_number(block: Json, key: str, bounds: tuple[int, int], problems: Problems) -> None:
    least, most = bounds
    value = block.get(key, least)
    if type(value) is not int or not least <= value <= most:
        problems.at(key).add(f"must be between {least} and {most}")


def _length(value: object) -> int:
    """Return the number of characters in all texts of a cell."""
    if isinstance(value, list):
        return sum(map(_length, value))
    if not isinstance(value, dict):
        return 0
    own = len(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(map(_length, value.values()))
