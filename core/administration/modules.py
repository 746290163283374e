"""Grants and withdraws an authority's modules (R19, R24-R26, R61, D12, D13).

It also sets in which of its modules an authority is a coordinator.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.administration import notices
from core.administration.module_effects import ChangedModules, ModuleChangeEffects
from core.administration.module_history import COORDINATING, HELD, changes_of
from core.administration.notices import ROLE_GAPS_KEY, AuthorityEvent, AuthorityNotice
from core.administration.permissions import Editor, require_managing_editor
from core.administration.unlinking import linked_to, unlink
from core.audit import service as audit
from core.audit.rules import Act, Actor, AuditEvent
from core.authorities.rows import authorities, competences
from core.authorities.rules import Authority
from core.authority_search import rows as search_index
from core.deliveries.rules import DeliveryDetails
from core.errors import EditedMeanwhileError, FormError, UnknownModuleError
from core.role_keys import RoleKey
from core.roles import service as roles
from core.roles.ending import end_roles_of_removed
from core.rulebook import Rulebook
from core.users.principals import Principal
from core.users.rows import queries


@dataclass(frozen=True, slots=True)
class ModuleEdit:
    """A request to set an authority's modules.

    `chosen` has the modules that it is to have, `seen` those that the form showed (D23), each with
    `HELD` or `COORDINATING`. `since` is the number of the newest audit entry when the form was
    opened.
    """

    authority_id: int
    chosen: Mapping[str, str]
    seen: Mapping[str, str]
    since: int


def module_values(modules: Iterable[str], coordinating: Collection[str]) -> dict[str, str]:
    """Return the modules, each with `COORDINATING` if it is among those, or else with `HELD`."""
    return {code: COORDINATING if code in coordinating else HELD for code in modules}


def current_values(tx: Connection, authority: Authority) -> dict[str, str]:
    """Return the modules that the authority has, with their values."""
    return module_values(authority.modules, authorities.coordinated_modules(tx, authority.id))


def preview_effects(
    tx: Connection, edit: ModuleEdit, principal: Principal
) -> tuple[Authority, ModuleChangeEffects]:
    """Return the authority and the effects that the change would have; change nothing.

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
        NotAccessManagerError: the principal may edit its data, but not its modules.
        EditedMeanwhileError: as for `change_modules`.
    """
    editor = require_managing_editor(tx, principal, edit.authority_id)
    authority = editor.authority
    effects = _effects_of(tx, authority, _merged(tx, editor, edit))
    lost = {*effects.withdrawn, *effects.coordinator_lost}
    unlinked = linked_to(tx, authority, lost, principal.language) if lost else ()
    return authority, replace(effects, unlinked=unlinked)


def change_modules(
    tx: Connection, edit: ModuleEdit, principal: Principal, rulebook: Rulebook, now: datetime
) -> ChangedModules:
    """Grant and withdraw modules, record the changes and notify the authority.

    Withdrawing a module also ends its roles and deletes its keywords and coordinator links.
    Authorities that lose it as a coordinator are notified too.
    Modules that only somebody else changed since the form was opened stay so (D23).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such authority, or the principal may not edit it.
        NotAccessManagerError: the principal may edit its data, but not its modules.
        EditedMeanwhileError: somebody else changed a module that is to change since the form was
            opened (D23); names each such module.
        FormError: a module is not in the catalogue.
    """
    editor = require_managing_editor(tx, principal, edit.authority_id)
    authority = editor.authority
    merged = _merged(tx, editor, edit)
    effects = _effects_of(tx, authority, merged)
    if not set(effects.granted) <= {module.code for module in rulebook.catalogue.modules}:
        raise FormError((UnknownModuleError(),))
    for user, ending in effects.ending:
        roles.end_roles(tx, editor.actor, user, ending, now)
    removed = queries.removed_users(tx, authority.id) if effects.withdrawn else ()
    end_roles_of_removed(
        tx, editor.actor, removed, lambda key: key.module in effects.withdrawn, now
    )
    _delete_modules(tx, authority, effects.withdrawn, now)
    for module in effects.granted:
        authorities.grant_module(tx, authority.id, module, now)
    flagged = _write_coordinator_flags(tx, editor, merged, now)
    search_index.index(tx, authority.id)
    changed = authorities.require(tx, authority.id)
    if not any(effects.modules.values()):
        return ChangedModules(changed, changed=False, notified=False)
    entry_id = _record(tx, editor, effects, now) or flagged
    details = _notice_details(effects, roles.role_gaps(tx, changed, rulebook))
    notice = AuthorityNotice(AuthorityEvent.MODULES, authority, editor.user, entry_id, details)
    notified = notices.queue_notice(tx, notice, now)
    return ChangedModules(changed, changed=True, notified=notified)


def withdraw_modules(
    tx: Connection, authority: Authority, codes: Collection[str], actor: Actor, now: datetime
) -> None:
    """Withdraw modules in which no user has a role any more, record it and notify the authority.

    The caller has checked the actor's permission and locked the authority.
    """
    if not codes:
        return
    _delete_modules(tx, authority, codes, now)
    audit_event = _modules_event(actor, Act.MODULES_WITHDRAWN, authority.id, sorted(codes))
    entry_id = audit.record(tx, audit_event, now).id
    details = {"granted": [], "withdrawn": sorted(codes), ROLE_GAPS_KEY: []}
    notices.queue_notice(
        tx, AuthorityNotice(AuthorityEvent.MODULES, authority, None, entry_id, details), now
    )


def _merged(tx: Connection, editor: Editor, edit: ModuleEdit) -> ModuleEdit:
    """Return the edit with the modules that only others changed as they are now (D23)."""
    now = current_values(tx, editor.authority)
    codes = {*now, *edit.seen, *edit.chosen}
    chosen = {code: edit.chosen.get(code, "") for code in codes}
    values = {code: (edit.seen.get(code, ""), now.get(code, "")) for code in codes}
    to_write = {code: values[code] for code in codes if chosen[code] not in values[code]}
    changes = changes_of(tx, editor, to_write, edit.since)
    if changes:
        raise EditedMeanwhileError.of(changes)
    final = {code: chosen[code] if code in to_write else now.get(code, "") for code in codes}
    return replace(edit, chosen={code: value for code, value in final.items() if value})


def _effects_of(tx: Connection, authority: Authority, edit: ModuleEdit) -> ModuleChangeEffects:
    before = frozenset(authority.modules)
    withdrawn = before - set(edit.chosen)
    everybody = queries.all_of(tx, authority.id) if withdrawn else ()
    ending = (
        (user, tuple(key for key in user.roles if key.module in withdrawn)) for user in everybody
    )
    coordinated = authorities.coordinated_modules(tx, authority.id)
    coordinating = {code for code, value in edit.chosen.items() if value == COORDINATING}
    return ModuleChangeEffects(
        tuple(sorted(set(edit.chosen) - before)),
        tuple(sorted(withdrawn)),
        tuple((user, keys) for user, keys in ending if keys),
        tuple(sorted(coordinating - set(coordinated))),
        tuple(sorted(set(coordinated) - coordinating - withdrawn)),
    )


def _write_coordinator_flags(
    tx: Connection, editor: Editor, edit: ModuleEdit, now: datetime
) -> int:
    """Set in which modules the authority is a coordinator, and delete links to it in others.

    Return the number of the newest audit entry, 0 without any.
    """
    authority_id, entry_id = editor.authority.id, 0
    before = authorities.coordinated_modules(tx, authority_id)
    after = {code for code, value in edit.chosen.items() if value == COORDINATING}
    for module in sorted(before ^ after):
        flag = module in after
        authorities.set_coordinator(tx, authority_id, module, flag=flag)
        audit_event = audit.event_about(
            editor.actor,
            Act.COORDINATOR_FLAGGED,
            authority_id=authority_id,
            module=module,
            flag=flag,
        )
        entry_id = audit.record(tx, audit_event, now).id
    unlink(tx, editor.authority, before - after, now)
    return entry_id


def _record(tx: Connection, editor: Editor, effects: ModuleChangeEffects, now: datetime) -> int:
    """Record the modules granted and withdrawn; return the newest entry's number, 0 without any."""
    entry_id = 0
    acts = {
        Act.MODULES_WITHDRAWN: effects.withdrawn,
        Act.MODULES_GRANTED: effects.granted,
    }
    for act, codes in acts.items():
        if codes:
            audit_event = _modules_event(editor.actor, act, editor.authority.id, codes)
            entry_id = audit.record(tx, audit_event, now).id
    return entry_id


def _notice_details(effects: ModuleChangeEffects, role_gaps: Iterable[RoleKey]) -> DeliveryDetails:
    gaps = [str(key) for key in role_gaps if key.module in effects.granted]
    return {**effects.modules, ROLE_GAPS_KEY: gaps}


def _delete_modules(
    tx: Connection, authority: Authority, codes: Collection[str], now: datetime
) -> None:
    unlink(tx, authority, codes, now)
    for module in codes:
        competences.delete_module_choices(tx, authority.id, module)
        authorities.withdraw_module(tx, authority.id, module)


def _modules_event(actor: Actor, act: Act, authority_id: int, codes: Sequence[str]) -> AuditEvent:
    return audit.event_about(actor, act, authority_id=authority_id, modules=list(codes))
