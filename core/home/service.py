"""What needs an administrator's attention, and who was registered last, by one read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from core.administration.title_tasks import in_language
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery
from core.leavers import rows as leavers
from core.leavers.rules import Leaver
from core.resets import rows as resets
from core.resets.rules import ResetRequest
from core.role_keys import RoleKey
from core.roles import service as roles
from core.rulebook import Rulebook
from core.users.principals import Principal, require_administrator
from core.users.rows import queries, users
from core.users.rows.queries import UserSample
from core.users.rules import User

# As many of each as a person reads; the list has the rest.
MOST = 5
NEWEST = 10

T = TypeVar("T", ResetRequest, Leaver, Delivery)


@dataclass(frozen=True, slots=True)
class AttentionItems:
    """What waits for an administrator; each with the user it is about."""

    requests: tuple[tuple[ResetRequest, User], ...]
    leavers: tuple[tuple[Leaver, User], ...]
    failed: tuple[tuple[Delivery, User], ...]
    unheld: tuple[RoleKey, ...]
    administrators: int
    stuck: UserSample
    unused: UserSample


@dataclass(frozen=True, slots=True)
class Overview:
    """An administrator's authority as it stands."""

    me: User
    authority: Authority
    attention: AttentionItems
    newest: tuple[User, ...]


def overview(tx: Connection, principal: Principal, rulebook: Rulebook, now: datetime) -> Overview:
    """Return what the administrator's Home shows (R20, R40, R57).

    Raises:
        NotAdministratorError: the asker administers nothing.
    """
    me = require_administrator(tx, principal)
    authority = in_language(tx, authorities.require(tx, me.authority_id), me.language)
    return Overview(
        me,
        authority,
        _attention(tx, authority, rulebook, now),
        queries.newest_of(tx, authority.id, NEWEST),
    )


def _attention(
    tx: Connection, authority: Authority, rulebook: Rulebook, now: datetime
) -> AttentionItems:
    unused_since = now - timedelta(days=rulebook.policy.unused_days)
    return AttentionItems(
        requests=_about(tx, resets.open_requests(tx, authority.id)),
        leavers=_about(tx, leavers.awaiting_answer(tx, authority.id)),
        failed=_about(tx, deliveries.failed_of(tx, authority.id)),
        unheld=roles.unfilled_roles(tx, authority, rulebook),
        administrators=queries.count_administrators(tx, authority.id),
        stuck=queries.locked_out(tx, authority.id, now, MOST),
        unused=queries.never_signed_in(tx, authority.id, unused_since, MOST),
    )


def _about(tx: Connection, things: Iterable[T]) -> tuple[tuple[T, User], ...]:
    found = ((thing, users.find(tx, thing.user_id)) for thing in things)
    return tuple((thing, user) for thing, user in found if user is not None)
