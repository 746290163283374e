"""The SQL that finds audit entries about one authority by the filters that are given."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, bindparam, or_, select, tuple_

from core.audit.rows import entries
from core.audit.rules import AuditEntry
from core.schema.audit import audit_entries
from core.store.columns import Instant

_position = tuple_(audit_entries.c.at, audit_entries.c.id)
# By the name of the parameter. The ids of people, and with them that of the authority, become
# literals: a plan that PostgreSQL makes for any values sorts all entries about a large authority,
# because it does not know how many there are.
_people = bindparam("people", type_=Integer, expanding=True, literal_execute=True)
_FILTERS = {
    "people": or_(audit_entries.c.actor_id.in_(_people), audit_entries.c.user_id.in_(_people)),
    "act": audit_entries.c.act == bindparam("act"),
    "since": audit_entries.c.at >= bindparam("since"),
    "until": audit_entries.c.at < bindparam("until"),
    "after": _position > tuple_(bindparam("after_at", type_=Instant), bindparam("after")),
    "before": _position < tuple_(bindparam("before_at", type_=Instant), bindparam("before")),
    "end": audit_entries.c.id < bindparam("end"),
}


def find(
    tx: Connection,
    authority_id: int,
    filters: Mapping[str, object],
    most: int,
    *,
    newest_first: bool,
) -> tuple[AuditEntry, ...]:
    """Return up to `most` entries about the authority, in the order of their moments.

    `filters` holds any of these: the ids of `people`, one of whom acted or is concerned (an empty
    list finds nothing); an `act`; moments `since` and `until`, the latter excluded; the numbers of
    entries `after` or `before` which they come in this order; and a number `end` below which theirs
    are.
    """
    values = {"authority": authority_id, "most": most, **filters}
    for name in filters.keys() & {"after", "before"}:
        values[f"{name}_at"] = entries.moment_of(tx, int(str(filters[name])))
    query = _query(frozenset(filters), newest_first=newest_first)
    return entries.find(tx, query, values)


# Built once for each set of filters, because building a statement costs more than running it.
@cache
def _query(filters: frozenset[str], *, newest_first: bool) -> Select[Any]:
    authority = bindparam("authority", type_=Integer, literal_execute="people" in filters)
    conditions = [condition for name, condition in _FILTERS.items() if name in filters]
    columns = (audit_entries.c.at, audit_entries.c.id)
    return (
        select(audit_entries)
        .where(and_(audit_entries.c.authority_id == authority, *conditions))
        .order_by(*[column.desc() if newest_first else column for column in columns])
        .limit(bindparam("most", type_=Integer))
    )
