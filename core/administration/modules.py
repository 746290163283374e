"""Grants and withdraws an authority's modules (R19, R24-R26, R61, D12, D13).

A module is an area of IMI. In each of its modules, an authority can be a coordinator, to which
other authorities link; this is set here too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.administration import notices
from core.administration.notices import AuthorityEvent, AuthorityNotice
from core.administration.permissions import Editor, require_managing_editor
from core.audit import service as audit
from core.audit.rules import Act, Actor, AuditEvent
from core.authorities.rows import authorities, competences
from core.authorities.rules import Authority
from core.authority_search import rows as search_index
from core.errors import EditedMeanwhileError, FormError, UnknownModuleError
from core.role_keys import RoleKey
from core.roles import service as roles
from core.roles.ending import end_roles_of_removed
from core.rulebook import Rulebook
from core.users.principals import Principal
from core.users.rows import queries
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class ModuleEdit:
    """A request to set an authority's modules.

    `coordinating` are the modules in which it is to be a coordinator, `seen` the modules that the
    form showed (D23).
    """

    authority_id: int
    modules: frozenset[str]
    coordinating: frozenset[str]
    seen: frozenset[str]


@dataclass(frozen=True, slots=True)
class ModuleChangeEffects:
    """The effects of a module change: the modules granted and withdrawn, the roles that end."""

    granted: tuple[str, ...]
    withdrawn: tuple[str, ...]
    ending: tuple[tuple[User, tuple[RoleKey, ...]], ...]


def preview_effects(
    tx: Connection, edit: ModuleEdit, principal: Principal
) -> tuple[Authority, ModuleChangeEffects]:
    """Return the authority and the effects that the change would have; change nothing.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
        NotAccessManagerError: the principal may edit its data, but not its modules.
    """
    authority = require_managing_editor(tx, principal, edit.authority_id).authority
    return authority, _effects_of(tx, authority, edit)


def change_modules(
    tx: Connection, edit: ModuleEdit, principal: Principal, rulebook: Rulebook, now: datetime
) -> Authority:
    """Grant and withdraw modules, record the changes and notify the authority.

    Withdrawing a module also ends its roles and deletes its keywords and coordinator links.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
        NotAccessManagerError: the principal may edit its data, but not its modules.
        EditedMeanwhileError: the modules changed since the form was opened (D23).
        FormError: a module is not in the catalogue.
    """
    editor = require_managing_editor(tx, principal, edit.authority_id)
    authority = editor.authority
    if frozenset(authority.modules) != edit.seen:
        raise EditedMeanwhileError(("modules",))
    if not edit.modules - edit.seen <= {module.code for module in rulebook.catalogue.modules}:
        raise FormError((UnknownModuleError(),))
    effects = _effects_of(tx, authority, edit)
    for user, ending in effects.ending:
        roles.end_roles(tx, editor.actor, user, ending, now)
    removed = queries.removed_users(tx, authority.id) if effects.withdrawn else ()
    end_roles_of_removed(
        tx, editor.actor, removed, lambda key: key.module in effects.withdrawn, now
    )
    _delete_modules(tx, authority.id, effects.withdrawn)
    for module in effects.granted:
        authorities.grant_module(tx, authority.id, module, now)
    _write_coordinator_flags(tx, editor, edit, now)
    search_index.index(tx, authority.id)
    changed = authorities.require(tx, authority.id)
    if effects.granted or effects.withdrawn:
        _record_and_notify(tx, editor, effects, roles.unfilled_roles(tx, changed, rulebook), now)
    return changed


def withdraw_modules(
    tx: Connection, authority: Authority, codes: Collection[str], actor: Actor, now: datetime
) -> None:
    """Withdraw modules in which no user has a role any more, record it and notify the authority.

    The caller has checked the actor's permission and locked the authority.
    """
    if not codes:
        return
    _delete_modules(tx, authority.id, codes)
    audit_event = _modules_event(actor, Act.MODULES_WITHDRAWN, authority.id, sorted(codes))
    entry_id = audit.record(tx, audit_event, now).id
    details = {"granted": [], "withdrawn": sorted(codes), "unheld": []}
    notices.queue_notice(
        tx, AuthorityNotice(AuthorityEvent.MODULES, authority, None, entry_id, details), now
    )


def _effects_of(tx: Connection, authority: Authority, edit: ModuleEdit) -> ModuleChangeEffects:
    before = frozenset(authority.modules)
    withdrawn = before - edit.modules
    everybody = queries.all_of(tx, authority.id) if withdrawn else ()
    ending = (
        (user, tuple(key for key in user.roles if key.module in withdrawn)) for user in everybody
    )
    return ModuleChangeEffects(
        tuple(sorted(edit.modules - before)),
        tuple(sorted(withdrawn)),
        tuple((user, keys) for user, keys in ending if keys),
    )


def _write_coordinator_flags(
    tx: Connection, editor: Editor, edit: ModuleEdit, now: datetime
) -> None:
    """Set in which modules the authority is a coordinator, and delete links to it in others."""
    authority_id = editor.authority.id
    before, after = (
        authorities.coordinated_modules(tx, authority_id),
        edit.coordinating & edit.modules,
    )
    for module in sorted(before ^ after):
        flag = module in after
        authorities.set_coordinator(tx, authority_id, module, flag=flag)
        if not flag:
            competences.delete_links_to(tx, authority_id, module)
        audit_event = audit.event_about(
            editor.actor,
            Act.COORDINATOR_FLAGGED,
            authority_id=authority_id,
            module=module,
            flag=flag,
        )
        audit.record(tx, audit_event, now)


def _record_and_notify(
    tx: Connection,
    editor: Editor,
    effects: ModuleChangeEffects,
    unheld: tuple[RoleKey, ...],
    now: datetime,
) -> None:
    authority, entry_id = editor.authority, 0
    acts = {
        Act.MODULES_WITHDRAWN: effects.withdrawn,
        Act.MODULES_GRANTED: effects.granted,
    }
    for act, codes in acts.items():
        if codes:
            audit_event = _modules_event(editor.actor, act, authority.id, codes)
            entry_id = audit.record(tx, audit_event, now).id
    details = {
        "granted": list(effects.granted),
        "withdrawn": list(effects.withdrawn),
        "unheld": [str(key) for key in unheld if key.module in effects.granted],
    }
    notice = AuthorityNotice(AuthorityEvent.MODULES, authority, editor.user, entry_id, details)
    notices.queue_notice(tx, notice, now)


def _delete_modules(tx: Connection, authority_id: int, codes: Collection[str]) -> None:
    for module in codes:
        competences.delete_module_choices(tx, authority_id, module)
        authorities.withdraw_module(tx, authority_id, module)


def _modules_event(actor: Actor, act: Act, authority_id: int, codes: Sequence[str]) -> AuditEvent:
    return audit.event_about(actor, act, authority_id=authority_id, modules=list(codes))
