"""An SQLite database in memory, which a property or a state machine empties for each example."""

from functools import cache

from sqlalchemy import Connection, Engine, create_engine, event

from core.schema.tables import metadata


def empty_database() -> Engine:
    """Return the database with empty tables; the previous example's rows are gone.

    It is made once a process: making the tables and compiling the statements anew would take
    most of an example's time.
    """
    engine, tables = _engine_and_tables()
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.deserialize(tables)
    return engine


@cache
def _engine_and_tables() -> tuple[Engine, bytes]:
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    metadata.create_all(engine)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        return engine, driver.serialize()


def _leave_transactions_to_us(connection: object, _record: object) -> None:
    # Otherwise the driver begins transactions by itself.
    connection.isolation_level = None  # type: ignore[attr-defined]


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
