"""An SQL table, for SQLite and PostgreSQL, of the members of a JSON object in a parameter."""

from typing import Any

from sqlalchemy import String, TableValuedAlias, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _JsonMembers(FunctionElement[Any]):
    name = "json_members"
    inherit_cache = True


def json_members(parameter: str) -> TableValuedAlias:
    """Return a table with the columns `key` and `value` of the object's members, all texts.

    It hands over many values in one parameter, so that the statement is the same for any number.
    """
    return _JsonMembers(bindparam(parameter, type_=String)).table_valued("key", "value")


@compiles(_JsonMembers, "sqlite")
def _on_sqlite(element: _JsonMembers, compiler: SQLCompiler, **keywords: Any) -> str:  # noqa: ANN401
    return f"json_each({compiler.process(element.clauses, **keywords)})"


@compiles(_JsonMembers, "postgresql")
def _on_postgres(element: _JsonMembers, compiler: SQLCompiler, **keywords: Any) -> str:  # noqa: ANN401
    return f"jsonb_each_text(CAST({compiler.process(element.clauses, **keywords)} AS jsonb))"
