"""Opens standard output for commands that write a file there, as containers often need."""

import sys
from pathlib import Path
from typing import BinaryIO

from bot.cli.failures import failure

STANDARD_OUTPUT = Path("-")


def place_name(file: Path) -> str:
    """Return how a message names where the file goes."""
    return "standard output" if file == STANDARD_OUTPUT else str(file)


def refuse_terminal(file: Path, command: str) -> None:
    """End the command if it would write the file to a terminal."""
    if file == STANDARD_OUTPUT and sys.stdout.isatty():
        raise failure(f"Standard output is a terminal. Write: imi-bot {command} - > FILE")


def open_standard_output() -> BinaryIO:
    """Return standard output for bytes; closing it writes what is left, and reports a full disk."""
    # A buffer of its own: Python would try to write the rest again when it ends.
    return open(sys.stdout.fileno(), "wb", closefd=False)
