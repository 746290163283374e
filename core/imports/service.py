"""Registering many users from a file: looked at wholly first, then row by row (R12, R41-R53)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from core.accounts import registration
from core.audit import service as audit
from core.audit.rules import COMMAND_LINE, Act, Actor
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.contacts import email_of
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rules import DeliveryKind
from core.errors import FormError, InputError, RepeatedError, RuleError
from core.imports.rules import ImportReport, ImportRow, RowOutcome, RowStatus
from core.rulebook import Rulebook
from core.users import usernames
from core.users.mail_exposure import MailExposure
from core.users.principals import Principal, require_administrator
from core.users.registration_form import new_user_of
from core.users.rows import users
from core.users.rules import NewUser, RegistrationRequest, UserForm

# Rows a transaction: the rest of the product writes in between.
BATCH = 50


def in_batches(lines: tuple[ImportRow, ...]) -> Iterator[tuple[ImportRow, ...]]:
    """Return the rows in the portions that go into one transaction each."""
    return (lines[first : first + BATCH] for first in range(0, len(lines), BATCH))


@dataclass(slots=True)
class Seen:
    """What the rows so far use: address and username, with the row's number."""

    emails: dict[str, int] = field(default_factory=dict)
    usernames: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Import:
    """Who imports into which authority; `by` is None on the command line."""

    authority_id: int
    by: Principal | None
    rulebook: Rulebook
    seen: Seen = field(default_factory=Seen)

    def check(self, tx: Connection, lines: Iterable[ImportRow]) -> ImportReport:
        """Return what would become of the rows, which follow those checked before; write nothing.

        Raises:
            NotAdministratorError: who imports administers nothing, or does no longer (R38).
        """
        authority, _ = self._ground(tx)
        return ImportReport(tuple(self._look(tx, authority, line) for line in lines))

    def register(self, tx: Connection, lines: Iterable[ImportRow], now: datetime) -> ImportReport:
        """Register what can be, each row wholly or not at all; a user who is there stays as is.

        Raises:
            NotAdministratorError: as `check`.
        """
        authority, actor = self._ground(tx)
        return ImportReport(
            tuple(self._register(tx, authority, actor, line, now) for line in lines)
        )

    def going_through(
        self, lines: Iterable[ImportRow], now: datetime | None
    ) -> Callable[[Connection], ImportReport]:
        """Return the wish to register these rows at that time, or without one to check them."""
        if now is None:
            return lambda tx: self.check(tx, lines)
        return lambda tx: self.register(tx, lines, now)

    def note_check(self, tx: Connection, report: ImportReport, now: datetime) -> None:
        """Write down that a file was checked: it says of many addresses whether they are taken.

        Raises:
            NotAdministratorError: as `check`.
        """
        authority, actor = self._ground(tx)
        audit_event = audit.event_about(
            actor, Act.USERS_CHECKED, authority_id=authority.id, **_counts(report)
        )
        audit.record(tx, audit_event, now)

    def tell(self, tx: Connection, report: ImportReport, now: datetime) -> None:
        """Write the import down, and tell the authority's address and the team once (D19, C5)."""
        created = report.of(RowStatus.CREATED)
        first = users.find_by_username(tx, created[0].username) if created else None
        if first is None:
            return
        authority, actor = self._ground(tx)
        audit_event = audit.event_about(
            actor, Act.USERS_IMPORTED, authority_id=authority.id, **_counts(report)
        )
        entry = audit.record(tx, audit_event, now).id
        told = Notice(NoticeType.IMPORTED, first, actor.user_id, entry, {"number": len(created)})
        wishes = notices.deliveries_of(told)
        if authority.team_channel is not None:
            wishes.append(replace(wishes[0], kind=DeliveryKind.IMPORTED))
        deliveries.queue(tx, wishes, now)

    def _ground(self, tx: Connection) -> tuple[Authority, Actor]:
        actor = COMMAND_LINE
        if self.by is not None:
            actor = Actor.user(require_administrator(tx, self.by).id)
        return authorities.require(tx, self.authority_id), actor

    def _look(self, tx: Connection, authority: Authority, line: ImportRow) -> RowOutcome:
        try:
            if self._is_here(tx, authority, line):
                return RowOutcome(line, RowStatus.UNCHANGED)
            wish = self._wish(tx, authority, line)
            self._require_first(wish)
            registration.require_registrable(tx, authority.id, wish, self.rulebook)
        except RuleError as refusal:
            return RowOutcome(line, RowStatus.REFUSED, refusal=refusal)
        self.seen.emails[wish.email.key] = self.seen.usernames[wish.username] = line.number
        return RowOutcome(line, RowStatus.CREATED, wish.username)

    def _register(
        self, tx: Connection, authority: Authority, actor: Actor, line: ImportRow, now: datetime
    ) -> RowOutcome:
        try:
            if self._is_here(tx, authority, line):
                return RowOutcome(line, RowStatus.UNCHANGED)
            wish = self._wish(tx, authority, line)
            request = RegistrationRequest(authority.id, wish, actor, in_bulk=True)
            user = registration.register(tx, request, self.rulebook, now)
        except RuleError as refusal:
            return RowOutcome(line, RowStatus.REFUSED, refusal=refusal)
        return RowOutcome(line, RowStatus.CREATED, user.username)

    def _is_here(self, tx: Connection, authority: Authority, line: ImportRow) -> bool:
        """Say whether the address is a user's of this authority already."""
        try:
            key = email_of(line.typed.email).key
        except InputError:
            return False
        if key in self.seen.emails:
            return False
        found = users.find_by_email(tx, key)
        return found is not None and found.authority_id == authority.id

    def _wish(self, tx: Connection, authority: Authority, line: ImportRow) -> NewUser:
        typed, policy = line.typed, self.rulebook.policy
        if not typed.username:
            typed = replace(typed, username=self._proposed(tx, typed))
        return new_user_of(typed, country=authority.country, policy=policy)

    def _proposed(self, tx: Connection, typed: UserForm) -> str:
        mailed = MailExposure(typed.first_name, typed.last_name, typed.email)

        def is_unfit(username: str) -> bool:
            return (
                username in self.seen.usernames
                or mailed.shows(username)
                or users.is_username_taken(tx, username)
            )

        return usernames.propose(typed.first_name, typed.last_name, is_unfit, self.rulebook.policy)

    def _require_first(self, wish: NewUser) -> None:
        """Look whether an earlier row uses the same.

        Raises:
            FormError: one does.
        """
        earlier = {
            "email": self.seen.emails.get(wish.email.key),
            "username": self.seen.usernames.get(wish.username),
        }
        errors = [RepeatedError(name, row) for name, row in earlier.items() if row is not None]
        if errors:
            raise FormError(tuple(errors))


def _counts(report: ImportReport) -> dict[str, int]:
    return {fate.value: report.count(fate) for fate in RowStatus}
