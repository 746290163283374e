"""The SQL condition that a column is one of many ids, which are handed over as one JSON array."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, bindparam, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType


class _OneOf(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> "_OneOf":
        """Return the condition itself: SQLite would use no index for `condition = 1`."""
        del against
        return self


def is_one_of(column: ColumnElement[int], ids: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition that the column is one of the ids.

    `column.in_(ids)` says the same. It is slower for hundreds of ids: SQLAlchemy writes each as a
    parameter of its own, and the text of the statement anew for each length.
    """
    return _OneOf(column, literal(list_of(ids), String))


def is_one_of_parameter(column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
    """Return the same condition for a statement built once; `list_of` makes the parameter."""
    return _OneOf(column, bindparam(parameter, type_=String))


def list_of(ids: Iterable[int]) -> str:
    """Return the ids as the one parameter of a condition."""
    return json.dumps(list(ids))


@compiles(_OneOf, "sqlite")
def _on_sqlite(element: _OneOf, compiler: SQLCompiler, **keywords: Any) -> str:  # noqa: ANN401
    column, ids = (compiler.process(one, **keywords) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - compiled parts


@compiles(_OneOf, "postgresql")
def _on_postgres(element: _OneOf, compiler: SQLCompiler, **keywords: Any) -> str:  # noqa: ANN401
    column, ids = (compiler.process(one, **keywords) for one in element.clauses)
    return (
        f"{column} IN (SELECT CAST(one_id AS integer)"  # noqa: S608 - compiled parts
        f" FROM jsonb_array_elements_text(CAST({ids} AS jsonb)) AS one_id)"
    )
