"""Returns an authority's data, competences, titles and the viewer's permissions (R20, R24, D15)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.administration.competences import Competences, competences_of
from core.administration.permissions import require_managed
from core.administration.title_tasks import with_translated_title
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
    """An authority with its competences and titles, and the reader's permissions.

    `coordinating` holds the modules in which it is a coordinator, `linked` the titles of its
    linked coordinators by module, `titles` the translations of its title by language, `task` the
    open translation task. `on_behalf` is true if the reader's authority manages it.
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
    """Return the card of any authority for any user of IMI (R2-R4), without its administrators.

    Raises:
        NotFoundError: there is no such authority, or the principal is no longer a user.
    """
    users.require_in_authority(tx, principal.user_id, principal.authority_id)
    authority = authorities.require(tx, authority_id)
    if authority.removed_at is not None:
        raise NotFoundError("No such authority.")
    return _public(tx, authority, principal.language)


def card_of(tx: Connection, principal: Principal, authority_id: int) -> AuthorityCard:
    """Return the card of the principal's own authority, or of one that theirs manages.

    Raises:
        NotFoundError: there is no such authority, or it is neither of these.
    """
    me = users.require_in_authority(tx, principal.user_id, principal.authority_id)
    authority = authorities.require(tx, authority_id)
    on_behalf = authority.id != me.authority_id
    if on_behalf:
        require_managed(tx, principal, authority)
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
        coordinating=authorities.coordinated_modules(tx, authority.id),
        linked=_linked(tx, authority, competences, language),
        titles=title_rows.translations_of(tx, authority.id),
    )


def _manager_of(tx: Connection, authority: Authority, language: str) -> Authority | None:
    if authority.manager_id is None:
        return None
    return with_translated_title(tx, authorities.require(tx, authority.manager_id), language)


def _linked(
    tx: Connection, authority: Authority, competences: Competences, language: str
) -> dict[str, tuple[str, ...]]:
    return {
        module: tuple(
            title
            for coordinator_id, title in competence_rows.coordinators_in(
                tx, module, authority.id, language
            )
            if coordinator_id in ids
        )
        for module, ids in competences.coordinators.items()
    }
