"""The SQL that finds which modules, roles and keywords of a catalogue are in use."""

from sqlalchemy import Connection, func, select

from core.catalogue_updates.rules import CatalogueItem, ItemKind
from core.schema.authorities import authorities, authority_keywords, authority_modules
from core.schema.authorities import not_removed as authority_not_removed
from core.schema.roles import user_roles
from core.schema.users import not_removed, users


def count_usage(tx: Connection) -> dict[CatalogueItem, int]:
    """Return how many authorities or users have each module, role and keyword that is in use."""
    counts = func.count()
    usage: dict[CatalogueItem, int] = {}
    granted = (
        select(authority_modules.c.module, counts)
        .join(authorities, authorities.c.id == authority_modules.c.authority_id)
        .where(authority_not_removed)
        .group_by(authority_modules.c.module)
    )
    for module, number in tx.execute(granted):
        usage[CatalogueItem(ItemKind.MODULE, module)] = number
    role = user_roles.c.module, user_roles.c.role
    held = select(*role, counts).join(users, users.c.id == user_roles.c.user_id).where(not_removed)
    for module, code, number in tx.execute(held.group_by(*role)):
        usage[CatalogueItem(ItemKind.ROLE, module, code)] = number
    keyword = authority_keywords.c.module, authority_keywords.c.keyword
    for module, code, number in tx.execute(select(*keyword, counts).group_by(*keyword)):
        usage[CatalogueItem(ItemKind.KEYWORD, module, code)] = number
    return usage


def affected_authorities(tx: Connection, items: set[CatalogueItem]) -> tuple[int, ...]:
    """Return the sorted ids of the authorities that have one of the items or a user with one."""
    ids: set[int] = set()
    for item in items:
        if item.kind is ItemKind.MODULE:
            granted = authority_modules.c.module == item.module
            query = select(authority_modules.c.authority_id).where(granted)
        elif item.kind is ItemKind.KEYWORD:
            keyword = authority_keywords.c.keyword == item.code
            chosen = keyword & (authority_keywords.c.module == item.module)
            query = select(authority_keywords.c.authority_id).where(chosen)
        else:
            of_user = users.c.id == user_roles.c.user_id
            held = (user_roles.c.module == item.module) & (user_roles.c.role == item.code)
            query = select(users.c.authority_id).join(user_roles, of_user).where(held, not_removed)
        ids.update(tx.scalars(query))
    remaining = select(authorities.c.id).where(authorities.c.id.in_(ids), authority_not_removed)
    return tuple(sorted(tx.scalars(remaining)))
