"""Tests of escaping people's texts for Slack's markdown."""

import pytest

from handlers.ui.markdown import escaped, shortened

J = "\u2060"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ida Møller", "Ida Møller"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U0ANNA>", "&lt;@U0ANNA&gt;"),
        ("Health & Care", "Health &amp; Care"),
        ("&lt;", "&amp;lt;"),
        ("*x*", f"{J}*{J}x{J}*{J}"),
        ("_~`", f"{J}_{J}{J}~{J}{J}`{J}"),
        ("ida_holm@sundhed.example", "ida_holm@sundhed.example"),
        (":x: Ida", f":{J}x: Ida"),
        ("12:30", "12:30"),
        ("Ida\n> Bo", f"Ida\n{J}&gt; Bo"),
        ("", ""),
    ],
)
def test_escaped_text_is_shown_as_typed(typed: str, shown: str) -> None:
    assert escaped(typed) == shown


@pytest.mark.parametrize(
    ("markdown", "most", "left"),
    [
        ("Ida", 3, "Ida"),
        ("Ida Holm", 4, "Ida…"),
        ("a &amp; b", 6, "a …"),
        ("a &amp; b", 8, "a &amp;…"),
    ],
)
def test_long_markdown_is_not_cut_inside_an_entity(markdown: str, most: int, left: str) -> None:
    assert shortened(markdown, most) == left
