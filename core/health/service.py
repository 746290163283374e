"""Reads the product's health, for operators and for the national coordinator."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.deliveries.rows import failures, leases
from core.errors import NotCoordinatorError
from core.faults import rows as faults
from core.health.rules import Health
from core.jobs import rows as jobs
from core.users.principals import Principal, require_administrator

DAY = timedelta(days=1)


def current_health(tx: Connection, now: datetime) -> Health:
    """Return the health of all processes together."""
    waiting, oldest = leases.backlog(tx)
    failed = failures.count_failed(tx, now - DAY)
    return Health(waiting, oldest, failed, jobs.all_jobs(tx), faults.all_faults(tx))


def health_for(tx: Connection, principal: Principal, now: datetime) -> Health:
    """Return the health, for an administrator of the national coordinator.

    Raises:
        NotCoordinatorError: the principal's authority is not the national coordinator.
        NotAdministratorError: it is, but the principal is not an administrator.
    """
    own = authorities.find(tx, principal.authority_id)
    if own is None or not own.access_manager or own.manager_id is not None:
        raise NotCoordinatorError("Only the national coordinator may see this.")
    require_administrator(tx, principal)
    return current_health(tx, now)
