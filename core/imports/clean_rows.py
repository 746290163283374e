"""Finds the rows of a batch that can be registered together, because they conflict with nothing."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from core.accounts import registration
from core.authorities.rules import Authority
from core.errors import RuleError
from core.imports.rules import ImportRow
from core.rulebook import Rulebook
from core.users import usernames
from core.users.mail_exposure import MailExposure, authority_texts
from core.users.registration_form import new_user_of
from core.users.rows import bulk
from core.users.rows.taken_values import TakenValues
from core.users.rules import NewUser, UserForm

# Each row is checked as if its values were free; the taken values of all rows are found later.
_NOTHING_TAKEN = TakenValues(None, None, None, None, None)


def find_clean(
    tx: Connection, authority: Authority, rulebook: Rulebook, rows: Iterable[ImportRow]
) -> dict[int, NewUser]:
    """Return the checked details of each row without a problem or a conflict, by the row's number.

    It takes two statements, and a few for each username that mails to the user would show (R55).
    Any other row, also one that shares a value with an earlier row, needs the checks of
    `RowChecks`. In an authority that was removed no row is clean.
    """
    if authority.removed_at is not None:
        return {}
    found: dict[int, NewUser] = {}
    emails: set[str] = set()
    names: set[str] = set()
    for row in rows:
        new_user = _checked(tx, row, authority, rulebook)
        if new_user is None:
            continue
        is_new = new_user.email.key not in emails and new_user.username not in names
        if is_new and new_user.member is None:
            found[row.number] = new_user
        emails.add(new_user.email.key)
        names.add(new_user.username)
    taken_emails, taken_names = bulk.taken_emails(tx, emails), bulk.taken_usernames(tx, names)
    return {
        number: new_user
        for number, new_user in found.items()
        if new_user.email.key not in taken_emails and new_user.username not in taken_names
    }


def _checked(
    tx: Connection, row: ImportRow, authority: Authority, rulebook: Rulebook
) -> NewUser | None:
    """Return the details of a row without a problem, with a username; None if it has any."""
    typed = row.typed
    if row.errors:
        return None
    try:
        if not typed.username:
            typed = replace(typed, username=_proposed(typed, authority, rulebook))
        new_user = new_user_of(typed, country=authority.country, policy=rulebook.policy)
        registration.require_no_conflicts(tx, _NOTHING_TAKEN, new_user, authority, rulebook)
    except RuleError:
        return None
    return new_user


def _proposed(typed: UserForm, authority: Authority, rulebook: Rulebook) -> str:
    shown = authority_texts(authority)
    exposure = MailExposure(typed.first_name, typed.last_name, typed.email, shown)
    return usernames.propose(typed.first_name, typed.last_name, exposure.shows, rulebook.policy)
