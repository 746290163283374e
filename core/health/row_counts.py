"""Counts of rows, which describe the size of an installation without personal data."""

from sqlalchemy import Connection, func, select

from core.schema.deliveries import deliveries
from core.schema.tables import TABLES


def rows_by_table(tx: Connection) -> dict[str, int]:
    """Return the number of rows of each table."""
    return {
        table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
        for table in TABLES
    }


def deliveries_by_state(tx: Connection) -> list[dict[str, str | int | None]]:
    """Return the number of deliveries of each kind in each state, with the reason of a failure."""
    columns = (deliveries.c.kind, deliveries.c.state, deliveries.c.reason)
    query = select(*columns, func.count().label("number")).group_by(*columns).order_by(*columns)
    return [dict(row) for row in tx.execute(query).mappings()]
