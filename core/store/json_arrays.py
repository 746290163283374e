"""An SQL function, for SQLite and PostgreSQL, that collects values of rows in one JSON array."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class JsonArray(GenericFunction[Any]):
    """All values of a column as a JSON array, in no order; null or empty if there are none."""

    name = "json_array_of"
    type = JSON()
    inherit_cache = True


@compiles(JsonArray, "sqlite")
def _on_sqlite(element: JsonArray, compiler: SQLCompiler, **keywords: Any) -> str:  # noqa: ANN401
    return f"json_group_array({compiler.process(element.clauses, **keywords)})"


@compiles(JsonArray, "postgresql")
def _on_postgres(element: JsonArray, compiler: SQLCompiler, **keywords: Any) -> str:  # noqa: ANN401
    return f"json_agg({compiler.process(element.clauses, **keywords)})"
