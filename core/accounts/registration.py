"""Registers a user, and queues the messages about the new account (R11, R38-R55).

A registration has three steps, in one transaction:

1. `UserForm` holds the raw texts; `core.users.registration_form` checks them all at once and
   returns a `NewUser`.
2. A `RegistrationRequest` says for which authority, by whom, and under which idempotency key the
   user is registered.
3. The authority's row is locked, the permission to register is checked, and one query finds users
   who already have the e-mail address, username, Slack member or idempotency key. Then the `User`
   is written, the audit entry recorded, and the outbox rows (messages to send) are queued.

An administrator registers a user through `register_by_administrator`. The command line, imports and
the registration of an authority check permissions themselves and call `register`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import Act, Actor, AuditEvent
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rows import deliveries as rows
from core.deliveries.rules import Delivery, DeliveryKind, NewDelivery
from core.errors import FormError, NotFoundError, UnknownRoleError
from core.rulebook import Rulebook
from core.users import uniqueness
from core.users.mail_exposure import authority_texts
from core.users.principals import Principal, lock_administered_authority
from core.users.registration_form import new_user_of
from core.users.rows import new_users, users
from core.users.rows.taken_values import TakenValues
from core.users.rules import NewUser, RegistrationRequest, User, UserForm
from core.users.uniqueness import Candidate


@dataclass(frozen=True, slots=True)
class Registration:
    """A registered user, and the newest delivery of each kind that goes out to or about them."""

    user: User
    deliveries: tuple[Delivery, ...]


class UnknownConflictError(Exception):
    """The new user conflicts with a row that no check finds, which is a fault of the database.

    Its next id may be that of an earlier user, after a restore without `imi-bot restore`.
    """


def register_by_administrator(
    tx: Connection,
    principal: Principal,
    form: UserForm,
    rulebook: Rulebook,
    now: datetime,
) -> Registration:
    """Register the user of the form in the principal's own authority.

    The idempotency key is made of the form's id: submitted twice, it registers one user.

    Raises:
        NotAdministratorError: the principal does not administer their authority (R38).
        FormError: a field is invalid (R41-R48), a value is taken, or a role cannot be held.
    """
    by, authority = lock_administered_authority(tx, principal, shared=True)
    new_user = new_user_of(form, country=authority.country, policy=rulebook.policy)
    request = RegistrationRequest(
        authority.id, new_user, Actor.user(by.id), key=f"{by.id}:{form.form_id}"
    )
    user, new_deliveries = _register(tx, request, authority, rulebook, now)
    if new_deliveries is None:
        return Registration(user, rows.newest_about(tx, user.id))
    return Registration(user, rows.newest_of(rows.add_and_return(tx, new_deliveries, now)))


def register(
    tx: Connection, request: RegistrationRequest, rulebook: Rulebook, now: datetime
) -> User:
    """Register the user, record it in the audit trail, and queue the messages.

    The caller checks the permission to register. If the key was used before, nothing changes, and
    the user who was registered then is returned.

    Raises:
        FormError: address, username or member is taken, or a role cannot be held (R46, R53, D13).
        NotFoundError: there is no such authority.
    """
    authority = _require_present(authorities.lock(tx, request.authority_id, shared=True))
    user, new_deliveries = _register(tx, request, authority, rulebook, now)
    deliveries.queue(tx, new_deliveries or (), now)
    return user


def require_registrable(
    tx: Connection, authority: Authority, new_user: NewUser, rulebook: Rulebook
) -> None:
    """Check that the user can be registered in the authority at this moment.

    Raises:
        FormError: address, username or member is taken, or a role cannot be held.
    """
    require_no_conflicts(
        tx, uniqueness.find_taken_values(tx, new_user), new_user, authority, rulebook
    )


def require_no_conflicts(
    tx: Connection, taken: TakenValues, new_user: NewUser, authority: Authority, rulebook: Rulebook
) -> None:
    """Check the same as `require_registrable`, with taken values that the caller has already found.

    Raises:
        FormError: address, username or member is taken, or a role cannot be held.
    """
    candidate = Candidate(new_user, shown=authority_texts(authority))
    errors = uniqueness.conflicts_with(tx, taken, candidate, rulebook.policy)
    if not new_user.roles <= set(rulebook.catalogue.roles_in(authority.modules)):
        errors += (UnknownRoleError(),)
    if errors:
        raise FormError(errors)


def _register(
    tx: Connection,
    request: RegistrationRequest,
    authority: Authority,
    rulebook: Rulebook,
    now: datetime,
) -> tuple[User, list[NewDelivery] | None]:
    """Register the user in the locked authority: no module is withdrawn meanwhile (D13, D14).

    Returns also the deliveries to queue, None if the key was used before.
    """
    registered = _register_once(tx, request, authority, rulebook, now)
    if registered is None:
        # Another transaction took something after the check, which now finds what it was; also the
        # key, if the form was submitted twice at once.
        registered = _register_once(tx, request, authority, rulebook, now)
    if registered is None:
        raise UnknownConflictError
    return registered


def _register_once(
    tx: Connection,
    request: RegistrationRequest,
    authority: Authority,
    rulebook: Rulebook,
    now: datetime,
) -> tuple[User, list[NewDelivery] | None] | None:
    """Do the same as `_register`; return None if the insert finds a conflict, the check none."""
    new_user = request.new_user
    taken = uniqueness.find_taken_values(tx, new_user, request.key)
    if taken.registration is not None:
        return users.require(tx, taken.registration), None
    require_no_conflicts(tx, taken, new_user, authority, rulebook)
    user = new_users.add(tx, request, now)
    if user is None:
        return None
    entry_id = audit.record(tx, event_of(request, user), now).id
    return user, deliveries_of(request, authority, user, entry_id)


def _require_present(authority: Authority | None) -> Authority:
    if authority is None or authority.removed_at is not None:
        raise NotFoundError("No such authority.")
    return authority


def event_of(request: RegistrationRequest, user: User) -> AuditEvent:
    """Return the event that the audit trail records of a registration (D22)."""
    return audit.event_about(
        request.actor,
        Act.USER_REGISTERED,
        authority_id=user.authority_id,
        user_id=user.id,
        language=user.language,
        roles=[str(key) for key in sorted(request.new_user.roles)],
        member=None if user.member is None else user.member.member_id,
    )


def deliveries_of(
    request: RegistrationRequest, authority: Authority, user: User, entry_id: int
) -> list[NewDelivery]:
    """Return the messages about the new account; `entry_id` is that of its audit entry."""
    by_user_id = request.actor.user_id

    def about(kind: DeliveryKind) -> NewDelivery:
        return NewDelivery(kind, authority.id, user.id, by_user_id)

    new_deliveries = [about(DeliveryKind.TEMPORARY_PASSWORD)]
    if user.member is not None:
        new_deliveries.append(about(DeliveryKind.USERNAME))
    elif request.in_bulk:
        # No member was picked, so the user is searched for in Slack by the address (B15).
        new_deliveries.append(replace(about(DeliveryKind.FIND_MEMBER), event=str(entry_id)))
    if request.in_bulk:
        return new_deliveries
    new_deliveries += notices.deliveries_of(
        Notice(NoticeType.REGISTERED, user, by_user_id, entry_id, {})
    )
    if authority.team_channel is not None:
        new_deliveries.append(about(DeliveryKind.ONBOARDING))
    return new_deliveries
