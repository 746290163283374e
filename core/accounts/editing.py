"""Edits a user's details, such as name and e-mail address (R14, R49, R59, D8, D9, D23).

An edit is refused if somebody else changed the same detail to another value since the form was
opened.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core.accounts import relinking, username_handover
from core.audit import service as audit
from core.audit.rules import Act, Actor
from core.authorities.rows import authorities
from core.contacts import email_of
from core.deliveries import notices
from core.deliveries import service as deliveries
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import EditedMeanwhileError, FieldChange, FormError, OwnLinkError
from core.merging import changed_fields, merge
from core.passwords import replacement_mail
from core.rulebook import Rulebook
from core.users import editors, uniqueness
from core.users.mail_exposure import authority_texts
from core.users.principals import Principal, require_acting_administrator
from core.users.rows import users
from core.users.rules import NewUser, User, UserDetails, details_of
from core.users.uniqueness import Candidate

# Details whose values the audit trail may hold: a language code and a Slack id. All others are
# personal data (D22).
_AUDITABLE = frozenset({"language", "member"})


@dataclass(frozen=True, slots=True)
class UserEdit:
    """A request to edit a user's details; `seen` are the details that the form showed.

    The roles of `new_user` are ignored; `core.roles.service` changes roles.
    """

    user_id: int
    new_user: NewUser
    seen: UserDetails


def edit(
    tx: Connection, request: UserEdit, principal: Principal, rulebook: Rulebook, now: datetime
) -> User:
    """Write the details, record the edit and queue the notices; equal details change nothing.

    Details that only somebody else changed since the form was opened stay as they are (D23).

    Raises:
        NotAdministratorError: the principal is not an administrator.
        NotFoundError: no such user in the principal's authority.
        EditedMeanwhileError: somebody else changed a detail to another value than the one typed
            since the form was opened (D23); names each such detail.
        FormError: address, username or Slack member is taken, or the principal's own member
            would change.
    """
    by = require_acting_administrator(tx, principal)
    user = users.lock_in_authority(tx, request.user_id, by.authority_id)
    new_user = _merged(tx, user, request, by.language)
    changed = changed_fields(details_of(user), details_of(new_user))
    if not changed:
        return user
    if "member" in changed and user.id == by.id:
        raise FormError((OwnLinkError(),))
    _write(tx, user, new_user, rulebook)
    if "member" in changed:
        relinking.follow_member(tx, user, new_user.member, now)
    edited = users.require(tx, user.id)
    _record_and_notify(tx, by, (user, edited), changed, now)
    if "email" in changed:
        replacement_mail.replace_after_email_change(tx, user, by.id, now)
        return users.require(tx, user.id)
    return edited


def _merged(tx: Connection, user: User, request: UserEdit, language: str) -> NewUser:
    """Return the typed details, and those that only somebody else changed as they are now."""
    seen, current = asdict(request.seen), asdict(details_of(user))
    merged = merge(seen, asdict(details_of(request.new_user)), current)
    if merged.conflicts:
        raise EditedMeanwhileError.of(
            tuple(
                FieldChange(
                    name, editors.of_detail(tx, user, name, language), seen[name], current[name]
                )
                for name in merged.conflicts
            )
        )
    theirs = {name: getattr(user, name) for name in merged.taken_over}
    if "email" in theirs:
        theirs["email"] = email_of(user.email)
    return replace(request.new_user, **theirs)


def _write(tx: Connection, user: User, new_user: NewUser, rulebook: Rulebook) -> None:
    shown: tuple[str, ...] = ()
    if new_user.username != user.username:
        shown = authority_texts(authorities.require(tx, user.authority_id))
    candidate = Candidate(new_user, user, shown)
    conflicts = uniqueness.conflicts(tx, candidate, rulebook.policy)
    if conflicts:
        raise FormError(conflicts)
    if new_user.username != user.username:
        audit.lock_chain(tx)
    try:
        with tx.begin_nested():
            users.write_details(tx, user, new_user)
    except IntegrityError:
        # Another transaction took it after the check; checking again finds out what it was.
        conflicts = uniqueness.conflicts(tx, candidate, rulebook.policy)
        raise FormError(conflicts) from None


def _auditable_values(user: User, edited: User, changed: tuple[str, ...]) -> dict[str, object]:
    """Return the values before and after of the changed details that are no personal data (D22).

    Of names, addresses and numbers the trail says only that they changed: its readers need not know
    them.
    """
    auditable = [name for name in changed if name in _AUDITABLE]
    if not auditable:
        return {}
    before, after = details_of(user), details_of(edited)
    return {
        "before": {name: getattr(before, name) for name in auditable},
        "after": {name: getattr(after, name) for name in auditable},
    }


def _record_and_notify(
    tx: Connection,
    by: User,
    before_and_after: tuple[User, User],
    changed: tuple[str, ...],
    now: datetime,
) -> None:
    user, edited = before_and_after
    audit_event = audit.event_about(
        Actor.user(by.id),
        Act.USER_EDITED,
        authority_id=user.authority_id,
        user_id=user.id,
        fields=list(changed),
        **_auditable_values(user, edited, changed),
    )
    entry_id = audit.record(tx, audit_event, now).id
    details = {"fields": list(changed)}
    notices.queue_notice(
        tx, Notice(NoticeType.DETAILS_CHANGED, edited, by.id, entry_id, details), now
    )
    if "email" in changed:
        to_old_address = NewDelivery(
            DeliveryKind.OLD_ADDRESS,
            user.authority_id,
            user.id,
            by.id,
            event=str(entry_id),
            details={"to": user.email},
        )
        deliveries.queue(tx, [to_old_address], now)
    if edited.member is not None and not {"member", "username"}.isdisjoint(changed):
        # A changed username is sent by Slack message, as the first one was (D10).
        username_handover.send_unless_known(tx, edited, by.id, now)
