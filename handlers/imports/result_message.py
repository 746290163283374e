"""The message with the result of an import, and a table of the rows that were refused."""

from collections.abc import Iterator

from slackblocks import Block, ContextBlock, SectionBlock, Text

from core.imports.columns import labels
from core.imports.rules import ImportReport, RowOutcome, RowStatus
from core.languages.names import full_name
from core.languages.texts import Texts, texts
from handlers.imports import views
from handlers.imports.report_lines import refusal_reasons
from handlers.ui.blocks import blocks_json
from handlers.ui.markdown import escaped, shortened
from handlers.ui.messages import SlackMessage
from handlers.ui.tables import Cell, rows_that_fit, table_block


def result_message(import_report: ImportReport, problem: str, language: str) -> SlackMessage:
    """Return the message; `problem` is what stopped the import, if anything did.

    The table has no usernames, and its rows stand in no notification.
    """
    t = texts(language)
    text = "\n".join([*([escaped(problem)] if problem else []), *views.result(import_report, t)])
    refused = import_report.of(RowStatus.REFUSED)
    blocks = [SectionBlock(shortened(text), block_id="result"), *_table(refused, t)]
    return SlackMessage(text, blocks_json(blocks))


def _table(refused: tuple[RowOutcome, ...], t: Texts) -> Iterator[Block]:
    _ = t.gettext
    header = (_("Row"), t.pgettext("column", "Name"), labels(t)["email"], _("Reason"))
    rows = [_row(outcome, t.language) for outcome in refused]
    shown = rows_that_fit(header, rows)
    if shown:
        yield table_block(_("Refused rows"), header, rows[:shown], "refused_rows")
    if len(rows) > shown:
        rest = len(rows) - shown
        more = t.ngettext("and {number} more", "and {number} more", rest)
        yield ContextBlock([Text(more)], block_id="more")


def _row(outcome: RowOutcome, language: str) -> tuple[Cell, ...]:
    reasons = " ".join(refusal_reasons(outcome, language))
    return (outcome.row.number, full_name(outcome, language), outcome.row.typed.email, reasons)
