"""Texts that explain why a name, a username, an imported file, a cell or a member is refused."""

from core.errors import (
    BadCellError,
    BadFileError,
    BadNameError,
    BadUsernameError,
    CellProblem,
    FileProblem,
    MemberFault,
    MemberRefusedError,
    NameFault,
    RepeatedError,
    RuleError,
    SurplusCellsError,
    UserGoneError,
    UsernameFault,
)
from core.imports.rules import MAX_ROWS
from core.languages.texts import Texts
from core.text.characters import one_line

# Maximum number of characters of a file that a refusal quotes.
_MOST_QUOTED = 200


def fault_text(refusal: RuleError, t: Texts) -> str:
    """Return what is wrong with a name, a username, a file, a cell of it, or a member.

    Empty for every other refusal.
    """
    match refusal:
        case BadNameError():
            return name_fault_text(refusal, t)
        case BadUsernameError():
            return username_fault_text(refusal, t)
        case BadFileError():
            return file_problem_text(refusal, t)
        case BadCellError():
            return cell_problem_text(refusal.problem, t)
        case MemberRefusedError():
            return member_fault_text(refusal.fault, t)
        case _:
            return ""


def row_text(refusal: RuleError, t: Texts) -> str:
    """Return what is wrong with a row of an imported file beside the others; otherwise empty."""
    match refusal:
        case RepeatedError():
            return t.gettext(
                "Row {row} of the file already contains the same value.", row=refusal.row
            )
        case UserGoneError(by=by) if by:
            return t.gettext(
                "This person was removed after the file was checked. Removed by: {name}", name=by
            )
        case SurplusCellsError():
            return t.gettext(
                "The first row contains no column name for these cells: {cells}.",
                cells=one_line(", ".join(refusal.cells))[:_MOST_QUOTED],
            )
        case _:
            return ""


def file_problem_text(refusal: BadFileError, t: Texts) -> str:
    """Return what is wrong with a file of users, and what to do about it."""
    _ = t.gettext
    columns = one_line(", ".join(refusal.columns))
    texts_by_problem = {
        FileProblem.GONE: lambda: _("The file cannot be read from Slack. Choose it again."),
        FileProblem.TOO_LARGE: lambda: _("The file is too large. Split it into smaller files."),
        FileProblem.NO_TEXT: lambda: _(
            "This is neither a CSV file nor a workbook (.xlsx). Save your table as CSV UTF-8."
        ),
        FileProblem.CODE_PAGE: lambda: _(
            "The characters of this file can be read in several ways. Save your table"
            " as CSV UTF-8, or choose the workbook (.xlsx)."
        ),
        FileProblem.LOCKED: lambda: _(
            "The workbook has a password or an old format. Save it as .xlsx without a password."
        ),
        FileProblem.NO_TABLE: lambda: _(
            "The rows cannot be recognised. Save your table as CSV again."
        ),
        FileProblem.COLUMNS: lambda: _missing_columns_text(columns, refusal.found, t),
        FileProblem.REPEATED_COLUMNS: lambda: _(
            "These columns occur twice: {columns}. Keep one of each.", columns=columns
        ),
        FileProblem.SHEETS: lambda: _(
            "Several sheets have these columns: {sheets}. Keep one of them.", sheets=columns
        ),
        FileProblem.MERGED: lambda: _(
            "These cells are merged: {cells}. Split them, and fill in each row.", cells=columns
        ),
        FileProblem.NO_ROWS: lambda: _(
            "The file contains no users. Write one per row, below the column names."
        ),
        FileProblem.TOO_MANY_ROWS: lambda: t.ngettext(
            "The file contains more than {number} user. Split it into smaller files.",
            "The file contains more than {number} users. Split it into smaller files.",
            MAX_ROWS,
        ),
    }
    return texts_by_problem[refusal.problem]()


def cell_problem_text(problem: CellProblem, t: Texts) -> str:
    """Return why a cell of a file is not accepted."""
    _ = t.gettext
    return {
        CellProblem.ERROR_VALUE: _(
            "The cell contains an error of the spreadsheet. Write the value."
        ),
        CellProblem.FORMULA: _("The cell contains a formula without its result. Write the value."),
        CellProblem.NO_TEXT: _("The cell contains a date or a yes/no value. Write it as text."),
    }[problem]


def _missing_columns_text(columns: str, found: str, t: Texts) -> str:
    text = t.gettext("These columns are missing in the first row: {columns}.", columns=columns)
    if not found:
        return text
    instead = t.gettext("It contains: {found}", found=one_line(found))
    return f"{text} {instead}"


def name_fault_text(refusal: BadNameError, t: Texts) -> str:
    """Return why a name is not accepted."""
    _ = t.gettext
    return {
        NameFault.TOO_LONG: _("A name can have at most 80 characters."),
        NameFault.CONTROL_CHARACTERS: _("The name contains invisible characters. Type it again."),
        NameFault.NO_LETTER: _("A name must contain at least one letter."),
        NameFault.WEB_ADDRESS: _(
            "A name cannot be a web address. Put a space after a full stop in a name."
        ),
        NameFault.DIGITS: _("A name cannot contain digits."),
        NameFault.SIGNS: _(
            "These characters are not allowed in a name: {signs}. Use letters, spaces,"
            " apostrophes, hyphens, full stops and commas.",
            signs=refusal.signs,
        ),
        NameFault.SCRIPTS: _(
            "The name mixes letters of several scripts, such as Latin and Greek. Type it again."
        ),
    }[refusal.fault]


def username_fault_text(refusal: BadUsernameError, t: Texts) -> str:
    """Return why a username is not accepted, and how long it may be if that is the reason."""
    _ = t.gettext
    if refusal.fault == UsernameFault.CHARACTERS:
        return _("A username can contain only a-z, 0-9, dots, hyphens and underscores.")
    fault = {
        UsernameFault.TOO_SHORT: _("This username is too short."),
        UsernameFault.TOO_LONG: _("This username is too long."),
    }[refusal.fault]
    return f"{fault} {length_text(refusal.least, refusal.most, t)}"


def length_text(least: int, most: int, t: Texts) -> str:
    """Return the sentence that says how many characters a field may have."""
    return t.gettext("Number of characters: {least} to {most}.", least=least, most=most)


def member_fault_text(fault: MemberFault, t: Texts) -> str:
    """Return why this Slack member cannot use or have an account."""
    _ = t.gettext
    return {
        MemberFault.GUEST: _(
            "Guests of the workspace cannot have or manage accounts in IMI. Ask the"
            " owner of the workspace for full membership."
        ),
        MemberFault.BOT: _("A bot cannot have or manage accounts in IMI."),
        MemberFault.STRANGER: _(
            "Members of another workspace cannot have or manage accounts in IMI here."
            " Contact your own authority."
        ),
        MemberFault.DEACTIVATED: _(
            "This Slack member is deactivated. Leave the field empty, or ask the owner"
            " of the workspace."
        ),
        MemberFault.UNKNOWN: _("Slack does not know this member."),
        MemberFault.UNDESCRIBED: _(
            "Slack does not say which workspace this member belongs to. Contact the"
            " owner of the workspace."
        ),
    }[fault]
