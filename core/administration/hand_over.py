"""Hands the authorities of one access manager over to another, from the command line (D15)."""

from datetime import datetime

from sqlalchemy import Connection

from core.administration import notices
from core.administration.notices import AuthorityEvent, AuthorityNotice
from core.audit import service as audit
from core.audit.rules import COMMAND_LINE, Act
from core.authorities.rows import authorities
from core.authorities.rows import queries as authority_queries
from core.authorities.rules import Authority
from core.errors import NotAccessManagerError, NotFoundError


def authorities_to_hand_over(tx: Connection, from_id: int, to_id: int) -> tuple[Authority, ...]:
    """Return the authorities whose access manager would change, in the order of their ids.

    If the new access manager is below the old one, it is one of them.

    Raises:
        NotFoundError: one of them does not exist or was removed, or they are the same.
        NotAccessManagerError: the new one is no access manager.
    """
    old, new = authorities.find(tx, from_id), authorities.find(tx, to_id)
    if old is None or new is None or new.removed_at is not None or from_id == to_id:
        raise NotFoundError("No such authority.")
    if not new.access_manager:
        raise NotAccessManagerError("It manages no access.")
    managed = {each.id: each for each in authority_queries.managed_by(tx, from_id)}
    if _is_below(tx, new, from_id):
        managed[new.id] = new
    return tuple(managed[number] for number in sorted(managed))


def hand_over(tx: Connection, from_id: int, to_id: int, now: datetime) -> tuple[Authority, ...]:
    """Let `to_id` manage what `from_id` manages; record each, and notify those concerned.

    A new access manager that is below the old one is managed from then on by the one above both.

    Raises:
        NotFoundError, NotAccessManagerError: as `authorities_to_hand_over`.
    """
    # All before the first is recorded; see `core/store/locks.py`.
    found = authorities_to_hand_over(tx, from_id, to_id)
    authorities.lock_all(tx, {from_id, to_id, *(authority.id for authority in found)})
    changed = authorities_to_hand_over(tx, from_id, to_id)
    above = authorities.require(tx, from_id).manager_id
    for authority in changed:
        _change_manager(tx, authority, above if authority.id == to_id else to_id, now)
    return changed


def _change_manager(
    tx: Connection, authority: Authority, manager_id: int | None, now: datetime
) -> None:
    authorities.write_manager(tx, authority.id, manager_id)
    audit_event = audit.event_about(
        COMMAND_LINE,
        Act.AUTHORITY_EDITED,
        authority_id=authority.id,
        before={"manager": _name_of(tx, authority.manager_id)},
        after={"manager": _name_of(tx, manager_id)},
    )
    entry_id = audit.record(tx, audit_event, now).id
    details = {"fields": ["manager"]}
    notice = AuthorityNotice(AuthorityEvent.EDITED, authority, None, entry_id, details)
    notices.queue_notice(tx, notice, now)


def _name_of(tx: Connection, authority_id: int | None) -> str:
    return "" if authority_id is None else authorities.require(tx, authority_id).official_name


def _is_below(tx: Connection, authority: Authority, manager_id: int) -> bool:
    above: Authority | None = authority
    while above is not None and above.manager_id is not None:
        if above.manager_id == manager_id:
            return True
        above = authorities.find(tx, above.manager_id)
    return False
