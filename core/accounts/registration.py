"""What administrators wish for users: propose a username, register (R11, R38-R55)."""

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
from core.users.rules import NewUser, RegistrationRequest, User


def request_by_administrator(
    tx: Connection, principal: Principal, new_user: NewUser, form_id: str
) -> RegistrationRequest:
    """Return the request to register the user in the principal's own authority.

    `form_id` is the same when the same form is sent twice; the idempotency key is made of it.

    Raises:
        NotAdministratorError: the principal does not administer their authority (R38).
    """
    by = require_acting_administrator(tx, principal)
    return RegistrationRequest(by.authority_id, new_user, Actor.user(by.id), f"{by.id}:{form_id}")


def register(
    tx: Connection, request: RegistrationRequest, rulebook: Rulebook, now: datetime
) -> User:
    """Register the user, on the record, and queue the messages about it.

    Whoever made the request has checked the right. A request whose key was used before changes
    nothing and returns the user it made.

    Raises:
        FormError: address, username or member is taken, or a role cannot be held (R46, R53, D13).
        NotFoundError: there is no such authority.
    """
    if request.key is not None:
        earlier = users.find_by_registration(tx, request.key)
        if earlier is not None:
            return earlier
    # No module is withdrawn and the authority is not removed meanwhile (D13, D14).
    authorities.hold(tx, request.authority_id)
    authority = require_registrable(tx, request, rulebook)
    try:
        with tx.begin_nested():
            user_id = users.add(tx, request, now)
    except IntegrityError:
        # Somebody took it between our look and our write; the second look says what.
        raise FormError(_clashes(tx, request, authority, rulebook)) from None
    entry = _record(tx, request, user_id, now)
    user = users.require(tx, user_id)
    wishes = _to_user(request, user)
    if not request.in_bulk:
        wishes += _to_others(request, authority, user, entry)
    deliveries.queue(tx, wishes, now)
    return user


def require_registrable(
    tx: Connection, request: RegistrationRequest, rulebook: Rulebook
) -> Authority:
    """Look whether the admission would clash, as things stand now; return its authority.

    Raises:
        FormError: as `register`.
        NotFoundError: there is no such authority.
    """
    authority = authorities.find(tx, request.authority_id)
    if authority is None or authority.removed_at is not None:
        raise NotFoundError("No such authority.")
    errors = _clashes(tx, request, authority, rulebook)
    if errors:
        raise FormError(errors)
    return authority


def _clashes(
    tx: Connection, request: RegistrationRequest, authority: Authority, rulebook: Rulebook
) -> tuple[InputError, ...]:
    errors = uniqueness.conflicts(tx, request.wish, rulebook.policy)
    if not request.wish.roles <= set(rulebook.catalogue.roles_in(authority.modules)):
        errors += (UnknownRoleError(),)
    return errors


def _record(tx: Connection, request: RegistrationRequest, user_id: int, now: datetime) -> int:
    wish = request.wish
    audit_event = audit.event_about(
        request.actor,
        Act.USER_REGISTERED,
        authority_id=request.authority_id,
        user_id=user_id,
        language=wish.language,
        roles=[str(key) for key in sorted(wish.roles)],
        member=None if wish.member is None else wish.member.member_id,
    )
    return audit.record(tx, audit_event, now).id


def _to_user(request: RegistrationRequest, user: User) -> list[NewDelivery]:
    kinds = [DeliveryKind.TEMPORARY_PASSWORD]
    if user.member is not None:
        kinds.append(DeliveryKind.USERNAME)
    return [NewDelivery(kind, user.authority_id, user.id, request.actor.user_id) for kind in kinds]


def _to_others(
    request: RegistrationRequest, authority: Authority, user: User, entry: int
) -> list[NewDelivery]:
    by = request.actor.user_id
    wishes = notices.deliveries_of(Notice(NoticeType.REGISTERED, user, by, entry, {}))
    if authority.team_channel is not None:
        wishes.append(NewDelivery(DeliveryKind.ONBOARDING, authority.id, user.id, by))
    return wishes
