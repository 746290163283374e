"""All tables of the product; importing this module registers them in the MetaData."""

from core.schema.audit import audit_chain_tip, audit_checkpoints, audit_entries
from core.schema.authorities import (
    authorities,
    authority_coordinators,
    authority_drafts,
    authority_keywords,
    authority_modules,
    authority_search,
    authority_translations,
    title_tasks,
)
from core.schema.catalogue import catalogues
from core.schema.deliveries import deliveries
from core.schema.faults import installation_faults
from core.schema.jobs import jobs
from core.schema.leavers import leavers
from core.schema.members import members
from core.schema.passwords import passwords
from core.schema.reminders import reminders
from core.schema.resets import reset_requests
from core.schema.roles import user_roles
from core.schema.sessions import sessions
from core.schema.users import users
from core.schema.warnings import warnings
from core.schema.write_probes import write_probes
from core.store.columns import metadata

TABLES = (
    authorities,
    authority_modules,
    users,
    user_roles,
    passwords,
    sessions,
    deliveries,
    members,
    audit_entries,
    audit_chain_tip,
    audit_checkpoints,
    catalogues,
    reset_requests,
    leavers,
    authority_keywords,
    authority_coordinators,
    authority_translations,
    title_tasks,
    authority_drafts,
    authority_search,
    reminders,
    jobs,
    warnings,
    installation_faults,
    write_probes,
)

__all__ = ["TABLES", "metadata"]
