"""Reads the items that need an administrator's attention, such as requests for a new password."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy import Connection

from core.administration.administrator_recovery import authorities_without_administrator
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
from core.roles.rules import unfilled_roles
from core.rulebook import Rulebook
from core.users.rows import roles, users
from core.users.rules import User

# Items of each kind on the Home tab: few enough to see them all at a glance.
MAX_SHOWN = 3
# Items on the Home tab that shows one kind alone; Slack allows a hundred blocks.
MAX_SHOWN_ALONE = 40


class AttentionKind(StrEnum):
    """The kinds of items that need attention, the most urgent first."""

    REQUESTS = "requests"
    LOST = "lost"
    LEAVERS = "leavers"
    FAILED = "failed"
    ROLES = "roles"
    ADMINISTRATORS = "administrators"
    STUCK = "stuck"
    UNTOLD = "untold"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class HomeRequest:
    """The administrator whose Home tab is read, with their authority, and the moment.

    If `alone` is set, the tab shows only the items of that kind: up to `MAX_SHOWN_ALONE` instead of
    `MAX_SHOWN`.
    """

    me: User
    authority: Authority
    now: datetime
    alone: AttentionKind | None = None


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

    `lost` are managed authorities for which nobody can act (D12), `unheld` roles that too few users
    hold. `too_few_administrators` says that the administrators who can act are fewer than wanted.
    `stuck` are users who cannot sign in, `untold` users who have to be told their username, and
    `unused` users who never signed in. A user is shown once, with the most urgent item; only that
    one counts.
    """

    requests: Sample[tuple[ResetRequest, User]] = Sample()
    lost: Sample[Authority] = Sample()
    leavers: Sample[tuple[Leaver, User]] = Sample()
    failed: Sample[tuple[Delivery, User]] = Sample()
    unheld: Sample[RoleKey] = Sample()
    too_few_administrators: bool = False
    stuck: Sample[User] = Sample()
    untold: Sample[User] = Sample()
    unused: Sample[User] = Sample()

    @property
    def totals(self) -> dict[AttentionKind, int]:
        """The number of items of each kind."""
        return {
            AttentionKind.REQUESTS: self.requests.total,
            AttentionKind.LOST: self.lost.total,
            AttentionKind.LEAVERS: self.leavers.total,
            AttentionKind.FAILED: self.failed.total,
            AttentionKind.ROLES: self.unheld.total,
            AttentionKind.ADMINISTRATORS: int(self.too_few_administrators),
            AttentionKind.STUCK: self.stuck.total,
            AttentionKind.UNTOLD: self.untold.total,
            AttentionKind.UNUSED: self.unused.total,
        }


def attention_of(tx: Connection, request: HomeRequest, rulebook: Rulebook) -> AttentionItems:
    """Return what needs attention; lists that are empty by the counts are not read."""
    authority, now = request.authority, request.now
    number = authority.id
    kind = AttentionKind
    shown = _Shown(tx, request.alone)
    unused_since = now - timedelta(days=rulebook.policy.unused_days)
    counts = rows.count_attention(tx, number, now, unused_since)
    held = roles.count_holders(tx, number)
    unheld = unfilled_roles(authority.modules, held, rulebook.catalogue)
    requests = partial(resets.open_requests, tx, number)
    questions = partial(awaiting_answer, tx, number)
    unused = partial(rows.never_signed_in, tx, number, unused_since)

    def failed() -> tuple[Delivery, ...]:
        return failures.failed_of(tx, number, shown.limit(kind.FAILED))

    return AttentionItems(
        requests=shown.with_users(kind.REQUESTS, counts.requests, requests),
        lost=_lost(tx, authority, request.me.language, shown.most(kind.LOST)),
        leavers=shown.with_users(kind.LEAVERS, counts.leavers, questions),
        failed=shown.with_users(kind.FAILED, counts.failed, failed),
        unheld=Sample(unheld[: shown.most(kind.ROLES)], len(unheld)),
        too_few_administrators=held.get(ADMINISTRATOR, 0) < rulebook.policy.administrators_wanted,
        stuck=shown.users(kind.STUCK, counts.stuck, partial(rows.locked_out, tx, number, now)),
        untold=shown.users(kind.UNTOLD, counts.untold, partial(rows.untold, tx, number)),
        unused=shown.users(kind.UNUSED, counts.unused, unused),
    )


class _Shown:
    """Takes the first items of each kind, and leaves out users who are shown already."""

    def __init__(self, tx: Connection, alone: AttentionKind | None) -> None:
        self._tx = tx
        self._alone = alone
        self._seen: set[int] = set()

    def most(self, kind: AttentionKind) -> int:
        return MAX_SHOWN_ALONE if kind == self._alone else MAX_SHOWN

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
        # What is shown alone has the other kinds not beside it.
        if self._alone is None:
            self._seen.update(user.id for user in shown)


def _lost(tx: Connection, authority: Authority, language: str, most: int) -> Sample[Authority]:
    if not authority.access_manager:
        return Sample()
    lost, total = authorities_without_administrator(tx, authority.id, most)
    return Sample(tuple(with_translated_title(tx, each, language) for each in lost), total)
