"""Links Slack members to users by e-mail address, and stores or deletes data of members (D21)."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.accounts import username_handover
from core.audit import service as audit
from core.audit.rules import SYSTEM, Act, Actor
from core.errors import LinkedToAnotherError, NotAUserError
from core.members import rows as member_rows
from core.members import service as members
from core.members.rules import Member, MemberKey, is_eligible, kept_of, with_state_of
from core.members.service import NewZone, Saved
from core.reminders import service as reminders
from core.time_zones import known_or_utc
from core.users.member_links import find_owner_by_email
from core.users.principals import Principal, principal_of
from core.users.rows import users
from core.users.rules import User


def save_member(tx: Connection, member: Member) -> bool:
    """Save what is needed of the member, and reschedule reminders if the time zone changed.

    Return False and change nothing if the stored description is newer, since Slack's events can
    arrive out of order.
    """
    user = users.find_by_member(tx, member.key)
    saved = members.save(tx, kept_of(member, is_user=user is not None))
    # Locked, so that reminders which are planned at this moment are rescheduled too.
    if user is not None and isinstance(saved, NewZone):
        locked = users.lock(tx, user.id)
        if locked is not None and locked.member == member.key:
            before, after = known_or_utc(saved.before), known_or_utc(member.tz)
            reminders.adapt_to_zone(tx, locked, before, after)
    return saved != Saved.OLDER


def save_fetched(tx: Connection, member: Member) -> Member:
    """Save the member whom Slack just described; return them with the newest state that is known.

    The names, and an address that is not confirmed, stay: no stored description has them.
    """
    newer = None if save_member(tx, member) else member_rows.find(tx, member.key)
    return member if newer is None else with_state_of(member, newer)


def save_reported_member(tx: Connection, member: Member) -> bool:
    """Save a member whom Slack tells us about unasked, if they are a user; forget anybody else.

    Returns whether they were saved.
    """
    if forget_unless_user(tx, member.key):
        return False
    return save_member(tx, member)


def forget_unless_user(tx: Connection, key: MemberKey) -> bool:
    """Forget a member whom no user is linked to; return whether that was so."""
    if users.find_by_member(tx, key) is not None:
        return False
    member_rows.forget(tx, key)
    return True


def link_found_member(tx: Connection, member: Member, team_id: str, now: datetime) -> bool:
    """Link a member whom a search in Slack found by their address, if they can be a user (D21).

    Returns whether they were linked.
    """
    if not is_eligible(member, team_id):
        return False
    # They were linked meanwhile, or their address is not the very same.
    with suppress(NotAUserError, LinkedToAnotherError):
        link_by_email(tx, member, now, SYSTEM)
        save_member(tx, member)
        return True
    return False


def link_by_email(
    tx: Connection, member: Member, now: datetime, actor: Actor | None = None
) -> Principal:
    """Link the member, once, to the user who has the profile's confirmed address (D21).

    A link that an administrator cleared does not come back by itself. A username that they were
    not told yet is sent to them (R54). Without an `actor`, the user links themselves.

    Raises:
        NotAUserError: no such user.
        LinkedToAnotherError: the user is linked to another member, or was linked before.
    """
    owner = find_owner_by_email(tx, member)
    user = None if owner is None else users.lock(tx, owner.id)
    if user is not None and user.member == member.key and user.removed_at is None:
        # Another act of the same member linked them at this moment.
        return principal_of(user)
    if user is None or user.removed_at is not None:
        raise NotAUserError("No user has this address.")
    if users.was_linked(tx, user.id):
        raise LinkedToAnotherError("Their account is not linked to this member.")
    _link(tx, user, member.key)
    member_rows.expire(tx, member.key)
    audit_event = audit.event_about(
        actor or Actor.user(user.id),
        Act.MEMBER_LINKED,
        authority_id=user.authority_id,
        user_id=user.id,
        member=member.key.member_id,
    )
    audit.record(tx, audit_event, now)
    username_handover.send_unless_known(tx, user, None, now)
    return principal_of(user)


def _link(tx: Connection, user: User, key: MemberKey) -> None:
    try:
        with tx.begin_nested():
            users.link(tx, user.id, key)
    except IntegrityError:
        raise NotAUserError("The member was linked to another user at this moment.") from None
