"""Reads the items that need an administrator's attention, such as requests for a new password."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy import Connection

from core.administration.administrator_naming import authorities_without_administrator
from core.administration.title_tasks import with_translated_title
from core.authorities.rules import Authority
from core.deliveries.rows import failures
from core.deliveries.rules import Delivery
from core.home import rows
from core.leavers.rows import awaiting_answer
from core.leavers.rules import Leaver
from core.resets import rows as resets
from core.resets.rules import ResetRequest
from core.role_keys import ADMINISTRATOR, RoleKey
from core.roles.rules import role_gaps
from core.rulebook import Rulebook
from core.users.rows import roles, users
from core.users.rules import User

# Items of each kind on the Home tab: few enough to see them all at a glance.
MAX_SHOWN = 3
# Items on the Home tab that shows only one kind; Slack allows a hundred blocks.
MAX_SHOWN_OF_ONE_KIND = 40


class AttentionKind(StrEnum):
    """The kinds of items that need attention, the most urgent first.

    The values are in buttons of Home tabs that Slack shows, and must not change.
    """

    REQUESTS = "requests"
    WITHOUT_ADMINISTRATOR = "lost"
    LEAVERS = "leavers"
    FAILED_DELIVERIES = "failed"
    ROLE_GAPS = "roles"
    ADMINISTRATORS = "administrators"
    LOCKED_OUT = "stuck"
    USERNAME_UNKNOWN = "untold"
    NEVER_SIGNED_IN = "unused"


@dataclass(frozen=True, slots=True)
class HomeRequest:
    """The administrator whose Home tab is read, with their authority, and the moment.

    If `only_kind` is set, the tab shows only the items of that kind: up to `MAX_SHOWN_OF_ONE_KIND`
    instead of `MAX_SHOWN`.
    """

    me: User
    authority: Authority
    now: datetime
    only_kind: AttentionKind | None = None


T = TypeVar("T")
OfUser = TypeVar("OfUser", ResetRequest, Leaver, Delivery)


@dataclass(frozen=True, slots=True)
class Sample(Generic[T]):
    """The first few items of a kind, and how many there are in all."""

    items: tuple[T, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class AttentionItems:
    """The items that need an administrator's attention; each with the user that it is about.

    `without_administrator` are managed authorities for which nobody can act (D12).
    `too_few_administrators` says that the administrators who can act are fewer than wanted. A user
    is shown once, with the most urgent item; only that one counts.
    """

    requests: Sample[tuple[ResetRequest, User]] = Sample()
    without_administrator: Sample[Authority] = Sample()
    leavers: Sample[tuple[Leaver, User]] = Sample()
    failed_deliveries: Sample[tuple[Delivery, User]] = Sample()
    role_gaps: Sample[RoleKey] = Sample()
    too_few_administrators: bool = False
    locked_out: Sample[User] = Sample()
    username_unknown: Sample[User] = Sample()
    never_signed_in: Sample[User] = Sample()

    @property
    def totals(self) -> dict[AttentionKind, int]:
        """The number of items of each kind."""
        return {
            AttentionKind.REQUESTS: self.requests.total,
            AttentionKind.WITHOUT_ADMINISTRATOR: self.without_administrator.total,
            AttentionKind.LEAVERS: self.leavers.total,
            AttentionKind.FAILED_DELIVERIES: self.failed_deliveries.total,
            AttentionKind.ROLE_GAPS: self.role_gaps.total,
            AttentionKind.ADMINISTRATORS: int(self.too_few_administrators),
            AttentionKind.LOCKED_OUT: self.locked_out.total,
            AttentionKind.USERNAME_UNKNOWN: self.username_unknown.total,
            AttentionKind.NEVER_SIGNED_IN: self.never_signed_in.total,
        }


def attention_of(tx: Connection, request: HomeRequest, rulebook: Rulebook) -> AttentionItems:
    """Return what needs attention; lists that are empty by the counts are not read."""
    me, authority, now = request.me, request.authority, request.now
    number = authority.id
    kind = AttentionKind
    shown = _Shown(tx, request.only_kind)
    unused_since = now - timedelta(days=rulebook.policy.unused_days)
    counts = rows.count_attention(tx, me, now, unused_since)
    held = roles.count_holders(tx, number)
    gaps = role_gaps(authority.modules, held, rulebook.catalogue)
    requests = partial(resets.decidable_requests, tx, me.id, number)
    questions = partial(awaiting_answer, tx, number)
    never_signed_in = partial(rows.never_signed_in, tx, me, unused_since)
    locked_out = partial(rows.locked_out, tx, me, now)
    unknown = partial(rows.username_unknown, tx, number)

    def failed() -> tuple[Delivery, ...]:
        return failures.failed_of(tx, number, shown.limit(kind.FAILED_DELIVERIES))

    return AttentionItems(
        requests=shown.with_users(kind.REQUESTS, counts.requests, requests),
        without_administrator=_without_administrator(
            tx, authority, request.me.language, shown.most(kind.WITHOUT_ADMINISTRATOR)
        ),
        leavers=shown.with_users(kind.LEAVERS, counts.leavers, questions),
        failed_deliveries=shown.with_users(
            kind.FAILED_DELIVERIES, counts.failed_deliveries, failed
        ),
        role_gaps=Sample(gaps[: shown.most(kind.ROLE_GAPS)], len(gaps)),
        too_few_administrators=held.get(ADMINISTRATOR, 0) < rulebook.policy.administrators_wanted,
        locked_out=shown.users(kind.LOCKED_OUT, counts.locked_out, locked_out),
        username_unknown=shown.users(kind.USERNAME_UNKNOWN, counts.username_unknown, unknown),
        never_signed_in=shown.users(kind.NEVER_SIGNED_IN, counts.never_signed_in, never_signed_in),
    )


class _Shown:
    """Takes the first items of each kind, and leaves out users who are shown already."""

    def __init__(self, tx: Connection, only_kind: AttentionKind | None) -> None:
        self._tx = tx
        self._only_kind = only_kind
        self._seen: set[int] = set()

    def most(self, kind: AttentionKind) -> int:
        return MAX_SHOWN_OF_ONE_KIND if kind == self._only_kind else MAX_SHOWN

    def limit(self, kind: AttentionKind) -> int:
        """Return how many to read: those who are left out make room for others."""
        return self.most(kind) + len(self._seen)

    def users(
        self, kind: AttentionKind, total: int, read: Callable[[int], tuple[User, ...]]
    ) -> Sample[User]:
        if not total:
            return Sample()
        found = read(self.limit(kind))
        new = [user for user in found if user.id not in self._seen]
        shown = tuple(new[: self.most(kind)])
        self._remember(shown)
        return Sample(shown, total - (len(found) - len(new)))

    def with_users(
        self, kind: AttentionKind, total: int, load: Callable[[], Sequence[OfUser]]
    ) -> Sample[tuple[OfUser, User]]:
        if not total:
            return Sample()
        items = load()
        new = [item for item in items if item.user_id not in self._seen][: self.most(kind)]
        found = {user.id: user for user in users.find_all(self._tx, {one.user_id for one in new})}
        shown = tuple((item, found[item.user_id]) for item in new if item.user_id in found)
        left_out = sum(item.user_id in self._seen for item in items)
        self._remember(found.values())
        return Sample(shown, total - left_out)

    def _remember(self, shown: Iterable[User]) -> None:
        # A tab of one kind hides no user shown under another.
        if self._only_kind is None:
            self._seen.update(user.id for user in shown)


def _without_administrator(
    tx: Connection, authority: Authority, language: str, most: int
) -> Sample[Authority]:
    if not authority.access_manager:
        return Sample()
    found, total = authorities_without_administrator(tx, authority.id, most)
    return Sample(tuple(with_translated_title(tx, each, language) for each in found), total)
