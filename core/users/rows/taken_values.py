"""The SQL that finds users who already have an e-mail address, username or Slack member.

It also finds the user whom an earlier attempt at the same registration created, by its idempotency
key.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, ScalarSelect, bindparam, select

from core.members.rules import MemberKey
from core.schema.members import members
from core.schema.users import not_removed, users
from core.store.prepared import Prepared


@dataclass(frozen=True, slots=True)
class UniqueValues:
    """The values that no two users share; `registration` is the registration's idempotency key."""

    email_key: str
    username: str
    member: MemberKey | None
    registration: str | None = None


@dataclass(frozen=True, slots=True)
class TakenValues:
    """The id of the user who has each value, or None if no user does.

    A removed user keeps only their username and their registration (D8, D9, D21). `member_email`
    is the address that Slack confirmed for the member, None if that is not known.
    """

    email: int | None
    username: int | None
    member: int | None
    registration: int | None
    member_email: str | None


def _id_where(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(users.c.id).where(*conditions).scalar_subquery()


# Built once, because building a statement costs more than running it. Each part has an index.
_TAKEN_VALUES = Prepared(
    select(
        _id_where(users.c.email_key == bindparam("email_key"), not_removed).label("email"),
        _id_where(users.c.username == bindparam("username")).label("username"),
        _id_where(
            users.c.team_id == bindparam("team_id"),
            users.c.member_id == bindparam("member_id"),
            not_removed,
        ).label("member"),
        _id_where(users.c.registration_key == bindparam("registration")).label("registration"),
        select(members.c.email)
        .where(
            members.c.team_id == bindparam("team_id"), members.c.member_id == bindparam("member_id")
        )
        .scalar_subquery()
        .label("member_email"),
    )
)


def find(tx: Connection, values: UniqueValues) -> TakenValues:
    """Return the ids of the users who have the values."""
    member = values.member
    parameters = {
        "email_key": values.email_key,
        "username": values.username,
        "team_id": None if member is None else member.team_id,
        "member_id": None if member is None else member.member_id,
        "registration": values.registration,
    }
    row = _TAKEN_VALUES.only_row(tx, parameters)
    return TakenValues(row.email, row.username, row.member, row.registration, row.member_email)
