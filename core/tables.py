"""Every table of the product, known to the one MetaData as soon as this is imported."""

from core.audit.rows import entries, head
from core.authorities.tables import (
    authorities,
    coordinators,
    keywords,
    modules,
    search_texts,
    title_tasks,
    translations,
)
from core.catalogue.rows import catalogues
from core.deliveries.rows import deliveries
from core.leavers.rows import leavers
from core.members.rows import members
from core.passwords.rows import passwords
from core.resets.rows import requests
from core.roles.rows import user_roles
from core.signin.rows import sessions
from core.store.columns import metadata
from core.users.rows import users

TABLES = (
    authorities,
    modules,
    users,
    user_roles,
    passwords,
    sessions,
    deliveries,
    members,
    entries,
    head,
    catalogues,
    requests,
    leavers,
    keywords,
    coordinators,
    translations,
    title_tasks,
    search_texts,
)

__all__ = ["TABLES", "metadata"]
