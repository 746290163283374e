"""Renders the list of an authority's users as a CSV file."""

from collections.abc import Iterable

from core.imports.columns import labels
from core.languages.punctuation import listed
from core.languages.texts import Texts, texts
from core.users.rules import User
from core.users.status import account_state
from handlers.ui.account_states import account_state_text, password_state_name
from handlers.ui.csv_files import csv_text
from handlers.ui.role_names import role_name
from handlers.ui.view_context import ViewContext

_DETAILS = ("first_name", "last_name", "username", "email", "phone", "language", "roles")


def user_list_csv(users: Iterable[User], view_context: ViewContext, language: str) -> str:
    """Return the users as CSV with a header in the language, one user per line."""
    t = texts(language)
    rows = [_header(t), *(_row(user, view_context, t) for user in users)]
    return csv_text(rows, language)


def _header(t: Texts) -> list[str]:
    _ = t.gettext
    return [
        *(labels(t)[name] for name in _DETAILS),
        _("Account"),
        _("Password"),
        _("Last sign-in"),
    ]


def _row(user: User, view_context: ViewContext, t: Texts) -> list[str]:
    last = user.last_signed_in_at
    return [
        user.first_name,
        user.last_name,
        user.username,
        user.email,
        user.phone or "",
        t.language_name(user.language),
        listed(
            (role_name(key, view_context.catalogue, t.language) for key in user.roles), t.language
        ),
        account_state_text(account_state(user.status), t),
        password_state_name(user.status, view_context, t),
        t.moment(last, view_context.tz) if last else "",
    ]
