"""Every table of the product, known to the one MetaData as soon as this is imported."""

from core.audit.head_rows import heads
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
from core.jobs.rows import jobs
from core.leavers.rows import leavers
from core.members.rows import members
from core.passwords.rows import passwords
from core.reminders.rows import reminders
from core.resets.rows import requests
from core.roles.rows import user_roles
from core.signin.rows import sessions
from core.store.columns import metadata
from core.users.rows import users
from core.warnings.rows import warnings

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
    heads,
    catalogues,
    requests,
    leavers,
    keywords,
    coordinators,
    translations,
    title_tasks,
    search_texts,
    reminders,
    jobs,
    warnings,
)

__all__ = ["TABLES", "metadata"]
