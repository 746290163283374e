"""The context of a request from Slack: who acts, in which language, and what was read with them."""

from dataclasses import dataclass

from core.authorities.rules import Authority
from core.errors import NotAUserError
from core.members.rules import MemberKey
from core.time_zones import known_or_utc
from core.users.principals import Principal, principal_of
from core.users.rows.with_authority import MemberWithUser
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The principal who sends a request, and what was read with them when the request began.

    `language` is the one to answer in, `time_zone` the name of the zone in which to show times.
    """

    principal: Principal
    language: str
    member_key: MemberKey
    user: User
    authority: Authority
    time_zone: str


def context_of(found: MemberWithUser | None) -> RequestContext:
    """Return the context of a request by this member.

    Raises:
        NotAUserError: the member is linked to no user.
    """
    if found is None or found.user is None or found.authority is None:
        raise NotAUserError("This Slack member is not linked to an IMI user.")
    return RequestContext(
        principal=principal_of(found.user),
        language=found.user.language,
        member_key=found.member.key,
        user=found.user,
        authority=found.authority,
        time_zone=known_or_utc(found.member.tz),
    )


@dataclass(slots=True)
class Resolution:
    """The sender as a transaction found them, kept even if the transaction is refused.

    `was_unlinked`: before it, the sender was linked to no user.
    """

    language: str
    principal: Principal | None = None
    was_unlinked: bool = False
