"""Inserts, reads and restores the database rows of `two_authorities`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, or_, select, text, update

from core.contacts import email_of
from core.deliveries.rules import DeliveryState, FailureReason
from core.members.rules import MemberKey
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.role_keys import ADMINISTRATOR, RoleKey
from core.schema import authorities
from core.schema.audit import audit_entries
from core.schema.deliveries import deliveries
from core.schema.jobs import jobs
from core.schema.passwords import passwords
from core.schema.reminders import reminders
from core.schema.resets import reset_requests
from core.schema.roles import user_roles
from core.schema.sessions import sessions
from core.schema.tables import metadata
from core.schema.users import users
from tests.factories import TEAM, a_user, an_authority
from tests.handlers.two_authorities import (
    ALMA,
    DORA,
    OSCAR,
    OTHERS,
    OUR_DOMAIN,
    OURS,
    PHONE,
    THEIR_AUTHORITY,
    THEIRS,
    ZBIGNIEWKA,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from core.authorities.rules import Authority
    from core.rulebook import Rulebook

Rows = dict[str, list[dict[str, Any]]]

# Enough for a second page of the list.
OUR_COLLEAGUES = 16


@dataclass(frozen=True, slots=True)
class TwoAuthorities:
    """The ids of both authorities, and of all rows of the other one."""

    ours: int
    theirs: int
    their_numbers: tuple[int, ...]


def register_both(tx: Connection, rulebook: Rulebook, now: datetime) -> None:
    """Register both authorities; the rows of each get ids from a range of their own."""
    _count_from(tx, THEIRS, THEIR_AUTHORITY)
    theirs = _authority(tx, "The Quarter Office", "post@quarter.example")
    for number in range(len(OTHERS)):
        _register_other(tx, theirs, number, rulebook)
    ids = _people_of(tx, theirs.id)
    resets.request_reset(tx, ids[1], RequestSource.PORTAL, rulebook.policy, now)
    _change(tx, ids[1], blocked_at=now)
    _change(tx, ids[-1], removed_at=now)
    _count_from(tx, OURS, OURS)
    ours = _authority(tx, "The Harbour Office", f"post@{OUR_DOMAIN}")
    for member in (ALMA, DORA, OSCAR):
        _register_ours(tx, ours, member, rulebook)
    for _ in range(OUR_COLLEAGUES):
        a_user(tx, ours, rulebook, in_bulk=True)


def find_both(tx: Connection) -> TwoAuthorities:
    """Return both authorities, and mark one of the other authority's deliveries as failed."""
    named = select(authorities.authorities.c.id).where(
        authorities.authorities.c.id >= THEIR_AUTHORITY
    )
    theirs, ours = sorted(tx.scalars(named))
    text = list(tx.scalars(select(deliveries.c.id).where(deliveries.c.authority_id == theirs)))
    failed = {"state": DeliveryState.FAILED, "reason": FailureReason.MAIL_REFUSED}
    tx.execute(update(deliveries).where(deliveries.c.id == text[-1]).values(**failed))
    asked = tx.scalars(select(reset_requests.c.id).where(reset_requests.c.authority_id == theirs))
    numbers = (theirs, *_people_of(tx, theirs), *asked, text[0], text[-1])
    return TwoAuthorities(ours, theirs, numbers)


def rows_of_authority(tx: Connection, authority_id: int) -> dict[str, list[Any]]:
    """Return all rows of an authority and its users, by table."""
    people = select(users.c.id).where(users.c.authority_id == authority_id)
    done = or_(audit_entries.c.user_id.in_(people), audit_entries.c.actor_id.in_(people))
    places: dict[Table, ColumnElement[bool]] = {
        authorities.authorities: authorities.authorities.c.id == authority_id,
        audit_entries: or_(audit_entries.c.authority_id == authority_id, done),
    }
    for table in metadata.sorted_tables:
        if table in {user_roles, passwords, sessions, reminders}:
            places[table] = table.c.user_id.in_(people)
        elif "authority_id" in table.c and table is not audit_entries:
            places[table] = table.c.authority_id == authority_id
    return {
        table.name: sorted(tx.execute(select(table).where(own)).all(), key=repr)
        for table, own in places.items()
    }


def all_rows(tx: Connection) -> Rows:
    """Return all rows of all tables except the job ledger."""
    return {
        table.name: [dict(row) for row in tx.execute(select(table)).mappings()]
        for table in metadata.sorted_tables
        if table is not jobs
    }


def restore_rows(tx: Connection, kept: Rows) -> None:
    """Replace all rows by these, and continue the ids from a fixed number."""
    tx.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in reversed(metadata.sorted_tables):
        if table.name in kept:
            tx.execute(table.delete())
    for table in metadata.sorted_tables:
        if kept.get(table.name):
            tx.execute(table.insert(), kept[table.name])
    _count_from(tx, OURS + 1000, OURS + 1000)


def _count_from(tx: Connection, number: int, of_authorities: int) -> None:
    counted = {
        t.name for t in metadata.sorted_tables if t.dialect_options["sqlite"]["autoincrement"]
    }
    tx.execute(text("DELETE FROM sqlite_sequence"))
    numbers = {**dict.fromkeys(counted, number), authorities.authorities.name: of_authorities}
    adding = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)")
    tx.execute(adding, [{"name": name, "seq": seq} for name, seq in sorted(numbers.items())])


def _authority(tx: Connection, name: str, email: str) -> Authority:
    values = {"official_name": name, "informal_title": name, "email": email}
    return an_authority(tx, **values, team_channel=None, manager_id=1)


def _register_other(tx: Connection, theirs: Authority, number: int, rulebook: Rulebook) -> None:
    first, last, username, address = OTHERS[number]
    user = a_user(
        tx,
        theirs,
        rulebook,
        first_name=first,
        last_name=last,
        username=username,
        email=email_of(address),
        phone=PHONE,
        member=MemberKey(TEAM, ZBIGNIEWKA) if number == 0 else None,
        roles=frozenset({ADMINISTRATOR} if number == 0 else {RoleKey("PQ", "BASIC")}),
    )
    _change(tx, user.id, username_handed_over_at=user.registered_at)


def _register_ours(tx: Connection, ours: Authority, member: str, rulebook: Rulebook) -> None:
    name = member.removeprefix("U0").lower()
    a_user(
        tx,
        ours,
        rulebook,
        first_name=name.title(),
        last_name="Ours",
        username=f"{name}.ours",
        email=email_of(f"{name}@{OUR_DOMAIN}"),
        member=MemberKey(TEAM, member),
        roles=frozenset({RoleKey("PQ", "BASIC")} if member == OSCAR else {ADMINISTRATOR}),
    )


def _people_of(tx: Connection, authority_id: int) -> list[int]:
    query = select(users.c.id).where(users.c.authority_id == authority_id).order_by(users.c.id)
    return list(tx.scalars(query))


def _change(tx: Connection, user_id: int, **values: object) -> None:
    tx.execute(update(users).where(users.c.id == user_id).values(**values))
