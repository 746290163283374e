"""Tests of the modals of an import."""

from bot.demo.demo import Demo
from core.errors import RequiredError
from core.imports.rules import FileNotes, ImportReport, ImportRow, RowOutcome, RowStatus
from core.languages.texts import texts
from core.users.rules import UserForm
from handlers.imports import views as import_views
from handlers.imports.report_lines import note_lines
from sandbox.checks.views import view_problems
from tests.handlers.demo_actions import view_text
from tests.handlers.imports.import_actions import WRONG, check_file


async def test_of_many_refused_rows_only_the_first_are_named(demo: Demo) -> None:
    await check_file(demo, *[WRONG] * 12)

    assert view_text(demo).count("Bo Berg") == 10
    assert texts("da").ngettext("and {number} more", "and {number} more", 2) in view_text(demo)


def test_a_stopped_import_with_refused_rows_is_a_valid_modal() -> None:
    """Slack refuses a modal in which two blocks have the same id."""
    row = ImportRow(2, UserForm("Ida", "Holm", "da", "", "", ""))
    refused = RowOutcome(row, RowStatus.REFUSED, refusal=RequiredError("email"))

    view = import_views.finished(ImportReport((refused,)), "en", "Stopped.")

    assert view_problems(view, "modal") == []
    assert view["blocks"][0]["type"] == "alert"


def test_sheets_that_are_left_out_are_named() -> None:  # D33
    notes = FileNotes(unread_sheets=("Help", "Old"))

    assert note_lines(notes, texts("en")) == ["These sheets are left out: Help, Old."]
