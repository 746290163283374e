"""What administrators wish for users: propose a username, register (R11, R38-R55)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.authorities import rows as authorities
from core.authorities.rules import Authority
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, What
from core.deliveries.rules import Kind, NewDelivery
from core.errors import (
    FormError,
    InputError,
    NotAUserError,
    NotFoundError,
    UnknownRoleError,
)
from core.members.rules import Member
from core.reminders import service as reminders
from core.rulebook import Rulebook
from core.users import clashes, rows
from core.users.asker import Asker, acting_administrator, as_asker
from core.users.clashes import propose_username as propose_username
from core.users.owners import owner_of_address
from core.users.rules import Admission, NewUser, User


@dataclass(frozen=True, slots=True)
class Registration:
    """A wish to register; `key` is the same when the same form is sent twice."""

    wish: NewUser
    by: Asker
    key: str


def register(tx: Connection, registration: Registration, rulebook: Rulebook, now: datetime) -> User:
    """Register the user in the asker's authority, on the record, with what is to be said.

    The same registration sent again changes nothing and returns the user it made.

    Raises:
        NotAdministratorError: the asker does not administer their authority (R38).
        FormError: address, username or member is taken, or a role cannot be held (R46, R53, D13).
    """
    by = acting_administrator(tx, registration.by)
    key = f"{by.id}:{registration.key}"
    earlier = rows.find_by_registration(tx, key)
    if earlier is not None:
        return earlier
    actor = Actor.user(by.id)
    return admit(tx, Admission(by.authority_id, registration.wish, actor, key), rulebook, now)


def admit(tx: Connection, admission: Admission, rulebook: Rulebook, now: datetime) -> User:
    """Write the user, the audit entry and the deliveries; the caller has checked the right.

    Raises:
        FormError: as `register`.
    """
    # Neither a module is withdrawn nor the authority removed while somebody is let in (D13, D14).
    authorities.hold(tx, admission.authority_id)
    authority = require_free(tx, admission, rulebook)
    try:
        with tx.begin_nested():
            user_id = rows.add(tx, admission, now)
    except IntegrityError:
        # Somebody took it between our look and our write; the second look says what.
        raise FormError(_clashes(tx, admission, authority, rulebook)) from None
    entry = _record(tx, admission, user_id, now)
    user = find(tx, user_id)
    wishes = _to_user(admission, user)
    if not admission.in_bulk:
        wishes += _to_others(admission, authority, user, entry)
    deliveries.queue(tx, wishes, now)
    return user


def require_free(tx: Connection, admission: Admission, rulebook: Rulebook) -> Authority:
    """Look whether the admission would clash, as things stand now; return its authority.

    Raises:
        FormError: as `register`.
        NotFoundError: there is no such authority.
    """
    authority = authorities.find(tx, admission.authority_id)
    if authority is None or authority.removed_at is not None:
        raise NotFoundError("No such authority.")
    errors = _clashes(tx, admission, authority, rulebook)
    if errors:
        raise FormError(errors)
    return authority


def confirm_told(tx: Connection, asker: Asker, user_id: int, now: datetime) -> None:
    """Write that the administrator gave the username in person or by phone (R54, D10).

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotFoundError: no such user in the asker's authority.
    """
    by = acting_administrator(tx, asker)
    user = rows.find(tx, user_id)
    if user is None or user.authority_id != by.authority_id or user.removed_at is not None:
        raise NotFoundError("No such user.")
    if user.username_told_at is None:
        rows.tell_username(tx, user_id, now)
        happening = audit.about(
            Actor.user(by.id),
            Act.USERNAME_TOLD,
            authority_id=by.authority_id,
            user_id=user_id,
        )
        audit.record(tx, happening, now)


def reveal_username(tx: Connection, asker: Asker, now: datetime) -> str:
    """Return the asker's own username, on the record (D10's setting "reveal")."""
    user = find(tx, asker.user_id)
    rows.tell_username(tx, user.id, now)
    happening = audit.about(
        Actor.user(user.id),
        Act.USERNAME_REVEALED,
        authority_id=user.authority_id,
        user_id=user.id,
    )
    audit.record(tx, happening, now)
    return user.username


def link_by_email(tx: Connection, member: Member, now: datetime) -> Asker:
    """Link the member, once, to the user who has the profile's confirmed address (D21).

    A link that an administrator cleared does not come back by itself.

    Raises:
        NotAUserError: no such user, or they are or were linked already.
    """
    user = owner_of_address(tx, member)
    if user is None or rows.was_linked(tx, user.id):
        raise NotAUserError("No user has this address.")
    rows.link(tx, user.id, member.key)
    reminders.move(tx, user.id)
    happening = audit.about(
        Actor.user(user.id),
        Act.MEMBER_LINKED,
        authority_id=user.authority_id,
        user_id=user.id,
        member=member.key.member_id,
    )
    audit.record(tx, happening, now)
    return as_asker(user)


def _clashes(
    tx: Connection, admission: Admission, authority: Authority, rulebook: Rulebook
) -> tuple[InputError, ...]:
    errors = clashes.taken(tx, admission.wish, rulebook.policy)
    if not admission.wish.roles <= set(rulebook.catalogue.roles_in(authority.modules)):
        errors += (UnknownRoleError(),)
    return errors


def _record(tx: Connection, admission: Admission, user_id: int, now: datetime) -> int:
    wish = admission.wish
    happening = audit.about(
        admission.actor,
        Act.USER_REGISTERED,
        authority_id=admission.authority_id,
        user_id=user_id,
        language=wish.language,
        roles=[str(key) for key in sorted(wish.roles)],
        member=None if wish.member is None else wish.member.member_id,
    )
    return audit.record(tx, happening, now).id


def _to_user(admission: Admission, user: User) -> list[NewDelivery]:
    kinds = [Kind.TEMPORARY_PASSWORD]
    if user.member is not None:
        kinds.append(Kind.USERNAME)
    return [
        NewDelivery(kind, user.authority_id, user.id, admission.actor.user_id) for kind in kinds
    ]


def _to_others(
    admission: Admission, authority: Authority, user: User, entry: int
) -> list[NewDelivery]:
    by = admission.actor.user_id
    wishes = notices.wishes(Notice(What.REGISTERED, user, by, entry, {}))
    if authority.team_channel is not None:
        wishes.append(NewDelivery(Kind.ONBOARDING, authority.id, user.id, by))
    return wishes


def find(tx: Connection, user_id: int) -> User:
    """Return the user, removed or not.

    Raises:
        NotFoundError: there is none with this id.
    """
    user = rows.find(tx, user_id)
    if user is None:
        raise NotFoundError("No such user.")
    return user
