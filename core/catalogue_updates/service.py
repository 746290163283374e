"""Loading a new catalogue beside what is in use: nothing that is held vanishes silently (D24)."""

from datetime import datetime

from sqlalchemy import Connection

from core.administration import modules
from core.audit import service as audit
from core.audit.rules import COMMAND_LINE, Act
from core.authorities.rows import competences
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
    compared,
    things_of,
)
from core.roles import service as roles
from core.roles.ending import end_roles_of_removed
from core.users.rows import queries


class CatalogueInUseError(ValueError):
    """What is held would vanish; `held` says what, and with how many."""

    def __init__(self, held: Usage) -> None:
        super().__init__("The catalogue drops what is in use.")
        self.held = held


def compare(tx: Connection, text: str) -> CatalogueComparison:
    """Return what the catalogue of this text would bring and drop.

    Raises:
        CatalogueError: the text has mistakes.
    """
    new = load(text, "the catalogue")
    return compared(_loaded(tx), new, rows.usage(tx))


def load_new(tx: Connection, text: str, now: datetime, *, withdraw: bool = False) -> bool:
    """Load the catalogue, on the record; False where the newest is the same already.

    What it drops although it is held is withdrawn first, if that is wished for: modules with
    their roles, roles, keywords; those concerned are told.

    Raises:
        CatalogueError: the text has mistakes.
        CatalogueInUseError: something that is held would vanish, and nothing is withdrawn.
    """
    if catalogues.newest(tx) == text:
        return False
    difference = compare(tx, text)
    if difference.held and not withdraw:
        raise CatalogueInUseError(difference.held)
    for authority_id in rows.concerned(tx, set(difference.held)):
        _withdraw(tx, authority_id, difference, now)
    _end_of_removed(tx, text, now)
    audit_event = audit.event_about(
        COMMAND_LINE,
        Act.CATALOGUE_LOADED,
        authority_id=None,
        added=[str(one) for one in difference.added],
        dropped=[str(one) for one in (*difference.dropped, *difference.held)],
    )
    audit.record(tx, audit_event, now)
    return catalogues.put(tx, text, now)


def _loaded(tx: Connection) -> Catalogue | None:
    """Return the catalogue loaded last; None where there is none, or it is of an older form."""
    text = catalogues.newest(tx)
    try:
        return None if text is None else load(text, "the loaded catalogue")
    except CatalogueError:
        return None


def _withdraw(tx: Connection, authority_id: int, gone: CatalogueComparison, now: datetime) -> None:
    authority = roles.lock_authority(tx, authority_id)
    for user in queries.all_of(tx, authority_id):
        ending = tuple(key for key in user.roles if key in gone.roles)
        if ending:
            roles.end_roles(tx, COMMAND_LINE, user, ending, now)
    modules.withdraw(tx, authority, gone.modules & set(authority.modules), COMMAND_LINE, now)
    _take_keywords(tx, authority_id, gone, now)
    search_index.index(tx, authority_id)


def _end_of_removed(tx: Connection, text: str, now: datetime) -> None:
    """Take what the catalogue lacks from who may be restored, though nobody holds it now."""
    stays = things_of(load(text, "the catalogue"))
    end_roles_of_removed(
        tx,
        COMMAND_LINE,
        queries.removed_users(tx),
        lambda key: CatalogueItem(ItemKind.ROLE, key.module, key.role) not in stays,
        now,
    )


def _take_keywords(
    tx: Connection, authority_id: int, gone: CatalogueComparison, now: datetime
) -> None:
    for module, codes in competences.keywords_of(tx, authority_id).items():
        taken = {code for code in codes if (module, code) in gone.keywords}
        if taken:
            competences.write_keywords(tx, authority_id, module, (), taken)
            audit_event = audit.event_about(
                COMMAND_LINE,
                Act.KEYWORDS_CHANGED,
                authority_id=authority_id,
                module=module,
                added=[],
                taken=sorted(taken),
                on_behalf=False,
            )
            audit.record(tx, audit_event, now)
