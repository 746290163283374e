"""Tests that the sandbox's page draws every emoji that the product writes."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
EMOJI = re.compile(r":([a-z][a-z0-9_]+):")


def written_emoji() -> set[str]:
    """Return the names of the emoji in the product's texts."""
    files = [
        file for package in ("handlers", "bot/delivery") for file in (ROOT / package).rglob("*.py")
    ]
    texts = re.findall(r'"[^"\n]*"', "".join(file.read_text("utf-8") for file in files))
    return {name for text in texts for name in EMOJI.findall(text)}


def test_the_page_draws_every_emoji_that_the_product_writes() -> None:
    script = (ROOT / "sandbox" / "page" / "static" / "emoji.js").read_text("utf-8")
    drawn = set(re.findall(r"^  ([a-z0-9_]+):", script, re.MULTILINE))

    assert "white_check_mark" in written_emoji()
    assert written_emoji() - drawn == set()
