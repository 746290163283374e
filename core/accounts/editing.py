"""Editing a user's details (R14, R49, R59, D8, D9, D23)."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import EditedMeanwhileError, FormError, OwnLinkError
from core.passwords import replacement_mail
from core.reminders import service as reminders
from core.rulebook import Rulebook
from core.users import uniqueness
from core.users.principals import Principal, require_acting_administrator
from core.users.rows import users
from core.users.rules import NewUser, User

# A code and an id; the other details are personal.
_TRACEABLE = frozenset({"language", "member"})


@dataclass(frozen=True, slots=True)
class UserDetails:
    """A user's details as texts, empty where there is none: to compare seen and is."""

    first_name: str
    last_name: str
    language: str
    email: str
    phone: str
    username: str
    member: str


@dataclass(frozen=True, slots=True)
class UserEdit:
    """The details a user is to have (the roles in `wish` count for nothing), and those seen."""

    user_id: int
    wish: NewUser
    seen: UserDetails


def details_of(whose: User | NewUser) -> UserDetails:
    """Return the details of a user, or of a wish."""
    email = whose.email if isinstance(whose, User) else whose.email.text
    return UserDetails(
        first_name=whose.first_name,
        last_name=whose.last_name,
        language=whose.language,
        email=email,
        phone=whose.phone or "",
        username=whose.username,
        member=whose.member.member_id if whose.member else "",
    )


def changed_fields(one: UserDetails, other: UserDetails) -> tuple[str, ...]:
    """Return the names of the fields that differ."""
    names = (field.name for field in fields(UserDetails))
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def edit(
    tx: Connection, wish: UserEdit, principal: Principal, rulebook: Rulebook, now: datetime
) -> User:
    """Write the details, on the record, and tell those concerned; the same details change nothing.

    Raises:
        NotAdministratorError: the asker administers nothing.
        NotFoundError: no such user in the asker's authority.
        EditedMeanwhileError: what was seen is no longer so (D23).
        FormError: address, username or Slack member is taken, or the asker's own member changes.
    """
    by = require_acting_administrator(tx, principal)
    users.lock(tx, wish.user_id)
    user = users.require_in_authority(tx, wish.user_id, by.authority_id)
    current = details_of(user)
    changed = changed_fields(current, details_of(wish.wish))
    if not changed:
        return user
    meanwhile = changed_fields(current, wish.seen)
    if meanwhile:
        raise EditedMeanwhileError(meanwhile)
    if "member" in changed and user.id == by.id:
        raise FormError((OwnLinkError(),))
    _write(tx, user, wish.wish, rulebook)
    if "member" in changed:
        reminders.reschedule(tx, user.id)
    _tell(tx, by, user, changed, now)
    if "email" in changed:
        replacement_mail.replace_after_email_change(tx, user, by.id, now)
    return users.require_in_authority(tx, user.id, by.authority_id)


def _write(tx: Connection, user: User, wish: NewUser, rulebook: Rulebook) -> None:
    refused = uniqueness.conflicts(tx, wish, rulebook.policy, user)
    if refused:
        raise FormError(refused)
    values: dict[str, object] = {
        "first_name": wish.first_name,
        "last_name": wish.last_name,
        "language": wish.language,
        "email": wish.email.text,
        "email_key": wish.email.key,
        "phone": wish.phone,
        "username": wish.username,
        "team_id": wish.member.team_id if wish.member else None,
        "member_id": wish.member.member_id if wish.member else None,
        **({"once_linked": True} if wish.member else {}),
    }
    if wish.username != user.username:
        values["username_told_at"] = None
    try:
        with tx.begin_nested():
            users.write_details(tx, user.id, **values)
    except IntegrityError:
        # Somebody took it between our look and our write; the second look says what.
        raise FormError(uniqueness.conflicts(tx, wish, rulebook.policy, user)) from None


def _traceable(user: User, edited: User, changed: tuple[str, ...]) -> dict[str, object]:
    """Return what was and is now of the details that may stand in the trail (D22).

    Of names, addresses and numbers it says only that they changed: who reads the trail need not
    know them.
    """
    shown = [name for name in changed if name in _TRACEABLE]
    if not shown:
        return {}
    before, after = details_of(user), details_of(edited)
    return {
        "before": {name: getattr(before, name) for name in shown},
        "after": {name: getattr(after, name) for name in shown},
    }


def _tell(tx: Connection, by: User, user: User, changed: tuple[str, ...], now: datetime) -> None:
    edited = users.require_in_authority(tx, user.id, user.authority_id)
    audit_event = audit.event_about(
        Actor.user(by.id),
        Act.USER_EDITED,
        authority_id=user.authority_id,
        user_id=user.id,
        fields=list(changed),
        **_traceable(user, edited, changed),
    )
    event = audit.record(tx, audit_event, now).id
    details = {"fields": list(changed)}
    notices.queue_notice(tx, Notice(NoticeType.DETAILS_CHANGED, edited, by.id, event, details), now)
    if "email" in changed:
        to_old = NewDelivery(
            DeliveryKind.OLD_ADDRESS,
            user.authority_id,
            user.id,
            by.id,
            event=str(event),
            details={"to": user.email},
        )
        deliveries.queue(tx, [to_old], now)
    if edited.member is not None and edited.username_told_at is None:
        # A new username goes out as the first did (D10).
        again = NewDelivery(DeliveryKind.USERNAME, user.authority_id, user.id, by.id)
        deliveries.queue_again(tx, again, now)
