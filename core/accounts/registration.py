"""What administrators wish for users: propose a username, register (R11, R38-R55)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import (
    FormError,
    InputError,
    NotFoundError,
    UnknownRoleError,
)
from core.rulebook import Rulebook
from core.users import uniqueness
from core.users.principals import Principal, require_acting_administrator
from core.users.rows import users
from core.users.rules import Admission, NewUser, User


@dataclass(frozen=True, slots=True)
class RegistrationRequest:
    """A wish to register; `key` is the same when the same form is sent twice."""

    wish: NewUser
    by: Principal
    key: str


def register(
    tx: Connection, registration: RegistrationRequest, rulebook: Rulebook, now: datetime
) -> User:
    """Register the user in the asker's authority, on the record, with what is to be said.

    The same registration sent again changes nothing and returns the user it made.

    Raises:
        NotAdministratorError: the asker does not administer their authority (R38).
        FormError: address, username or member is taken, or a role cannot be held (R46, R53, D13).
    """
    by = require_acting_administrator(tx, registration.by)
    key = f"{by.id}:{registration.key}"
    earlier = users.find_by_registration(tx, key)
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
            user_id = users.add(tx, admission, now)
    except IntegrityError:
        # Somebody took it between our look and our write; the second look says what.
        raise FormError(_clashes(tx, admission, authority, rulebook)) from None
    entry = _record(tx, admission, user_id, now)
    user = users.require(tx, user_id)
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


def _clashes(
    tx: Connection, admission: Admission, authority: Authority, rulebook: Rulebook
) -> tuple[InputError, ...]:
    errors = uniqueness.conflicts(tx, admission.wish, rulebook.policy)
    if not admission.wish.roles <= set(rulebook.catalogue.roles_in(authority.modules)):
        errors += (UnknownRoleError(),)
    return errors


def _record(tx: Connection, admission: Admission, user_id: int, now: datetime) -> int:
    wish = admission.wish
    audit_event = audit.event_about(
        admission.actor,
        Act.USER_REGISTERED,
        authority_id=admission.authority_id,
        user_id=user_id,
        language=wish.language,
        roles=[str(key) for key in sorted(wish.roles)],
        member=None if wish.member is None else wish.member.member_id,
    )
    return audit.record(tx, audit_event, now).id


def _to_user(admission: Admission, user: User) -> list[NewDelivery]:
    kinds = [DeliveryKind.TEMPORARY_PASSWORD]
    if user.member is not None:
        kinds.append(DeliveryKind.USERNAME)
    return [
        NewDelivery(kind, user.authority_id, user.id, admission.actor.user_id) for kind in kinds
    ]


def _to_others(
    admission: Admission, authority: Authority, user: User, entry: int
) -> list[NewDelivery]:
    by = admission.actor.user_id
    wishes = notices.deliveries_of(Notice(NoticeType.REGISTERED, user, by, entry, {}))
    if authority.team_channel is not None:
        wishes.append(NewDelivery(DeliveryKind.ONBOARDING, authority.id, user.id, by))
    return wishes
