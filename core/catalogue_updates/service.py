"""Loads and records a new catalogue of modules, roles and keywords (D24).

If it lacks items that are in use, it is refused, unless their withdrawal is requested.
"""

from datetime import datetime

from sqlalchemy import Connection

from core.administration import modules
from core.audit import service as audit
from core.audit.rules import COMMAND_LINE, Act
from core.authorities.rows import authorities, competences
from core.authority_search import rows as search_index
from core.catalogue import rows as catalogues
from core.catalogue.load import CatalogueError, load
from core.catalogue.rules import Catalogue
from core.catalogue_updates import rows
from core.catalogue_updates.rules import (
    CatalogueComparison,
    CatalogueItem,
    ItemKind,
    Usage,
    compare_catalogues,
    items_of,
)
from core.roles import service as roles
from core.roles.ending import end_roles_of_removed
from core.users.rows import queries


class CatalogueInUseError(ValueError):
    """The new catalogue lacks items in use; `in_use` has their counts."""

    def __init__(self, in_use: Usage) -> None:
        super().__init__("The catalogue drops what is in use.")
        self.in_use = in_use


def compare(tx: Connection, text: str) -> CatalogueComparison:
    """Return what loading the catalogue of this text would add and drop.

    Raises:
        CatalogueError: the text has mistakes.
    """
    new = load(text, "the catalogue")
    return compare_catalogues(_loaded(tx), new, rows.count_usage(tx))


def load_new(tx: Connection, text: str, now: datetime, *, withdraw: bool = False) -> bool:
    """Load the catalogue and record it; return False if the newest is the same already.

    With `withdraw`, items in use that it drops are withdrawn first: modules with their roles,
    roles, keywords. The users and authorities that had them are notified.

    Raises:
        CatalogueError: the text has mistakes.
        CatalogueInUseError: it drops items in use, and `withdraw` is not set.
    """
    if catalogues.newest(tx) == text:
        return False
    difference = compare(tx, text)
    if difference.in_use and not withdraw:
        raise CatalogueInUseError(difference.in_use)
    affected = rows.affected_authorities(tx, set(difference.in_use))
    authorities.lock_all(tx, affected)
    for authority_id in affected:
        _withdraw(tx, authority_id, difference, now)
    _end_roles_of_removed_users(tx, text, now)
    audit_event = audit.event_about(
        COMMAND_LINE,
        Act.CATALOGUE_LOADED,
        authority_id=None,
        added=[str(item) for item in difference.added],
        dropped=[str(item) for item in (*difference.dropped, *difference.in_use)],
    )
    audit.record(tx, audit_event, now)
    return catalogues.save(tx, text, now)


def _loaded(tx: Connection) -> Catalogue | None:
    """Return the catalogue loaded last; None if there is none or it can no longer be read."""
    text = catalogues.newest(tx)
    try:
        return None if text is None else load(text, "the loaded catalogue")
    except CatalogueError:
        return None


def _withdraw(
    tx: Connection, authority_id: int, dropped: CatalogueComparison, now: datetime
) -> None:
    authority = authorities.require_locked(tx, authority_id)
    for user in queries.all_of(tx, authority_id):
        ending = tuple(key for key in user.roles if key in dropped.roles)
        if ending:
            roles.end_roles(tx, COMMAND_LINE, user, ending, now)
    modules.withdraw_modules(
        tx, authority, dropped.modules & set(authority.modules), COMMAND_LINE, now
    )
    _withdraw_keywords(tx, authority_id, dropped, now)
    search_index.index(tx, authority_id)


def _end_roles_of_removed_users(tx: Connection, text: str, now: datetime) -> None:
    """End the roles that the catalogue lacks for removed users, who may still be restored."""
    remaining = items_of(load(text, "the catalogue"))
    end_roles_of_removed(
        tx,
        COMMAND_LINE,
        queries.removed_users(tx),
        lambda key: CatalogueItem(ItemKind.ROLE, key.module, key.role) not in remaining,
        now,
    )


def _withdraw_keywords(
    tx: Connection, authority_id: int, dropped: CatalogueComparison, now: datetime
) -> None:
    for module, codes in competences.keywords_of(tx, authority_id).items():
        removed = {code for code in codes if (module, code) in dropped.keywords}
        if removed:
            competences.write_keywords(tx, authority_id, module, (), removed)
            audit_event = audit.event_about(
                COMMAND_LINE,
                Act.KEYWORDS_CHANGED,
                authority_id=authority_id,
                module=module,
                added=[],
                taken=sorted(removed),
                on_behalf=False,
            )
            audit.record(tx, audit_event, now)
