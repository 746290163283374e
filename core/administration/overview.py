"""An authority as its card shows it, by one read (R20, R24, D15)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.administration.competences import Competences, competences_of
from core.administration.permissions import require_access_manager
from core.administration.title_tasks import in_language
from core.authorities.rows import authorities
from core.authorities.rows import competences as competence_rows
from core.authorities.rows import titles as title_rows
from core.authorities.rules import Authority
from core.authorities.titles import TitleTask
from core.errors import NotFoundError
from core.users.principals import Principal
from core.users.rows import queries, users
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class AuthorityCard:
    """The authority with all that hangs on it; what the reader may do with it is said too.

    `linked` names the linked coordinators by module, `titles` the translations by language.
    """

    authority: Authority
    competences: Competences
    coordinating: frozenset[str]
    linked: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]
    administrators: tuple[User, ...] = ()
    manager: Authority | None = None
    task: TitleTask | None = None
    may_edit: bool = False
    may_manage: bool = False
    on_behalf: bool = False


def public_card_of(tx: Connection, principal: Principal, authority_id: int) -> AuthorityCard:
    """Return the card of any authority for any user of IMI: what it is found for (R2-R4).

    Who administers it is its own matter: `administrators` is empty.

    Raises:
        NotFoundError: no such authority, or the asker is no user any more.
    """
    users.require_in_authority(tx, principal.user_id, principal.authority_id)
    authority = authorities.require(tx, authority_id)
    if authority.removed_at is not None:
        raise NotFoundError("No such authority.")
    return _public(tx, authority, principal.language)


def card_of(tx: Connection, principal: Principal, authority_id: int) -> AuthorityCard:
    """Return the card of the asker's own authority, or of one that theirs manages.

    Raises:
        NotFoundError: no such authority, or neither.
    """
    me = users.require_in_authority(tx, principal.user_id, principal.authority_id)
    authority = authorities.require(tx, authority_id)
    on_behalf = authority.id != me.authority_id
    if on_behalf:
        _require_managed(tx, principal, authority)
    return replace(
        _public(tx, authority, principal.language),
        administrators=queries.administrators_of(tx, authority.id),
        manager=_manager_of(tx, authority, principal.language),
        task=title_rows.open_task_of(tx, authority.id),
        may_edit=me.administrator,
        may_manage=me.administrator and (on_behalf or authority.access_manager),
        on_behalf=on_behalf,
    )


def _public(tx: Connection, authority: Authority, language: str) -> AuthorityCard:
    competences = competences_of(tx, authority.id)
    return AuthorityCard(
        authority=authority,
        competences=competences,
        coordinating=authorities.coordinated_by(tx, authority.id),
        linked=_linked(tx, authority, competences, language),
        titles=title_rows.translations_of(tx, authority.id),
    )


def _manager_of(tx: Connection, authority: Authority, language: str) -> Authority | None:
    if authority.manager_id is None:
        return None
    return in_language(tx, authorities.require(tx, authority.manager_id), language)


def _require_managed(tx: Connection, principal: Principal, authority: Authority) -> None:
    _, own = require_access_manager(tx, principal)
    if authority.manager_id != own.id or authority.removed_at is not None:
        raise NotFoundError("No such authority.")


def _linked(
    tx: Connection, authority: Authority, competences: Competences, language: str
) -> dict[str, tuple[str, ...]]:
    return {
        module: tuple(
            title
            for number, title in competence_rows.coordinators_in(tx, module, authority.id, language)
            if number in ids
        )
        for module, ids in competences.coordinators.items()
    }
