"""Statements that are compiled once, and that SQLite's driver then runs without SQLAlchemy."""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from sqlalchemy import Connection, Executable, Row
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, MultipleResultsFound
from sqlalchemy.types import TypeEngine

from core.store.dialect import is_postgres

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

Parameters: TypeAlias = Mapping[str, object]
_Converter: TypeAlias = Callable[[Any], Any]

# With named parameters, which the driver takes as a dictionary.
_DIALECT = SQLiteDialect_pysqlite(paramstyle="named")


class Prepared:
    """A statement that always has the same SQL text and takes the same parameters, by name.

    On SQLite the driver runs it, because SQLAlchemy's own work takes longer than SQLite's. On
    PostgreSQL SQLAlchemy runs it, because the round trip takes longer than either. On both, values
    are converted as the types of their columns say, and the driver's errors become SQLAlchemy's.
    """

    def __init__(
        self, statement: Executable, on_postgres: Callable[[], Executable] | None = None
    ) -> None:
        """Prepare the statement; on PostgreSQL it is the one that `on_postgres` returns, if any."""
        self._statement = statement
        self._make_on_postgres = on_postgres
        self._on_sqlite: _SqliteStatement | None = None

    def run(self, tx: Connection, parameters: Parameters | Sequence[Parameters]) -> None:
        """Run the statement once for each of the parameters, of which there are some."""
        if is_postgres(tx):
            tx.execute(self._on_postgres, parameters)
        else:
            self._run_on_sqlite(tx, _listed(parameters))

    def rows(
        self, tx: Connection, parameters: Parameters | Sequence[Parameters]
    ) -> Sequence[Row[Any]]:
        """Run the statement once for each of the parameters, and return all rows.

        A row is a tuple with its columns as attributes; of two columns with one name, the first.
        """
        if is_postgres(tx):
            return tx.execute(self._on_postgres, parameters).all()
        return self._run_on_sqlite(tx, _listed(parameters))

    def row(self, tx: Connection, parameters: Parameters) -> Row[Any] | None:
        """Return the only row, or None if there is none.

        Raises:
            sqlalchemy.exc.MultipleResultsFound: there are several.
        """
        if is_postgres(tx):
            return tx.execute(self._on_postgres, parameters).one_or_none()
        found = self._run_on_sqlite(tx, (parameters,))
        if len(found) > 1:
            raise MultipleResultsFound
        return found[0] if found else None

    def only_row(self, tx: Connection, parameters: Parameters) -> Row[Any]:
        """Return the row of a statement that always has one."""
        return self.rows(tx, parameters)[0]

    @cached_property
    def _on_postgres(self) -> Executable:
        return self._statement if self._make_on_postgres is None else self._make_on_postgres()

    def _run_on_sqlite(self, tx: Connection, each: Sequence[Parameters]) -> list[Row[Any]]:
        if self._on_sqlite is None:
            # Two threads may do so at once; either result serves.
            self._on_sqlite = _SqliteStatement(self._statement, each[0])
        return self._on_sqlite.run(tx, each)


class _SqliteStatement:
    """The SQL text for SQLite, and the conversions of what goes in and comes out."""

    def __init__(self, statement: Executable, parameters: Iterable[str]) -> None:
        # An insert has the columns that the parameters name.
        compiled = cast(
            "SQLCompiler",
            statement.compile(dialect=_DIALECT, column_keys=list(parameters)),  # type: ignore[attr-defined]
        )
        self._sql = str(compiled)
        if compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError("The statement's text, or a value, is made anew for each execution.")
        binds = {name: parameter for parameter, name in compiled.bind_names.items()}
        self._count = len(binds)
        types = {name: parameter.type for name, parameter in binds.items()}
        converters = _converters(types, lambda kind: kind.bind_processor(_DIALECT))
        self._into = [(name, convert) for name, convert in converters if name in parameters]
        # Converts the statement's own values once.
        held = binds.keys() - set(parameters)
        self._constants = {name: binds[name].value for name in held if not binds[name].required}
        _convert(self._constants, [one for one in converters if one[0] in self._constants])
        columns = list(statement.exported_columns)  # type: ignore[attr-defined]
        places = {place: column.type for place, column in enumerate(columns)}
        self._out_of = _converters(places, lambda kind: kind.result_processor(_DIALECT, None))
        self._row_of = _row_maker([str(column.key) for column in columns])

    def run(self, tx: Connection, each: Sequence[Parameters]) -> list[Row[Any]]:
        """Run the statement for each of the parameters; return all rows.

        Raises:
            sqlalchemy.exc.DBAPIError: as SQLAlchemy raises it.
            TypeError: the parameters are not those of the statement.
        """
        values = [self._bound(parameters) for parameters in each]
        if not tx.in_transaction():
            tx.begin()
        # Calls SQLAlchemy's listeners, which count or explain statements, for this one too.
        tx.dispatch.before_cursor_execute(tx, None, self._sql, values[0], None, len(values) > 1)
        driver = cast("sqlite3.Connection", tx.connection.driver_connection)
        try:
            rows = [row for one in values for row in driver.execute(self._sql, one).fetchall()]
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                self._sql, None, error, sqlite3.Error, dialect=_DIALECT
            ) from error
        return [self._converted(row) for row in rows]

    def _bound(self, parameters: Parameters) -> dict[str, Any]:
        values: dict[str, Any] = {**self._constants, **parameters}
        if len(values) != self._count:
            raise TypeError(f"The statement has {self._count} parameters, not {len(values)}.")
        _convert(values, self._into)
        return values

    def _converted(self, row: tuple[Any, ...]) -> Row[Any]:
        if not self._out_of:
            return self._row_of(row)
        values = list(row)
        _convert(values, self._out_of)
        return self._row_of(values)


def _converters(
    types: Mapping[Any, TypeEngine[Any]], converter_of: Callable[[TypeEngine[Any]], object]
) -> list[tuple[Any, _Converter]]:
    """Return the conversion for each name or place whose type needs one."""
    found = ((key, converter_of(kind.dialect_impl(_DIALECT))) for key, kind in types.items())
    return [(key, cast("_Converter", convert)) for key, convert in found if convert is not None]


def _convert(values: Any, converters: Iterable[tuple[Any, _Converter]]) -> None:  # noqa: ANN401 - a list or a dictionary
    """Convert, in place, the values that stand at these names or places."""
    for key, convert in converters:
        values[key] = convert(values[key])


def _row_maker(names: Sequence[str]) -> Callable[[Iterable[Any]], Row[Any]]:
    """Return a function that makes a tuple with these attributes, of which the first of a name."""
    # The names are those of one statement, so that no class can be written for them.
    kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
    return cast("Callable[[Iterable[Any]], Row[Any]]", kind._make)


def _listed(parameters: Parameters | Sequence[Parameters]) -> Sequence[Parameters]:
    return (parameters,) if isinstance(parameters, Mapping) else parameters
