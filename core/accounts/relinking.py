"""Links a user to another Slack member, for example after a change of Slack account (D21)."""

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.accounts import slack_members, username_handover
from core.audit import service as audit
from core.audit.rules import COMMAND_LINE, Act, Actor
from core.errors import MemberTakenError, NotFoundError
from core.leavers import service as leavers
from core.members import rows as members
from core.members.rules import Member, MemberKey
from core.reminders import service as reminders
from core.users.member_links import find_owner
from core.users.rows import users
from core.users.rules import User


def require_free(tx: Connection, user: User, key: MemberKey) -> None:
    """Require that the member belongs to no other user (D21).

    Raises:
        MemberTakenError: they are linked to another user, or have another user's address.
    """
    owner = find_owner(tx, key)
    if owner is not None and owner.id != user.id:
        raise MemberTakenError


def relink(tx: Connection, user: User, key: MemberKey, actor: Actor, now: datetime) -> int:
    """Link the user to the member, and record it; return the id of the audit entry.

    A question whether the user has left is closed, and a username that they were not told yet is
    sent to the member (R54). The caller has checked the permission and the member.

    Raises:
        MemberTakenError: another user was linked to the member since it was checked.
    """
    try:
        with tx.begin_nested():
            users.link(tx, user.id, key)
    except IntegrityError:
        raise MemberTakenError from None
    follow_member(tx, user, key, now)
    audit_event = audit.event_about(
        actor,
        Act.MEMBER_LINKED,
        authority_id=user.authority_id,
        user_id=user.id,
        before={"member": "" if user.member is None else user.member.member_id},
        after={"member": key.member_id},
    )
    entry_id = audit.record(tx, audit_event, now).id
    username_handover.send_unless_known(tx, user, actor.user_id, now)
    return entry_id


def follow_member(tx: Connection, before: User, after: MemberKey | None, now: datetime) -> None:
    """Adapt the stored data to a user's change to another Slack member, or to none.

    The earlier member is forgotten unless another user has them, and a question whether the user
    has left is closed: it was about that member. The caller has written the link.
    """
    if after is not None:
        # Time zones are stored only of users, so Slack is asked for it with the next message.
        members.expire(tx, after)
    reminders.reschedule(tx, before)
    if before.member is not None and before.member != after:
        slack_members.forget_unless_user(tx, before.member)
    leavers.close(tx, before.id, None, now)


def link_from_command_line(tx: Connection, username: str, member: Member, now: datetime) -> User:
    """Link the user to the member, whom Slack just described, from the command line (D21).

    Raises:
        NotFoundError: no such user.
        MemberTakenError: the member is another user's.
    """
    found = users.find_by_username(tx, username)
    if found is None:
        raise NotFoundError("No such user.")
    users.lock(tx, found.id)
    user = users.require_in_authority(tx, found.id, found.authority_id)
    slack_members.save_member(tx, member)
    members.mark_other_workspaces(tx, member.key.team_id)
    require_free(tx, user, member.key)
    if user.member != member.key:
        relink(tx, user, member.key, COMMAND_LINE, now)
    return users.require(tx, user.id)
