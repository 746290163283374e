"""Tests of the modals of an import."""

from bot.demo.demo import Demo
from core.imports.rules import FileNotes
from core.languages.texts import texts
from handlers.imports.report_lines import note_lines
from tests.handlers.demo_actions import view_text
from tests.handlers.imports.import_actions import WRONG, check_file


async def test_of_many_refused_rows_only_the_first_are_named(demo: Demo) -> None:
    await check_file(demo, *[WRONG] * 12)

    assert view_text(demo).count("Bo Berg") == 10
    assert texts("da").ngettext("and {number} more", "and {number} more", 2) in view_text(demo)


def test_sheets_that_are_left_out_are_named() -> None:  # D33
    notes = FileNotes(unread_sheets=("Help", "Old"))

    assert note_lines(notes, texts("en")) == ["These sheets are left out: Help, Old."]
