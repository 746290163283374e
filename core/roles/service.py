"""Giving and taking roles, by user and by role (R15, R48, R50, R60-R64, D12, D13, D23)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries import notices
from core.deliveries.notices import Notice, NoticeType
from core.errors import EditedMeanwhileError, NotFoundError
from core.role_keys import RoleKey
from core.roles import rules
from core.roles.rules import RoleChange
from core.rulebook import Rulebook
from core.users.principals import Principal, require_acting_administrator
from core.users.rows import queries, users
from core.users.rows import roles as rows
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class RoleEdit:
    """The roles that a user is to hold; `seen` are those they held when the form was opened."""

    user_id: int
    roles: frozenset[RoleKey]
    seen: frozenset[RoleKey]


@dataclass(frozen=True, slots=True)
class HolderEdit:
    """To whom a role is given and from whom it is taken, by their ids."""

    role: RoleKey
    give: frozenset[int]
    take: frozenset[int]


def change(
    tx: Connection, edit: RoleEdit, principal: Principal, rulebook: Rulebook, now: datetime
) -> User:
    """Let the user hold just these roles, on the record; the same roles change nothing.

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotFoundError: no such user in the asker's authority.
        EditedMeanwhileError: the user's roles are no longer those that were seen (D23).
        UnknownRoleError: a role outside the authority's modules (D13).
        LastHolderError: a role would have too few holders (D12).
    """
    by = require_acting_administrator(tx, principal)
    authority = lock_authority(tx, by.authority_id)
    users.lock(tx, edit.user_id)
    user = users.require_in_authority(tx, edit.user_id, authority.id)
    wanted = rules.change_between(user.roles, edit.roles)
    if wanted.is_none:
        return user
    if frozenset(user.roles) != edit.seen:
        raise EditedMeanwhileError(("roles",))
    _Hand(tx, by, authority, rulebook, now).apply(user, wanted)
    return users.require_in_authority(tx, user.id, authority.id)


def change_holders(
    tx: Connection, edit: HolderEdit, principal: Principal, rulebook: Rulebook, now: datetime
) -> tuple[User, ...]:
    """Give the role and take it, all or nothing; return who holds it then.

    Giving comes first, so that the last holder can hand a role on.

    Raises:
        NotAdministratorError, NotFoundError, UnknownRoleError, LastHolderError: as `change`.
    """
    by = require_acting_administrator(tx, principal)
    authority = lock_authority(tx, by.authority_id)
    hand, role = _Hand(tx, by, authority, rulebook, now), frozenset({edit.role})
    for user_id in sorted(edit.give - edit.take):
        user = users.require_in_authority(tx, user_id, authority.id)
        hand.apply(user, RoleChange(role - set(user.roles), frozenset()))
    for user_id in sorted(edit.take - edit.give):
        user = users.require_in_authority(tx, user_id, authority.id)
        hand.apply(user, RoleChange(frozenset(), role & set(user.roles)))
    return holders_of(tx, authority.id, edit.role)


def require_holders_without(tx: Connection, user: User, rulebook: Rulebook) -> None:
    """Refuse that the user goes where a role would have too few holders (D12, D14).

    The caller has locked the authority.

    Raises:
        LastHolderError: for the first such role.
    """
    held = rows.count_holders(tx, user.authority_id)
    rules.require_holders(user.roles, held, rulebook.catalogue)


def end_roles(
    tx: Connection, actor: Actor, user: User, ending: tuple[RoleKey, ...], now: datetime
) -> None:
    """Take roles whose module is withdrawn, on the record, and tell the user (D13).

    The caller has locked the authority and checked the right; the least holders do not count.
    """
    rows.revoke(tx, user.id, ending)
    _record(tx, actor, user, RoleChange(frozenset(), frozenset(ending)), now)


def unfilled_roles(tx: Connection, authority: Authority, rulebook: Rulebook) -> tuple[RoleKey, ...]:
    """Return the authority's roles that fewer hold than must (R61, D12)."""
    held = rows.count_holders(tx, authority.id)
    return rules.unfilled_roles(authority.modules, held, rulebook.catalogue)


def holders_of(tx: Connection, authority_id: int, role: RoleKey) -> tuple[User, ...]:
    """Return who of the authority holds the role, in the list's order."""
    return queries.holders_of(tx, authority_id, role)


def lock_authority(tx: Connection, authority_id: int) -> Authority:
    """Return the authority; nobody else changes who holds what in it until the end.

    Raises:
        NotFoundError: there is none with this id.
    """
    authority = authorities.lock(tx, authority_id)
    if authority is None:
        raise NotFoundError("No such authority.")
    return authority


@dataclass(frozen=True, slots=True)
class _Hand:
    """One administrator's hand on the roles of one authority, which is locked."""

    tx: Connection
    by: User
    authority: Authority
    rulebook: Rulebook
    now: datetime

    def apply(self, user: User, wanted: RoleChange) -> None:
        if wanted.is_none:
            return
        catalogue = self.rulebook.catalogue
        rules.require_possible(wanted.given, self.authority.modules, catalogue)
        held = rows.count_holders(self.tx, self.authority.id)
        rules.require_holders(wanted.taken, held, catalogue)
        rows.revoke(self.tx, user.id, wanted.taken)
        rows.grant(self.tx, user.id, wanted.given)
        _record(self.tx, Actor.user(self.by.id), user, wanted, self.now)


def _record(tx: Connection, actor: Actor, user: User, wanted: RoleChange, now: datetime) -> None:
    details = {"given": _texts(wanted.given), "taken": _texts(wanted.taken)}
    audit_event = audit.event_about(
        actor,
        Act.ROLES_CHANGED,
        authority_id=user.authority_id,
        user_id=user.id,
        **details,
    )
    entry = audit.record(tx, audit_event, now)
    notices.queue_notice(
        tx, Notice(NoticeType.ROLES_CHANGED, user, actor.user_id, entry.id, details), now
    )


def _texts(keys: frozenset[RoleKey]) -> list[str]:
    return [str(key) for key in sorted(keys)]
