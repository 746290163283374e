"""People's texts in Slack's markdown."""

import pytest

from handlers.markdown import escaped

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
        ("", ""),
    ],
)
def test_a_text_reads_as_typed_and_does_nothing(typed: str, shown: str) -> None:
    assert escaped(typed) == shown
