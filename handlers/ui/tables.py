"""Tables in messages and on the Home tab, which readers sort and page through in Slack.

Slack shows `data_table` blocks there, but in no modal:
https://docs.slack.dev/reference/block-kit/blocks/data-table-block
"""

from collections.abc import Sequence

from slackblocks import Block, DataTableBlock, RawNumber, RawText, RichTextBlock

MOST_ROWS = 200
# Slack's limit for all cells of a message.
MOST_CHARACTERS = 20_000
PAGE_SIZE = 10
# Slack allows no empty cell.
EMPTY = "–"

Cell = str | int


def rows_that_fit(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many of the rows a message can show."""
    left = MOST_CHARACTERS - sum(map(len, header))
    for number, row in enumerate(rows[:MOST_ROWS]):
        left -= sum(len(_text(cell)) for cell in row)
        if left < 0:
            return number
    return min(len(rows), MOST_ROWS)


def table_block(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], block_id: str
) -> Block:
    """Return the table of rows that fit, of which there is at least one.

    Each row has a cell for each column of the header. A column of numbers is sorted as numbers.
    """
    cells: list[list[RawText | RawNumber | RichTextBlock]] = [
        [_cell(value) for value in row] for row in (header, *rows)
    ]
    return DataTableBlock(cells, caption, page_size=PAGE_SIZE, block_id=block_id)


def _cell(value: Cell) -> RawText | RawNumber:
    return RawNumber(value, str(value)) if isinstance(value, int) else RawText(_text(value))


def _text(value: Cell) -> str:
    return str(value) or EMPTY
