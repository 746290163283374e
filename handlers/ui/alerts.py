"""Alerts in modals: why something was refused, what to beware of, or that it is done.

Slack shows `alert` blocks in modals only, with 200 characters at most; the rest stands below.
https://docs.slack.dev/reference/block-kit/blocks/alert-block
"""

import re
from typing import Literal

from slackblocks import AlertBlock, Block, SectionBlock

from handlers.ui.markdown import shortened

AlertLevel = Literal["error", "warning", "success"]

LONGEST_ALERT = 200
_SIGNS: dict[AlertLevel, str] = {
    "error": ":no_entry:",
    "warning": ":warning:",
    "success": ":white_check_mark:",
}
# The end of a sentence, in any of the languages, and the blank after it.
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")


def alert_blocks(text: str, level: AlertLevel = "error", block_id: str = "refused") -> list[Block]:
    """Return the text, in markdown, as an alert, or nothing if it is empty.

    A text that is too long is divided: the first sentences of its first line are the alert, and
    the others stand below it. If not even one sentence fits, the text stands alone with a sign.
    """
    if not text:
        return []
    alert, below = _divided(text)
    if not alert:
        return [SectionBlock(shortened(f"{_SIGNS[level]} {text}"), block_id=block_id)]
    blocks: list[Block] = [AlertBlock(alert, level, block_id=block_id)]
    if below:
        blocks.append(SectionBlock(shortened(below), block_id=f"{block_id}_details"))
    return blocks


def _divided(text: str) -> tuple[str, str]:
    """Return the part that fits into the alert, and the rest."""
    if len(text) <= LONGEST_ALERT:
        return text, ""
    first_line, _, lines = text.partition("\n")
    if len(first_line) <= LONGEST_ALERT:
        return first_line, lines
    ends = [found.start() for found in _SENTENCE_END.finditer(first_line)]
    end = max((each for each in ends if each <= LONGEST_ALERT), default=0)
    return text[:end], text[end:].strip()
