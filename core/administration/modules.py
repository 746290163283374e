"""Granting and withdrawing modules, and who coordinates in them (R19, R24-R26, R61, D12, D13)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from core.administration import notices
from core.administration.notices import AuthorityEvent, AuthorityNotice
from core.administration.permissions import Editor, require_manager
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
    """The modules an authority is to have, those in which it coordinates, and those seen."""

    authority_id: int
    modules: frozenset[str]
    coordinating: frozenset[str]
    seen: frozenset[str]


@dataclass(frozen=True, slots=True)
class ModuleChangeEffects:
    """What a change of modules means: which come and go, and whose roles end with them."""

    granted: tuple[str, ...]
    withdrawn: tuple[str, ...]
    ending: tuple[tuple[User, tuple[RoleKey, ...]], ...]


def what_follows(
    tx: Connection, edit: ModuleEdit, principal: Principal
) -> tuple[Authority, ModuleChangeEffects]:
    """Return what the change would mean, before it is confirmed.

    Raises:
        NotAdministratorError, NotFoundError, NotAccessManagerError: as `rights.require_manager`.
    """
    authority = require_manager(tx, principal, edit.authority_id).authority
    return authority, _follows(tx, authority, edit)


def change_modules(
    tx: Connection, edit: ModuleEdit, principal: Principal, rulebook: Rulebook, now: datetime
) -> Authority:
    """Grant and withdraw, on the record; with a module go its roles, keywords and coordinators.

    Raises:
        NotAdministratorError, NotFoundError, NotAccessManagerError: as `rights.require_manager`.
        EditedMeanwhileError: the modules are no longer those that were seen (D23).
        FormError: the catalogue does not have such a module.
    """
    editor = require_manager(tx, principal, edit.authority_id)
    authority = editor.authority
    if frozenset(authority.modules) != edit.seen:
        raise EditedMeanwhileError(("modules",))
    if not edit.modules - edit.seen <= {one.code for one in rulebook.catalogue.modules}:
        raise FormError((UnknownModuleError(),))
    follows = _follows(tx, authority, edit)
    for user, ending in follows.ending:
        roles.end_roles(tx, editor.actor, user, ending, now)
    removed = queries.removed_users(tx, authority.id) if follows.withdrawn else ()
    end_roles_of_removed(
        tx, editor.actor, removed, lambda key: key.module in follows.withdrawn, now
    )
    _drop(tx, authority.id, follows.withdrawn)
    for module in follows.granted:
        authorities.grant(tx, authority.id, module, now)
    _flag(tx, editor, edit, now)
    search_index.index(tx, authority.id)
    changed = authorities.require(tx, authority.id)
    if follows.granted or follows.withdrawn:
        _tell(tx, editor, follows, roles.unfilled_roles(tx, changed, rulebook), now)
    return changed


def withdraw(
    tx: Connection, authority: Authority, gone: Collection[str], actor: Actor, now: datetime
) -> None:
    """Take modules that nobody in them has a role of any more, on the record; the caller may.

    The authority, which the caller has locked, is told.
    """
    if not gone:
        return
    _drop(tx, authority.id, gone)
    audit_event = _modules(actor, Act.MODULES_WITHDRAWN, authority.id, sorted(gone))
    event = audit.record(tx, audit_event, now).id
    details = {"granted": [], "withdrawn": sorted(gone), "unheld": []}
    notices.tell(tx, AuthorityNotice(AuthorityEvent.MODULES, authority, None, event, details), now)


def _follows(tx: Connection, authority: Authority, edit: ModuleEdit) -> ModuleChangeEffects:
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


def _flag(tx: Connection, editor: Editor, edit: ModuleEdit, now: datetime) -> None:
    """Write in which modules the authority coordinates; who linked to it elsewhere loses that."""
    authority_id = editor.authority.id
    before, after = authorities.coordinated_by(tx, authority_id), edit.coordinating & edit.modules
    for module in sorted(before ^ after):
        flag = module in after
        authorities.flag_coordinator(tx, authority_id, module, flag=flag)
        if not flag:
            competences.drop_links_to(tx, authority_id, module)
        audit_event = audit.event_about(
            editor.actor,
            Act.COORDINATOR_FLAGGED,
            authority_id=authority_id,
            module=module,
            flag=flag,
        )
        audit.record(tx, audit_event, now)


def _tell(
    tx: Connection,
    editor: Editor,
    follows: ModuleChangeEffects,
    unheld: tuple[RoleKey, ...],
    now: datetime,
) -> None:
    authority_id, event = editor.authority.id, 0
    acts = {
        Act.MODULES_WITHDRAWN: follows.withdrawn,
        Act.MODULES_GRANTED: follows.granted,
    }
    for act, codes in acts.items():
        if codes:
            audit_event = _modules(editor.actor, act, authority_id, codes)
            event = audit.record(tx, audit_event, now).id
    details = {
        "granted": list(follows.granted),
        "withdrawn": list(follows.withdrawn),
        "unheld": [str(key) for key in unheld if key.module in follows.granted],
    }
    notice = AuthorityNotice(AuthorityEvent.MODULES, editor.authority, editor.user, event, details)
    notices.tell(tx, notice, now)


def _drop(tx: Connection, authority_id: int, codes: Collection[str]) -> None:
    for module in codes:
        competences.drop_module(tx, authority_id, module)
        authorities.withdraw(tx, authority_id, module)


def _modules(actor: Actor, act: Act, authority_id: int, codes: Sequence[str]) -> AuditEvent:
    return audit.event_about(actor, act, authority_id=authority_id, modules=list(codes))
