"""What of a wish somebody else has already: address, username, Slack member (R46, R53, D21)."""

from sqlalchemy import Connection

from core.errors import EmailTakenError, InputError, MemberTakenError, UsernameTakenError
from core.policy import Policy
from core.users import rows, usernames
from core.users.owners import owner_of
from core.users.rules import NewUser, User


def propose_username(tx: Connection, first: str, last: str, policy: Policy) -> str:
    """Return a username that is free at this moment (R51, D8)."""
    return usernames.propose(
        first, last, lambda username: rows.is_username_taken(tx, username), policy
    )


def taken(
    tx: Connection, wish: NewUser, policy: Policy, but: User | None = None
) -> tuple[InputError, ...]:
    """Return what another user than `but` has; a removed user's username counts too (D8)."""
    errors: list[InputError] = []
    if _is_anothers(rows.find_by_email(tx, wish.email.key), but):
        errors.append(EmailTakenError())
    own = but is not None and but.username == wish.username
    if not own and rows.is_username_taken(tx, wish.username):
        errors.append(
            UsernameTakenError(propose_username(tx, wish.first_name, wish.last_name, policy))
        )
    if wish.member is not None and _is_anothers(owner_of(tx, wish.member), but):
        errors.append(MemberTakenError())
    return tuple(errors)


def _is_anothers(found: User | None, but: User | None) -> bool:
    return found is not None and (but is None or found.id != but.id)
