"""What of the catalogue is in use, in the database: all its SQL, and nothing but."""

from sqlalchemy import ColumnElement, Connection, func, select

from core.catalogue_updates.rules import CatalogueItem, ItemKind
from core.schema.authorities import authorities, authority_keywords, authority_modules
from core.schema.authorities import not_removed as authority_here
from core.schema.roles import user_roles
from core.schema.users import not_removed, users


def count_usage(tx: Connection) -> dict[CatalogueItem, int]:
    """Return how many have each module, role and keyword that anybody has."""
    counts = func.count()
    found: dict[CatalogueItem, int] = {}
    with_module = select(authority_modules.c.module, counts).join(
        authorities, authorities.c.id == authority_modules.c.authority_id
    )
    for module, number in tx.execute(
        with_module.where(authority_here).group_by(authority_modules.c.module)
    ):
        found[CatalogueItem(ItemKind.MODULE, module)] = number
    role = user_roles.c.module, user_roles.c.role
    in_use = (
        select(*role, counts).join(users, users.c.id == user_roles.c.user_id).where(not_removed)
    )
    for module, code, number in tx.execute(in_use.group_by(*role)):
        found[CatalogueItem(ItemKind.ROLE, module, code)] = number
    word = authority_keywords.c.module, authority_keywords.c.keyword
    for module, code, number in tx.execute(select(*word, counts).group_by(*word)):
        found[CatalogueItem(ItemKind.KEYWORD, module, code)] = number
    return found


def affected_authorities(tx: Connection, things: set[CatalogueItem]) -> tuple[int, ...]:
    """Return the ids of the authorities that have one of these, or a user with one, in order."""
    found: set[int] = set()
    for one in things:
        if one.kind is ItemKind.MODULE:
            query = select(authority_modules.c.authority_id).where(
                authority_modules.c.module == one.module
            )
        elif one.kind is ItemKind.KEYWORD:
            query = select(authority_keywords.c.authority_id).where(_keyword(one.module, one.code))
        else:
            of_users = users.c.id == user_roles.c.user_id
            this = (user_roles.c.module == one.module) & (user_roles.c.role == one.code)
            query = select(users.c.authority_id).join(user_roles, of_users).where(this, not_removed)
        found.update(tx.scalars(query))
    still = select(authorities.c.id).where(authorities.c.id.in_(found), authority_here)
    return tuple(sorted(tx.scalars(still)))


def _keyword(module: str, code: str) -> ColumnElement[bool]:
    return (authority_keywords.c.module == module) & (authority_keywords.c.keyword == code)
