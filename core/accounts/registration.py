"""Registering a user (R11, R38-R55).

A registration goes this way, in one transaction:

1. `UserForm` holds the raw texts; `core.users.registration_form` checks them all at once and
   returns a `NewUser`.
2. The right to register is checked, and a `RegistrationRequest` says for which authority, by
   whom, and under which idempotency key: `request_by_administrator` for Slack; the command line,
   imports and the registration of an authority check their own rights and make the request
   themselves.
3. `register` returns the earlier user if the key was used before. Otherwise it locks the
   authority, checks uniqueness and roles, writes the `User`, records the audit entry and queues
   the outbox rows.
"""

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

    `form_id` is the same when the same form is submitted twice; the idempotency key is made of it.

    Raises:
        NotAdministratorError: the principal does not administer their authority (R38).
    """
    by = require_acting_administrator(tx, principal)
    return RegistrationRequest(by.authority_id, new_user, Actor.user(by.id), f"{by.id}:{form_id}")


def register(
    tx: Connection, request: RegistrationRequest, rulebook: Rulebook, now: datetime
) -> User:
    """Register the user, on the record, and queue the messages about it.

    The right to register was checked when the request was made. A request whose key was used
    before changes nothing and returns the user it made then.

    Raises:
        FormError: address, username or member is taken, or a role cannot be held (R46, R53, D13).
        NotFoundError: there is no such authority.
    """
    earlier = None if request.key is None else users.find_by_registration(tx, request.key)
    if earlier is not None:
        return earlier
    # Until the end no module is withdrawn, and the authority is not removed (D13, D14).
    authority = _require_present(authorities.lock(tx, request.authority_id))
    user = _write(tx, request, authority, rulebook, now)
    entry_id = _record(tx, request, user, now)
    deliveries.queue(tx, _deliveries_of(request, authority, user, entry_id), now)
    return user


def require_registrable(
    tx: Connection, authority_id: int, new_user: NewUser, rulebook: Rulebook
) -> None:
    """Check, as things stand now, that the user could be registered in the authority.

    Raises:
        FormError, NotFoundError: as `register`.
    """
    authority = _require_present(authorities.find(tx, authority_id))
    conflicts = _conflicts(tx, authority, new_user, rulebook)
    if conflicts:
        raise FormError(conflicts)


def _require_present(authority: Authority | None) -> Authority:
    if authority is None or authority.removed_at is not None:
        raise NotFoundError("No such authority.")
    return authority


def _conflicts(
    tx: Connection, authority: Authority, new_user: NewUser, rulebook: Rulebook
) -> tuple[InputError, ...]:
    errors = uniqueness.conflicts(tx, new_user, rulebook.policy)
    if not new_user.roles <= set(rulebook.catalogue.roles_in(authority.modules)):
        errors += (UnknownRoleError(),)
    return errors


def _write(
    tx: Connection,
    request: RegistrationRequest,
    authority: Authority,
    rulebook: Rulebook,
    now: datetime,
) -> User:
    conflicts = _conflicts(tx, authority, request.new_user, rulebook)
    if conflicts:
        raise FormError(conflicts)
    try:
        with tx.begin_nested():
            return users.add(tx, request, now)
    except IntegrityError:
        # Another transaction took it after the check; checking again finds out what it was.
        conflicts = _conflicts(tx, authority, request.new_user, rulebook)
        raise FormError(conflicts) from None


def _record(tx: Connection, request: RegistrationRequest, user: User, now: datetime) -> int:
    audit_event = audit.event_about(
        request.actor,
        Act.USER_REGISTERED,
        authority_id=user.authority_id,
        user_id=user.id,
        language=user.language,
        roles=[str(key) for key in sorted(request.new_user.roles)],
        member=None if user.member is None else user.member.member_id,
    )
    return audit.record(tx, audit_event, now).id


def _deliveries_of(
    request: RegistrationRequest, authority: Authority, user: User, entry_id: int
) -> list[NewDelivery]:
    by_user_id = request.actor.user_id

    def about(kind: DeliveryKind) -> NewDelivery:
        return NewDelivery(kind, authority.id, user.id, by_user_id)

    new_deliveries = [about(DeliveryKind.TEMPORARY_PASSWORD)]
    if user.member is not None:
        new_deliveries.append(about(DeliveryKind.USERNAME))
    if request.in_bulk:
        return new_deliveries
    new_deliveries += notices.deliveries_of(
        Notice(NoticeType.REGISTERED, user, by_user_id, entry_id, {})
    )
    if authority.team_channel is not None:
        new_deliveries.append(about(DeliveryKind.ONBOARDING))
    return new_deliveries
