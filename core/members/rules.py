"""Data classes of Slack members, and the check whether a member may be given an account (D21)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.errors import MemberFault, MemberRefusedError

STALE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True, order=True)
class MemberKey:
    """The key of a Slack member: the workspace and the member in it."""

    team_id: str
    member_id: str


@dataclass(frozen=True, slots=True)
class Member:
    """A Slack member as last seen.

    The names, and an address that is not confirmed, are known only right after Slack was asked:
    they are never stored. See `kept_of` for what is.

    `seen_at` is when we learned it, `changed_at` when Slack last changed the member, by Slack's
    clock and to the second; None if Slack did not say. `home_team_id` is the home workspace of
    somebody from the same Enterprise Grid organisation, if it is another one than the key's.
    """

    key: MemberKey
    email: str | None
    locale: str | None
    tz: str | None
    deleted: bool
    bot: bool
    guest: bool
    stranger: bool
    seen_at: datetime
    email_confirmed: bool = False
    real_name: str = ""
    first_name: str = ""
    last_name: str = ""
    changed_at: datetime | None = None
    home_team_id: str | None = None


def is_stale(member: Member, now: datetime) -> bool:
    """Return whether Slack should be asked about the member again.

    It should too if a clock that was ahead says that the member was seen in the future (B03).
    """
    return abs(now - member.seen_at) > STALE_AFTER


def kept_of(member: Member, *, is_user: bool) -> Member:
    """Return the part of the member that is stored.

    Of a user that is the time zone. Of anybody else it is the confirmed address, which may admit
    them (D21), and the language in which they are refused.
    """
    address = member.email if member.email_confirmed and not is_user else None
    return replace(
        member,
        real_name="",
        first_name="",
        last_name="",
        email=address,
        email_confirmed=address is not None,
        tz=member.tz if is_user else None,
    )


def with_state_of(member: Member, newer: Member) -> Member:
    """Return the member with what `newer` says about whether they can be a user."""
    return replace(
        member,
        deleted=newer.deleted,
        bot=newer.bot,
        guest=newer.guest,
        stranger=newer.stranger,
    )


def require_eligible(member: Member, team_id: str, field: str | None = None) -> None:
    """Require a member who can be an IMI user (D21).

    Raises:
        MemberRefusedError: a bot, a guest, deactivated, or of another workspace.
    """
    fault = _fault(member, team_id)
    if fault is not None:
        raise MemberRefusedError(fault, field)


def is_eligible(member: Member, team_id: str) -> bool:
    """Return whether the member can be an IMI user (D21)."""
    return _fault(member, team_id) is None


def names_of(member: Member) -> tuple[str, str]:
    """Return first and last name from the profile, or else cut from the full name."""
    if member.first_name or member.last_name:
        return member.first_name, member.last_name
    first, _, last = member.real_name.strip().rpartition(" ")
    return (first, last) if first else (last, "")


def _fault(member: Member, team_id: str) -> MemberFault | None:
    faults = (
        (member.bot, MemberFault.BOT),
        (member.deleted, MemberFault.DEACTIVATED),
        (member.stranger or member.key.team_id != team_id, MemberFault.STRANGER),
        (member.guest, MemberFault.GUEST),
    )
    return next((fault for holds, fault in faults if holds), None)
