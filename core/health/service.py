"""Looking after the product, for those who run it and the national coordinator."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.administration.permissions import require_access_manager
from core.deliveries.rows import deliveries, leases
from core.errors import NotCoordinatorError
from core.health.rules import Health
from core.jobs import rows as jobs
from core.users.principals import Principal

DAY = timedelta(days=1)


def look(tx: Connection, now: datetime) -> Health:
    """Return how things stand; only reads."""
    waiting, oldest = leases.backlog(tx)
    return Health(waiting, oldest, deliveries.count_all_failed(tx, now - DAY), jobs.every(tx))


def look_for(tx: Connection, principal: Principal, now: datetime) -> Health:
    """Return how things stand, for an administrator of the national coordinator.

    That is the access manager whom no other authority manages.

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotAccessManagerError, NotCoordinatorError: theirs is another kind of authority.
    """
    _, own = require_access_manager(tx, principal)
    if own.manager_id is not None:
        raise NotCoordinatorError("Only the national coordinator may see this.")
    return look(tx, now)
