"""Factories of authorities, users and Slack members, with default values."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from sqlalchemy import Connection, Executable

from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import Authority, NewAuthority
from core.contacts import email_of
from core.deliveries import settlement
from core.deliveries.rules import Delivery
from core.deliveries.settlement import SendResult, Sent
from core.errors import NotAUserError
from core.members import rows as members
from core.members.rules import Member, MemberKey
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.users.principals import Principal, principal_of
from core.users.rows import users
from core.users.rules import NewUser, RegistrationRequest, User
from tests.times import NOON

TEAM = "T0IMI"

_numbers = count(1)
# Names have no digits (D32).
_LETTERS = str.maketrans("0123456789", "abcdefghij")


def an_authority(tx: Connection, **changes: object) -> Authority:
    """Register an authority with the modules PQ and PR."""
    number = next(_numbers)
    new_authority = NewAuthority(
        official_name=f"Authority {number}",
        informal_title=f"The {number}th",
        email=f"office{number}@authority.example",
        country="DK",
        modules=("PQ", "PR"),
        team_channel="C0TEAM",
    )
    return authority_registration.register(
        tx,
        replace(new_authority, **changes),  # type: ignore[arg-type]
        COMMAND_LINE,
        NOON,
    )


def a_new_user(**changes: object) -> NewUser:
    """Return details of a new user that conflict with no other user."""
    number = next(_numbers)
    new_user = NewUser(
        first_name="Ada",
        last_name="Person" + f"{number:05}".translate(_LETTERS),
        language="en",
        email=email_of(f"ada{number}@authority.example"),
        phone=None,
        username=f"aperson{number}",
        roles=frozenset({RoleKey("PQ", "BASIC")}),
    )
    return replace(new_user, **changes)  # type: ignore[arg-type]


def a_user(tx: Connection, authority: Authority, rulebook: Rulebook, **changes: object) -> User:
    """Register a user in the authority; `in_bulk=True` sends messages to the user only."""
    in_bulk = bool(changes.pop("in_bulk", False))
    new_user = a_new_user(**changes)
    request = RegistrationRequest(authority.id, new_user, COMMAND_LINE, in_bulk=in_bulk)
    return registration.register(tx, request, rulebook, NOON)


def an_administrator(
    tx: Connection, authority: Authority, rulebook: Rulebook, **changes: object
) -> Principal:
    """Register an administrator in the authority who can act: in Slack, unless `member` is None."""
    defaults: dict[str, object] = {"roles": frozenset({ADMINISTRATOR})}
    if "member" not in changes:
        defaults["member"] = a_member(tx, f"U0ADMIN{next(_numbers)}", email=None).key
    return principal_of(a_user(tx, authority, rulebook, **{**defaults, **changes}))


def principal_for_member(tx: Connection, member: MemberKey) -> Principal:
    """Return the user that the Slack member is linked to, as a principal.

    Raises:
        NotAUserError: the member is linked to no user.
    """
    user = users.find_by_member(tx, member)
    if user is None:
        raise NotAUserError("This Slack member is not linked to an IMI user.")
    return principal_of(user)


def a_member(tx: Connection, member_id: str, **changes: object) -> Member:
    """Write a Slack member as Slack reported it at NOON."""
    member = Member(
        key=MemberKey(TEAM, member_id),
        email=f"{member_id.lower()}@authority.example",
        locale="en-GB",
        tz="Europe/Copenhagen",
        deleted=False,
        bot=False,
        guest=False,
        stranger=False,
        seen_at=NOON,
    )
    changed = replace(member, **changes)  # type: ignore[arg-type]
    members.save(tx, changed)
    return changed


def settle_sent(tx: Connection, delivery: Delivery) -> None:
    """Record that the delivery was sent at NOON."""
    settlement.settle(tx, [Sent(delivery, NOON, SendResult())])


def executing(statement: Executable) -> Callable[[Connection], None]:
    """Return an operation that runs one statement, past all rules."""

    def execute(tx: Connection) -> None:
        tx.execute(statement)

    return execute
