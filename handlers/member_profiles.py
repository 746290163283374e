"""Finds the Slack profile of a picked member, which fills in the form for a new user (D21)."""

from core.errors import MemberTakenError
from core.members.rules import Member, MemberKey
from core.users.member_links import find_owner
from handlers.dependencies import Dependencies
from handlers.ui import person_fields
from handlers.ui.person_fields import UserDraft


async def picked_profile(dependencies: Dependencies, draft: UserDraft) -> Member | None:
    """Return the picked member, whose profile may fill in the form; None if none is picked.

    Raises:
        MemberRefusedError: they cannot be a user (D21).
        MemberTakenError: they are a user already, so their profile is not shown.
    """
    if not draft.member:
        return None
    key = MemberKey(dependencies.team_id, draft.member)
    member = await dependencies.principals.fetched_colleague(key, person_fields.MEMBER)
    if await dependencies.store.read(lambda tx: find_owner(tx, member.key)) is not None:
        raise MemberTakenError
    return member
