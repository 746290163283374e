"""Statements that are compiled once, and that SQLite's driver then runs without SQLAlchemy."""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Parameters: TypeAlias = Mapping[str, object]
_Converter: TypeAlias = Callable[[Any], Any]

# With named parameters, which the driver takes as a dictionary.
_DIALECT = SQLiteDialect_pysqlite(paramstyle="named")


class Prepared:
    """A statement that always has the same SQL text and takes the same parameters.

    On SQLite the driver runs it, because SQLAlchemy's own work takes longer than SQLite's. On
    PostgreSQL SQLAlchemy runs it, because the way to the server takes longer than either. On both,
    values are converted as the types of their columns say, and errors are SQLAlchemy's.
    """

    def __init__(self, statement: Executable, on_postgres: Executable | None = None) -> None:
        self._statement = statement
        self._on_postgres = statement if on_postgres is None else on_postgres
        self._on_sqlite: _SqliteStatement | None = None

    def run(self, tx: Connection, parameters: Parameters | Sequence[Parameters]) -> None:
        """Run the statement once for each of the parameters; what it returns is dropped."""
        if tx.dialect.name != "sqlite":
            tx.execute(self._on_postgres, parameters)
        elif parameters:
            each = _listed(parameters)
            self._compiled(each[0]).run(tx, each)

    def rows(self, tx: Connection, parameters: Parameters | Sequence[Parameters]) -> Sequence[Any]:
        """Run the statement once for each of the parameters, and return all rows.

        A row has its columns as attributes; of two columns with one name, the first.
        """
        if tx.dialect.name != "sqlite":
            return tx.execute(self._on_postgres, parameters).all()
        each = _listed(parameters)
        return self._compiled(each[0]).run(tx, each)

    def row(self, tx: Connection, parameters: Parameters) -> Any:  # noqa: ANN401 - as SQLAlchemy's rows
        """Return the only row, or None if there is none."""
        if tx.dialect.name != "sqlite":
            return tx.execute(self._on_postgres, parameters).one_or_none()
        found = self._compiled(parameters).run(tx, (parameters,))
        return found[0] if found else None

    def _compiled(self, parameters: Parameters) -> "_SqliteStatement":
        if self._on_sqlite is None:
            # Two threads may do so at once; either result serves.
            self._on_sqlite = _SqliteStatement(self._statement, parameters)
        return self._on_sqlite


class _SqliteStatement:
    """The SQL text for SQLite, and the conversions of what goes in and comes out."""

    def __init__(self, statement: Executable, parameters: Iterable[str]) -> None:
        # An insert has the columns that the parameters name.
        compiled = cast(
            "SQLCompiler",
            statement.compile(dialect=_DIALECT, column_keys=list(parameters)),  # type: ignore[attr-defined]
        )
        self._sql = str(compiled)
        self._constants = {
            name: parameter.value
            for name, parameter in compiled.binds.items()
            if not parameter.required and name not in parameters
        }
        self._count = len(compiled.binds)
        types = {name: parameter.type for name, parameter in compiled.binds.items()}
        self._into = _converters(types, lambda kind: kind.bind_processor(_DIALECT))
        columns = list(statement.exported_columns)  # type: ignore[attr-defined]
        places = {place: column.type for place, column in enumerate(columns)}
        self._out_of = _converters(places, lambda kind: kind.result_processor(_DIALECT, None))
        # A name that occurs twice is replaced by its place the second time.
        self._make_row = namedtuple("Row", [column.key for column in columns], rename=True)._make  # type: ignore[misc]

    def run(self, tx: Connection, each: Sequence[Parameters]) -> list[Any]:
        """Run the statement for each of the parameters; return all rows.

        Raises:
            sqlalchemy.exc.DBAPIError: as SQLAlchemy raises it.
            TypeError: the parameters are not those of the statement.
        """
        values = [self._bound(parameters) for parameters in each]
        if not tx.in_transaction():
            tx.begin()
        # Whoever counts or explains SQLAlchemy's statements is told of this one too.
        tx.dispatch.before_cursor_execute(tx, None, self._sql, values[0], None, len(values) > 1)
        driver = cast("sqlite3.Connection", tx.connection.driver_connection)
        try:
            return [
                self._converted(row) for one in values for row in driver.execute(self._sql, one)
            ]
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                self._sql, None, error, sqlite3.Error, hide_parameters=True, dialect=_DIALECT
            ) from error

    def _bound(self, parameters: Parameters) -> dict[str, Any]:
        values: dict[str, Any] = {**self._constants, **parameters}
        if len(values) != self._count:
            raise TypeError(f"The statement has {self._count} parameters, not {len(values)}.")
        for name, convert in self._into:
            values[name] = convert(values[name])
        return values

    def _converted(self, row: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a tuple with names
        if not self._out_of:
            return self._make_row(row)
        values = list(row)
        for place, convert in self._out_of:
            values[place] = convert(values[place])
        return self._make_row(values)


def _converters(
    types: Mapping[Any, TypeEngine[Any]], converter_of: Callable[[TypeEngine[Any]], object]
) -> list[tuple[Any, _Converter]]:
    """Return the conversion for each name or place whose type needs one."""
    found = ((key, converter_of(kind.dialect_impl(_DIALECT))) for key, kind in types.items())
    return [(key, cast("_Converter", convert)) for key, convert in found if convert is not None]


def _listed(parameters: Parameters | Sequence[Parameters]) -> Sequence[Parameters]:
    return (parameters,) if isinstance(parameters, Mapping) else parameters
