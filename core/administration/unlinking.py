"""Finds and deletes the links to a coordinator that ceases to be one (R31, R37, D18)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from core.administration import notices
from core.administration.notices import AuthorityEvent, AuthorityNotice
from core.audit import service as audit
from core.audit.rules import SYSTEM, Act
from core.authorities.rows import authorities, competences
from core.authorities.rules import Authority

# The titles of authorities with the modules in which they are linked to a coordinator.
LinkedModules = tuple[tuple[str, tuple[str, ...]], ...]


def linked_to(
    tx: Connection, coordinator: Authority, modules: Collection[str], language: str
) -> LinkedModules:
    """Return the authorities that link to the coordinator in the modules, in a fixed order."""
    titles, linked = dict[int, str](), dict[int, list[str]]()
    for authority_id, title, module in competences.links_to(tx, coordinator.id, modules, language):
        titles[authority_id] = title
        linked.setdefault(authority_id, []).append(module)
    return tuple((titles[number], tuple(codes)) for number, codes in linked.items())


def unlink(tx: Connection, coordinator: Authority, modules: Collection[str], now: datetime) -> None:
    """Delete the links to the coordinator in the modules; record it and notify those linked.

    Their trails name nobody of the coordinator's side: they may have no access manager in common.
    """
    if not modules:
        return
    unlinked: dict[int, list[str]] = {}
    for authority_id, module in competences.delete_links_to(tx, coordinator.id, modules):
        unlinked.setdefault(authority_id, []).append(module)
    for authority_id, codes in unlinked.items():
        entry_id = max(_record(tx, coordinator, authority_id, module, now) for module in codes)
        details = {"modules": codes, "coordinator": coordinator.official_name}
        authority = authorities.require(tx, authority_id)
        notice = AuthorityNotice(AuthorityEvent.UNLINKED, authority, None, entry_id, details)
        notices.queue_notice(tx, notice, now)


def _record(
    tx: Connection, coordinator: Authority, authority_id: int, module: str, now: datetime
) -> int:
    audit_event = audit.event_about(
        SYSTEM,
        Act.COORDINATORS_CHANGED,
        authority_id=authority_id,
        module=module,
        added=[],
        taken=[coordinator.id],
        on_behalf=False,
    )
    return audit.record(tx, audit_event, now).id
