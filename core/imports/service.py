"""Checks the rows of an import file, registers the users in them, and records the import (R12).

The rules of a registration hold for each row (R41-R53).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.accounts import registration
from core.accounts.bulk_registration import register_all
from core.audit import service as audit
from core.audit.rows import entries
from core.audit.rules import COMMAND_LINE, Act, Actor
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.contacts import email_of
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rules import DeliveryKind
from core.errors import InputError, RuleError, UserGoneError
from core.imports.clean_rows import find_clean
from core.imports.row_checks import RowChecks, UsedValues
from core.imports.rules import ImportReport, ImportRow, RowOutcome, RowStatus
from core.languages.tags import FALLBACK
from core.rulebook import Rulebook
from core.users import editors
from core.users.principals import Principal, require_administrator
from core.users.rows import users
from core.users.rules import NewUser, RegistrationRequest

# Rows per transaction; other writers can run between the transactions.
BATCH = 50


def in_batches(rows: tuple[ImportRow, ...]) -> Iterator[tuple[ImportRow, ...]]:
    """Return the rows in batches of one transaction each."""
    return (rows[first : first + BATCH] for first in range(0, len(rows), BATCH))


@dataclass(frozen=True, slots=True)
class UserImport:
    """One import of users into an authority; `by` is None on the command line.

    `known` are the numbers of the rows whose persons were users of the authority when the file was
    checked. Such a row registers nobody, even if the user was removed meanwhile (D23).
    """

    authority_id: int
    by: Principal | None
    rulebook: Rulebook
    used: UsedValues = field(default_factory=UsedValues)
    known: frozenset[int] = frozenset()

    def check(self, tx: Connection, rows: Iterable[ImportRow]) -> ImportReport:
        """Return the outcome that each row would have; write nothing.

        Values used in earlier calls count as taken.

        Raises:
            NotAdministratorError: the principal is not, or no longer, an administrator (R38).
        """
        authority, _ = self._authority_and_actor(tx)
        return ImportReport(tuple(self._check_row(tx, authority, row) for row in rows))

    def register(self, tx: Connection, rows: Iterable[ImportRow], now: datetime) -> ImportReport:
        """Register the users of the valid rows; existing users of the authority stay unchanged.

        Raises:
            NotAdministratorError: the principal is not, or no longer, an administrator (R38).
        """
        # Locked, so that users whom the same file registers at this moment are recognised.
        authorities.lock_row(tx, self.authority_id)
        authority, actor = self._authority_and_actor(tx)
        rows = tuple(rows)
        # A transaction that is run again must not take its own rows for earlier ones.
        self.used.forget(row.number for row in rows)
        new = [row for row in rows if row.number not in self.known]
        clean = find_clean(tx, authority, self.rulebook, new)
        outcomes: list[RowOutcome] = []
        for is_clean, run in groupby(rows, lambda row: row.number in clean):
            run_rows = tuple(run)
            together = (
                _registered_together(
                    tx, authority, actor, {row: clean[row.number] for row in run_rows}, now
                )
                if is_clean
                else ()
            )
            for outcome in together or (
                self._register_row(tx, authority, actor, row, now) for row in run_rows
            ):
                self._note_used(outcome)
                outcomes.append(outcome)
        return ImportReport(tuple(outcomes))

    def operation_for(
        self, rows: Iterable[ImportRow], now: datetime | None
    ) -> Callable[[Connection], ImportReport]:
        """Return the operation that registers the rows; if `now` is None, it only checks them."""
        if now is None:
            return lambda tx: self.check(tx, rows)
        return lambda tx: self.register(tx, rows, now)

    def record_check(self, tx: Connection, report: ImportReport, now: datetime) -> None:
        """Record in the audit trail that a file was checked.

        It is recorded because a check reveals which of many e-mail addresses are taken.

        Raises:
            NotAdministratorError: the principal is not, or no longer, an administrator (R38).
        """
        authority, actor = self._authority_and_actor(tx)
        audit_event = audit.event_about(
            actor, Act.USERS_CHECKED, authority_id=authority.id, **_counts(report)
        )
        audit.record(tx, audit_event, now)

    def record_and_notify(self, tx: Connection, report: ImportReport, now: datetime) -> None:
        """Record the import; queue one notice to the authority's address and one to its team.

        The team's notice goes to its channel (D19, C5). An import that created no user is not
        recorded.
        """
        created = report.of(RowStatus.CREATED)
        first = users.find_by_username(tx, created[0].username) if created else None
        if first is None:
            return
        authority, actor = self._authority_and_actor(tx)
        audit_event = audit.event_about(
            actor, Act.USERS_IMPORTED, authority_id=authority.id, **_counts(report)
        )
        entry_id = audit.record(tx, audit_event, now).id
        details = {"number": len(created)}
        notice = Notice(NoticeType.IMPORTED, first, actor.user_id, entry_id, details)
        new_deliveries = notices.deliveries_of(notice)
        if authority.team_channel is not None:
            new_deliveries.append(replace(new_deliveries[0], kind=DeliveryKind.IMPORTED))
        deliveries.queue(tx, new_deliveries, now)

    def _authority_and_actor(self, tx: Connection) -> tuple[Authority, Actor]:
        actor = COMMAND_LINE
        if self.by is not None:
            actor = Actor.user(require_administrator(tx, self.by).id)
        return authorities.require(tx, self.authority_id), actor

    def _check_row(self, tx: Connection, authority: Authority, row: ImportRow) -> RowOutcome:
        try:
            if self._is_existing_user(tx, authority, row):
                return RowOutcome(row, RowStatus.UNCHANGED)
            checks = self._checks(authority)
            new_user = checks.new_user(tx, row)
            checks.require_registrable(tx, new_user)
        except RuleError as refusal:
            return RowOutcome(row, RowStatus.REFUSED, refusal=refusal)
        outcome = RowOutcome(row, RowStatus.CREATED, new_user.username, registered=new_user)
        self._note_used(outcome)
        return outcome

    def _register_row(
        self, tx: Connection, authority: Authority, actor: Actor, row: ImportRow, now: datetime
    ) -> RowOutcome:
        try:
            if self._is_existing_user(tx, authority, row):
                return RowOutcome(row, RowStatus.UNCHANGED)
            if row.number in self.known:
                raise _gone(tx, authority, row, self._language)
            checks = self._checks(authority)
            new_user = checks.new_user(tx, row)
            checks.require_unrepeated(new_user)
            request = RegistrationRequest(authority.id, new_user, actor, in_bulk=True)
            user = registration.register(tx, request, self.rulebook, now)
        except RuleError as refusal:
            return RowOutcome(row, RowStatus.REFUSED, refusal=refusal)
        return RowOutcome(row, RowStatus.CREATED, user.username, registered=user)

    def _note_used(self, outcome: RowOutcome) -> None:
        """Note the values of a row that is, or would be, registered, so that none repeats them."""
        if outcome.status == RowStatus.CREATED:
            number = outcome.row.number
            self.used.emails[email_of(outcome.row.typed.email).key] = number
            self.used.usernames[outcome.username] = number

    @property
    def _language(self) -> str:
        return FALLBACK if self.by is None else self.by.language

    def _checks(self, authority: Authority) -> RowChecks:
        return RowChecks(authority, self.rulebook, self.used)

    def _is_existing_user(self, tx: Connection, authority: Authority, row: ImportRow) -> bool:
        """Return whether the e-mail address belongs to a user of this authority.

        An address used by an earlier row is reported as a repetition instead.
        """
        try:
            key = email_of(row.typed.email).key
        except InputError:
            return False
        if key in self.used.emails:
            return False
        found = users.find_by_email(tx, key)
        return found is not None and found.authority_id == authority.id


def _gone(tx: Connection, authority: Authority, row: ImportRow, language: str) -> UserGoneError:
    """Return the refusal of a row whose person is no user any more, with who removed them."""
    removed = users.find_removed(tx, email_of(row.typed.email).key, authority.id)
    if removed is None:
        return UserGoneError("")
    found = entries.newest_of(
        tx, (Act.USER_REMOVED,), 1, authority_id=authority.id, user_id=removed.id
    )
    names = [
        editors.name_of(tx, entry.audit_event.actor, authority.id, language) for entry in found
    ]
    return UserGoneError(next(iter(names), ""))


def _registered_together(
    tx: Connection,
    authority: Authority,
    actor: Actor,
    new_users: Mapping[ImportRow, NewUser],
    now: datetime,
) -> tuple[RowOutcome, ...]:
    """Register the users of rows without a conflict; return none if there is one by now."""
    requests = [
        RegistrationRequest(authority.id, new_user, actor, in_bulk=True)
        for new_user in new_users.values()
    ]
    try:
        registered = register_all(tx, authority, requests, now)
    except IntegrityError:
        # A row before them or another transaction took a value; each row finds out by itself.
        return ()
    return tuple(
        RowOutcome(row, RowStatus.CREATED, user.username, registered=user)
        for row, user in zip(new_users, registered, strict=True)
    )


def _counts(report: ImportReport) -> dict[str, int]:
    return {status.value: report.count(status) for status in RowStatus}
