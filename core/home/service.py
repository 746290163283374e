"""Reads the data of an administrator's Home tab: items that need attention, and newest users."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from core.administration.administrator_recovery import authorities_without_administrator
from core.administration.title_tasks import with_translated_title
from core.authorities.rules import Authority
from core.deliveries.rows import failures
from core.deliveries.rules import Delivery
from core.home import rows
from core.leavers import rows as leavers
from core.leavers.rules import Leaver
from core.resets import rows as resets
from core.resets.rules import ResetRequest
from core.role_keys import ADMINISTRATOR, RoleKey
from core.roles.rules import unfilled_roles
from core.rulebook import Rulebook
from core.users.rows import roles, users
from core.users.rules import User

# Items shown of each kind; the lists have the rest.
MAX_SHOWN = 5
NEWEST_SHOWN = 10

T = TypeVar("T", ResetRequest, Leaver, Delivery)


@dataclass(frozen=True, slots=True)
class UserSample:
    """The first few of the users who match, and how many match in all."""

    users: tuple[User, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AttentionItems:
    """The items that need an administrator's attention; each with the user that it is about.

    `all_failed` is the number of failed messages, of which `failed` are the newest.
    `unheld` are the roles that too few users hold, `administrators` is the number of
    administrators who can act, `stuck` are users who cannot sign in, `unused` users who never
    signed in, `untold` users who have to be told their username, `lost` the first of the managed
    authorities for which nobody can act (D12), of which there are `all_lost`.
    """

    requests: tuple[tuple[ResetRequest, User], ...]
    leavers: tuple[tuple[Leaver, User], ...]
    failed: tuple[tuple[Delivery, User], ...]
    all_failed: int
    unheld: tuple[RoleKey, ...]
    administrators: int
    stuck: UserSample
    unused: UserSample
    untold: UserSample
    lost: tuple[Authority, ...] = ()
    all_lost: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """The content of an administrator's Home tab; `me` is the administrator."""

    me: User
    authority: Authority
    attention: AttentionItems
    newest: tuple[User, ...]


def overview_for(
    tx: Connection, me: User, authority: Authority, rulebook: Rulebook, now: datetime
) -> Overview:
    """Return the content of the administrator's Home tab (R20, R40, R57).

    The user and their authority were read with the request; that they are an administrator is
    checked by the caller (R38).
    """
    authority = with_translated_title(tx, authority, me.language)
    return Overview(
        me,
        authority,
        _attention(tx, authority, me.language, rulebook, now),
        rows.newest_of(tx, authority.id, NEWEST_SHOWN),
    )


def _attention(
    tx: Connection, authority: Authority, language: str, rulebook: Rulebook, now: datetime
) -> AttentionItems:
    """Return what needs attention; lists that are empty by the counts are not read."""
    unused_since = now - timedelta(days=rulebook.policy.unused_days)
    counts = rows.count_attention(tx, authority.id, now, unused_since)
    held = roles.count_holders(tx, authority.id)
    lost, all_lost = _lost(tx, authority, language)
    return AttentionItems(
        requests=_with_users(tx, resets.open_requests(tx, authority.id) if counts.requests else ()),
        leavers=_with_users(
            tx, leavers.awaiting_answer(tx, authority.id) if counts.leavers else ()
        ),
        failed=_with_users(tx, failures.failed_of(tx, authority.id) if counts.failed else ()),
        all_failed=counts.failed,
        unheld=unfilled_roles(authority.modules, held, rulebook.catalogue),
        administrators=held.get(ADMINISTRATOR, 0),
        stuck=_sample(counts.stuck, lambda most: rows.locked_out(tx, authority.id, now, most)),
        untold=_sample(counts.untold, lambda most: rows.untold(tx, authority.id, most)),
        unused=_sample(
            counts.unused,
            lambda most: rows.never_signed_in(tx, authority.id, unused_since, most),
        ),
        lost=lost,
        all_lost=all_lost,
    )


def _lost(tx: Connection, authority: Authority, language: str) -> tuple[tuple[Authority, ...], int]:
    if not authority.access_manager:
        return (), 0
    lost, number = authorities_without_administrator(tx, authority.id, MAX_SHOWN)
    return tuple(with_translated_title(tx, each, language) for each in lost), number


def _sample(total: int, first: Callable[[int], tuple[User, ...]]) -> UserSample:
    return UserSample(first(MAX_SHOWN) if total else (), total)


def _with_users(tx: Connection, items: Collection[T]) -> tuple[tuple[T, User], ...]:
    if not items:
        return ()
    found = {user.id: user for user in users.find_all(tx, {item.user_id for item in items})}
    return tuple((item, found[item.user_id]) for item in items if item.user_id in found)
