"""What of the catalogue is in use, in the database: all its SQL, and nothing but."""

from sqlalchemy import ColumnElement, Connection, func, select

from core.catalogue_updates.rules import CatalogueItem, ItemKind
from core.schema.authorities import authorities, keywords, modules
from core.schema.authorities import here as authority_here
from core.schema.roles import user_roles
from core.schema.users import here, users


def usage(tx: Connection) -> dict[CatalogueItem, int]:
    """Return how many have each module, role and keyword that anybody has."""
    counts = func.count()
    found: dict[CatalogueItem, int] = {}
    with_module = select(modules.c.module, counts).join(
        authorities, authorities.c.id == modules.c.authority_id
    )
    for module, number in tx.execute(with_module.where(authority_here).group_by(modules.c.module)):
        found[CatalogueItem(ItemKind.MODULE, module)] = number
    role = user_roles.c.module, user_roles.c.role
    held = select(*role, counts).join(users, users.c.id == user_roles.c.user_id).where(here)
    for module, code, number in tx.execute(held.group_by(*role)):
        found[CatalogueItem(ItemKind.ROLE, module, code)] = number
    word = keywords.c.module, keywords.c.keyword
    for module, code, number in tx.execute(select(*word, counts).group_by(*word)):
        found[CatalogueItem(ItemKind.KEYWORD, module, code)] = number
    return found


def concerned(tx: Connection, things: set[CatalogueItem]) -> tuple[int, ...]:
    """Return the ids of the authorities that have one of these, or a user with one, in order."""
    found: set[int] = set()
    for one in things:
        if one.kind is ItemKind.MODULE:
            query = select(modules.c.authority_id).where(modules.c.module == one.module)
        elif one.kind is ItemKind.KEYWORD:
            query = select(keywords.c.authority_id).where(_keyword(one.module, one.code))
        else:
            of_users = users.c.id == user_roles.c.user_id
            this = (user_roles.c.module == one.module) & (user_roles.c.role == one.code)
            query = select(users.c.authority_id).join(user_roles, of_users).where(this, here)
        found.update(tx.scalars(query))
    still = select(authorities.c.id).where(authorities.c.id.in_(found), authority_here)
    return tuple(sorted(tx.scalars(still)))


def _keyword(module: str, code: str) -> ColumnElement[bool]:
    return (keywords.c.module == module) & (keywords.c.keyword == code)
