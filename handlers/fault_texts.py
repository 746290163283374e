"""Texts that explain what is wrong with a name, a username, a file or a Slack member."""

from core.errors import BadFileError, FileFault, MemberFault, NameFault, UsernameFault
from core.imports.rules import MAX_ROWS
from core.languages.texts import Texts


def file_fault_text(refusal: BadFileError, t: Texts) -> str:
    """Return what is wrong with a file of users, and what to do about it."""
    _ = t.gettext
    columns = ", ".join(refusal.columns)
    texts_by_fault = {
        FileFault.GONE: lambda: _("Slack does not hand the file out. Choose it again."),
        FileFault.TOO_LARGE: lambda: _("The file is too large. Split it into smaller ones."),
        FileFault.NO_TEXT: lambda: _("This is no CSV file. Save your table as CSV (UTF-8)."),
        FileFault.NO_TABLE: lambda: _(
            "The rows cannot be told apart. Save your table as CSV anew."
        ),
        FileFault.COLUMNS: lambda: _(
            "The first row lacks these columns: {columns}.", columns=columns
        ),
        FileFault.NO_ROWS: lambda: _("The file has no users. Write one a row, below the columns."),
        FileFault.TOO_MANY_ROWS: lambda: _(
            "The file has more than {number} users. Split it into smaller ones.", number=MAX_ROWS
        ),
    }
    return texts_by_fault[refusal.fault]()


def name_fault_text(fault: NameFault, t: Texts) -> str:
    """Return why a name is not accepted."""
    _ = t.gettext
    return {
        NameFault.TOO_LONG: _("A name has at most 80 characters."),
        NameFault.CONTROL_CHARACTERS: _(
            "The name holds characters that cannot be seen. Retype it."
        ),
        NameFault.NO_LETTER: _("A name has at least one letter."),
    }[fault]


def username_fault_text(fault: UsernameFault, t: Texts) -> str:
    """Return why a username is not accepted."""
    _ = t.gettext
    return {
        UsernameFault.TOO_SHORT: _("This username is too short."),
        UsernameFault.TOO_LONG: _("This username is too long."),
        UsernameFault.CHARACTERS: _("A username has only a-z, 0-9, dot, hyphen and underscore."),
    }[fault]


def member_fault_text(fault: MemberFault, t: Texts) -> str:
    """Return why this Slack member cannot use or have an account."""
    _ = t.gettext
    return {
        MemberFault.GUEST: _(
            "Guests of the workspace cannot have or manage accounts in IMI."
            " Ask whoever runs the workspace for a full membership."
        ),
        MemberFault.BOT: _("A bot cannot have or manage accounts in IMI."),
        MemberFault.STRANGER: _(
            "People from another workspace cannot have or manage accounts in IMI here."
            " Ask your own authority."
        ),
        MemberFault.DEACTIVATED: _(
            "This Slack member is deactivated."
            " Leave the field empty, or ask whoever runs the workspace."
        ),
        MemberFault.UNKNOWN: _("Slack does not know this member."),
        MemberFault.UNDESCRIBED: _(
            "Slack does not say which workspace this member belongs to."
            " Ask whoever runs the workspace."
        ),
    }[fault]
