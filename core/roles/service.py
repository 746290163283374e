"""Grants and revokes roles, by user or by role (R15, R48, R50, R60-R64, D12, D13, D23)."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rows import entries
from core.audit.rules import Act, Actor, texts_in
from core.authorities.rules import Authority
from core.deliveries import notices
from core.deliveries.notices import Notice, NoticeType
from core.errors import EditedMeanwhileError, FieldChange
from core.merging import SetEdit
from core.role_keys import RoleKey
from core.roles import rules
from core.roles.rules import RoleChange
from core.rulebook import Rulebook
from core.users import editors
from core.users.principals import Principal, lock_administered_authority
from core.users.rows import queries, users
from core.users.rows import roles as rows
from core.users.rules import User

# The value of a role that is held, in a `FieldChange`; that of one that is not held is empty.
HELD = "held"


@dataclass(frozen=True, slots=True)
class RoleEdit:
    """The roles that a user is to hold; `seen` are those they held when the form was opened.

    `since` is the number of the newest audit entry at that moment; without it, changes by others
    in the opposite direction are not looked for (D23).
    """

    user_id: int
    roles: frozenset[RoleKey]
    seen: frozenset[RoleKey]
    since: int | None = None


@dataclass(frozen=True, slots=True)
class HolderEdit:
    """The ids of the users to whom a role is granted and from whom it is revoked.

    `since` is the number of the newest audit entry when the form was opened; without it, changes
    by others in the opposite direction are not looked for (D23).
    """

    role: RoleKey
    grant_to: frozenset[int]
    revoke_from: frozenset[int]
    since: int | None = None


def change(
    tx: Connection, edit: RoleEdit, principal: Principal, rulebook: Rulebook, now: datetime
) -> User:
    """Grant and revoke the roles that differ from those seen, and record the change.

    Roles that only somebody else granted or revoked since the form was opened stay so (D23).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such user in the principal's authority.
        EditedMeanwhileError: somebody else changed one of the roles in the opposite direction
            since the form was opened (D23); names each such role.
        UnknownRoleError: a role outside the authority's modules (D13).
        LastHolderError: a role would have too few holders (D12).
    """
    by, authority = lock_administered_authority(tx, principal)
    user = users.lock_in_authority(tx, edit.user_id, authority.id)
    role_change = RoleChange.between(edit.seen, edit.roles).remaining(user.roles)
    if not role_change:
        return user
    opposites = (
        () if edit.since is None else _reverted_by_others(tx, by, user, role_change, edit.since)
    )
    if opposites:
        raise EditedMeanwhileError.of(opposites)
    _RoleEditor(tx, by, authority, rulebook, now).apply(user, role_change)
    return users.require_in_authority(tx, user.id, authority.id)


def _reverted_by_others(
    tx: Connection, reader: User, user: User, change: RoleChange, since: int
) -> tuple[FieldChange, ...]:
    """Return the roles that others changed after `since` in the direction opposite to `change`.

    The role's state is then the same as when the form was opened; only the audit trail shows the
    change.
    """
    found = entries.newest_of(
        tx, (Act.ROLES_CHANGED,), authority_id=user.authority_id, user_id=user.id
    )
    to_grant, to_revoke = frozenset(_texts(change.added)), frozenset(_texts(change.removed))
    opposites: dict[str, FieldChange] = {}
    for entry in found:
        if entry.id <= since:
            break
        event = entry.audit_event
        revoked = (texts_in(event.details, "taken") & to_grant).difference(opposites)
        granted = (texts_in(event.details, "given") & to_revoke).difference(opposites)
        if revoked or granted:
            by = editors.name_of(tx, event.actor, user.authority_id, reader.language)
            opposites |= {key: FieldChange(key, by, HELD, "") for key in revoked}
            opposites |= {key: FieldChange(key, by, "", HELD) for key in granted}
    return tuple(opposites[key] for key in sorted(opposites))


def change_holders(
    tx: Connection, edit: HolderEdit, principal: Principal, rulebook: Rulebook, now: datetime
) -> tuple[User, ...]:
    """Grant and revoke the role atomically; return its holders afterwards.

    Grants come first, so that the last holder can hand the role over.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: a user is not in the principal's authority.
        EditedMeanwhileError: somebody else changed the role of one of the users in the opposite
            direction since the form was opened (D23); names each such user by the id.
        UnknownRoleError: the role is outside the authority's modules (D13).
        LastHolderError: the role would have too few holders (D12).
    """
    by, authority = lock_administered_authority(tx, principal)
    role_changes = _changes_of_holders(tx, edit, authority.id)
    if edit.since is not None:
        opposites = tuple(
            replace(opposite, field=str(user.id))
            for user, role_change in role_changes
            for opposite in _reverted_by_others(tx, by, user, role_change, edit.since)
        )
        if opposites:
            raise EditedMeanwhileError.of(opposites)
    editor = _RoleEditor(tx, by, authority, rulebook, now)
    for user, role_change in role_changes:
        editor.apply(user, role_change)
    return holders_of(tx, authority.id, edit.role)


def _changes_of_holders(
    tx: Connection, edit: HolderEdit, authority_id: int
) -> list[tuple[User, RoleChange]]:
    """Return the users whose roles change, first those to whom the role is granted."""
    role, none = frozenset({edit.role}), frozenset[RoleKey]()
    found = []
    for user_id in sorted(edit.grant_to - edit.revoke_from):
        user = users.require_in_authority(tx, user_id, authority_id)
        found.append((user, SetEdit(role - set(user.roles), none)))
    for user_id in sorted(edit.revoke_from - edit.grant_to):
        user = users.require_in_authority(tx, user_id, authority_id)
        found.append((user, SetEdit(none, role & set(user.roles))))
    return [(user, change) for user, change in found if change]


def require_holders_without(tx: Connection, user: User, rulebook: Rulebook) -> None:
    """Refuse to remove the user if a role would be left with too few holders (D12, D14).

    The caller has locked the authority.

    Raises:
        LastHolderError: names the first such role.
    """
    others = rows.count_holders(tx, user.authority_id, without_user_id=user.id)
    rules.require_holders(user.roles, others, rulebook.catalogue)


def end_roles(
    tx: Connection, actor: Actor, user: User, ending: tuple[RoleKey, ...], now: datetime
) -> None:
    """Revoke a user's roles that are withdrawn, record it, and notify the user (D13).

    The caller has locked the authority and checked the permission. The minimum number of holders
    is not checked.
    """
    rows.revoke(tx, user.id, ending)
    _record(tx, actor, user, SetEdit(frozenset(), frozenset(ending)), now)


def role_gaps(tx: Connection, authority: Authority, rulebook: Rulebook) -> tuple[RoleKey, ...]:
    """Return the authority's roles with too few holders (R61, D12)."""
    held = rows.count_holders(tx, authority.id)
    return rules.role_gaps(authority.modules, held, rulebook.catalogue)


def holders_of(tx: Connection, authority_id: int, role: RoleKey) -> tuple[User, ...]:
    """Return the authority's users who hold the role, in the order of the list."""
    return queries.holders_of(tx, authority_id, role)


@dataclass(frozen=True, slots=True)
class _RoleEditor:
    """Changes roles in one authority, which is locked, on behalf of one administrator."""

    tx: Connection
    by: User
    authority: Authority
    rulebook: Rulebook
    now: datetime

    def apply(self, user: User, change: RoleChange) -> None:
        catalogue = self.rulebook.catalogue
        rules.require_possible(change.added, self.authority.modules, catalogue)
        others = rows.count_holders(self.tx, self.authority.id, without_user_id=user.id)
        rules.require_holders(change.removed, others, catalogue)
        rows.revoke(self.tx, user.id, change.removed)
        rows.grant(self.tx, user.id, change.added)
        _record(self.tx, Actor.user(self.by.id), user, change, self.now)


def _record(tx: Connection, actor: Actor, user: User, change: RoleChange, now: datetime) -> None:
    # The keys are stored in the audit trail and in notices, and must not change.
    details = {"given": _texts(change.added), "taken": _texts(change.removed)}
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
