"""The list of users as a CSV file that a spreadsheet opens without carrying anything out; pure."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from core.imports.columns import labels
from core.languages.texts import Texts, texts
from core.users.rules import User
from core.users.status import account_state, password_state
from handlers.home.frame import HomeContext
from handlers.home.states import account_words, password_name
from handlers.roles.ticks import name_of

_DETAILS = ("first_name", "last_name", "username", "email", "phone", "language", "roles")
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), full-width signs
# too; at the beginning of a cell, or after what another spreadsheet takes for the end of one.
_FORMULA = re.compile(r"((?:^|[;\t\r\n])\s*)(?=[=+\-@＝＋－＠])")


def csv_file(users: Iterable[User], frame: HomeContext, language: str) -> str:
    """Return the users as CSV with a header in the language, one user a line."""
    t = texts(language)
    rows = [_header(t), *(_row(user, frame, t) for user in users)]
    return csv_of(rows)


def csv_of(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV; what a spreadsheet would run stands behind an apostrophe."""
    file = io.StringIO()
    csv.writer(file).writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue()


def _header(t: Texts) -> list[str]:
    _ = t.gettext
    return [
        *(labels(t)[name] for name in _DETAILS),
        _("Account"),
        _("Password"),
        _("Last sign-in"),
    ]


def _row(user: User, frame: HomeContext, t: Texts) -> list[str]:
    last = user.last_signed_in_at
    return [
        user.first_name,
        user.last_name,
        user.username,
        user.email,
        user.phone or "",
        t.language_name(user.language),
        "; ".join(name_of(key, frame.catalogue, t.language) for key in user.roles),
        account_words(account_state(user.status), t),
        password_name(password_state(user.status, frame.now), t),
        t.moment(last, frame.tz) if last else "",
    ]


def _harmless(cell: str) -> str:
    return _FORMULA.sub(r"\1'", cell)
