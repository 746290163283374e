"""Links users to members of a new Slack workspace, from a list of old and new member ids (D21).

`plan` checks the whole list; `carry_out` expects a plan without faults.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from core.accounts import relinking, slack_members
from core.audit.rules import COMMAND_LINE
from core.members import rows as members
from core.members.rules import Member, is_eligible
from core.users.rows import users
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class MovedMember:
    """A row of the file: the id before and after the move; `row` is the row's number."""

    row: int
    old: str
    new: str


class MoveFault(StrEnum):
    """The faults for which a row cannot be carried out."""

    SAME_OLD = "an earlier row has the same old id"
    SAME_NEW = "an earlier row has the same new id"
    UNKNOWN = "Slack has no member with the new id"
    REFUSED = "the new member is a guest, a bot, deactivated or of another workspace"
    TAKEN = "the new member is linked to a user who does not move"
    AMBIGUOUS = "several users are linked to the old id"


@dataclass(frozen=True, slots=True)
class MovePlan:
    """The effects that the file would have: users with new members, and the rows with faults.

    `no_users` are the rows of members who are no users of IMI, `done` those moved earlier,
    `left_behind` the ids of users of other workspaces whom the file does not name.
    """

    moves: tuple[tuple[User, Member], ...] = ()
    faults: tuple[tuple[MovedMember, MoveFault], ...] = ()
    no_users: int = 0
    done: int = 0
    left_behind: tuple[int, ...] = ()


@dataclass(slots=True)
class _Planner:
    """Checks the rows one by one against what is linked and what Slack describes."""

    linked: Mapping[str, tuple[int, ...]]
    present: Mapping[str, Member]
    team_id: str
    moving: dict[int, Member] = field(default_factory=dict)
    no_users: int = 0
    done: int = 0

    def fault_of(self, moved: MovedMember) -> MoveFault | None:
        user_ids = self.linked.get(moved.old, ())
        if not user_ids:
            if self.linked.get(moved.new):
                self.done += 1
            else:
                self.no_users += 1
            return None
        if len(user_ids) > 1:
            return MoveFault.AMBIGUOUS
        member = self.present.get(moved.new)
        if member is None:
            return MoveFault.UNKNOWN
        if not is_eligible(member, self.team_id):
            return MoveFault.REFUSED
        self.moving[user_ids[0]] = member
        return None


def plan(
    tx: Connection, rows: Sequence[MovedMember], present: Mapping[str, Member], team_id: str
) -> MovePlan:
    """Return the plan for the file, checked against the users and Slack's members by id."""
    planner = _Planner(users.linked_members(tx), present, team_id)
    faults = dict(_repeated(rows))
    for moved in rows:
        if moved not in faults and (fault := planner.fault_of(moved)) is not None:
            faults[moved] = fault
    faults |= {
        moved: MoveFault.TAKEN
        for moved in rows
        if moved not in faults and _is_taken(moved, planner)
    }
    staying = set(users.linked_elsewhere(tx, team_id)) - set(planner.moving)
    return MovePlan(
        moves=tuple((users.require(tx, user_id), new) for user_id, new in planner.moving.items()),
        faults=tuple(sorted(faults.items(), key=lambda each: each[0].row)),
        no_users=planner.no_users,
        done=planner.done,
        left_behind=tuple(sorted(staying)),
    )


def carry_out(tx: Connection, move: MovePlan, team_id: str, now: datetime) -> None:
    """Link every user of the plan to their new member, with an audit entry for each.

    The plan was made in the same transaction and has no faults.
    """
    # First all are unlinked, because a new id may be somebody else's old one.
    for user, _ in move.moves:
        users.unlink(tx, user.id)
    for user, member in move.moves:
        slack_members.save_member(tx, member)
        relinking.relink(tx, user, member.key, COMMAND_LINE, now)
    members.mark_other_workspaces(tx, team_id)


def _repeated(rows: Sequence[MovedMember]) -> Iterator[tuple[MovedMember, MoveFault]]:
    old: set[str] = set()
    new: set[str] = set()
    for moved in rows:
        if moved.old in old:
            yield moved, MoveFault.SAME_OLD
        elif moved.new in new:
            yield moved, MoveFault.SAME_NEW
        old.add(moved.old)
        new.add(moved.new)


def _is_taken(moved: MovedMember, planner: _Planner) -> bool:
    """Return whether a user who stays is linked to the new member."""
    mover = planner.linked.get(moved.old, ())
    holders = set(planner.linked.get(moved.new, ())) - set(mover)
    return bool(mover) and bool(holders - set(planner.moving))
