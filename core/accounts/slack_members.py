"""Links Slack members to users by e-mail address, and saves members as Slack reports them (D21)."""

from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.errors import NotAUserError
from core.members import service as members
from core.members.rules import Member
from core.reminders import service as reminders
from core.users.member_links import find_owner_by_email
from core.users.principals import Principal, principal_of
from core.users.rows import users


def save_member(tx: Connection, member: Member) -> None:
    """Save the member as Slack reports it, and reschedule reminders if the time zone changed."""
    if members.save(tx, member):
        user = users.find_by_member(tx, member.key)
        if user is not None:
            reminders.reschedule(tx, user.id)


def link_by_email(tx: Connection, member: Member, now: datetime) -> Principal:
    """Link the member, once, to the user who has the profile's confirmed address (D21).

    A link that an administrator cleared does not come back by itself.

    Raises:
        NotAUserError: no such user, or they are linked or were linked before.
    """
    user = find_owner_by_email(tx, member)
    if user is None or users.was_linked(tx, user.id):
        raise NotAUserError("No user has this address.")
    users.link(tx, user.id, member.key)
    reminders.reschedule(tx, user.id)
    audit_event = audit.event_about(
        Actor.user(user.id),
        Act.MEMBER_LINKED,
        authority_id=user.authority_id,
        user_id=user.id,
        member=member.key.member_id,
    )
    audit.record(tx, audit_event, now)
    return principal_of(user)
