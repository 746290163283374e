"""Data classes of the audit trail, and the hash that links an entry to the one before it (D22)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

GENESIS = "0" * 64

AuditDetails = Mapping[str, object]

# Built once: verifying a trail encodes each of its many entries twice.
_as_text = json.JSONEncoder(sort_keys=True, ensure_ascii=True).encode


class ActorKind(StrEnum):
    """The kinds of actors."""

    USER = "user"
    SYSTEM = "system"
    COMMAND_LINE = "command_line"
    ANONYMOUS = "stranger"  # somebody who is not signed in; the value is stored
    COMMISSION = "commission"
    # Stands for any unknown value: somebody wrote it into the database by hand.
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor of an audit event; only a user has an id."""

    kind: ActorKind
    user_id: int | None = None

    @classmethod
    def user(cls, user_id: int) -> "Actor":
        """Return the actor that is this user."""
        return cls(ActorKind.USER, user_id)


SYSTEM = Actor(ActorKind.SYSTEM)
COMMAND_LINE = Actor(ActorKind.COMMAND_LINE)
ANONYMOUS = Actor(ActorKind.ANONYMOUS)
COMMISSION = Actor(ActorKind.COMMISSION)


class Act(StrEnum):
    """The acts that the trail records."""

    AUTHORITY_REGISTERED = "authority_registered"
    USER_REGISTERED = "user_registered"
    MEMBER_LINKED = "member_linked"
    ADMINISTRATOR_NAMED = "administrator_named"
    USERNAME_TOLD = "username_told"
    USERNAME_REVEALED = "username_revealed"
    SENT_AGAIN = "sent_again"
    USER_EDITED = "user_edited"
    ROLES_CHANGED = "roles_changed"
    USER_REMOVED = "user_removed"
    USER_RESTORED = "user_restored"
    USER_PURGED = "user_purged"
    USERS_EXPORTED = "users_exported"
    USERS_CHECKED = "users_checked"
    USERS_IMPORTED = "users_imported"
    DETAIL_REPORTED = "detail_reported"
    OWN_DATA_TAKEN = "own_data_taken"
    TRAIL_EXPORTED = "trail_exported"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an act
    RESET_REQUESTED = "reset_requested"
    RESET_DECLINED = "reset_declined"
    RESET_EXPIRED = "reset_lapsed"
    LEAVER_NOTICED = "leaver_noticed"
    LEAVER_KEPT = "leaver_kept"
    AUTHORITY_EDITED = "authority_edited"
    AUTHORITY_REMOVED = "authority_removed"
    DATA_CONFIRMED = "data_confirmed"
    KEYWORDS_CHANGED = "keywords_changed"
    COORDINATORS_CHANGED = "coordinators_changed"
    MODULES_GRANTED = "modules_granted"
    MODULES_WITHDRAWN = "modules_withdrawn"
    COORDINATOR_FLAGGED = "coordinator_flagged"
    TITLE_TASK_OPENED = "title_task_opened"
    TITLE_TRANSLATED = "title_translated"
    CATALOGUE_LOADED = "catalogue_loaded"
    CHECKPOINTS_ADOPTED = "checkpoints_adopted"
    TEMPORARY_PASSWORD_MADE = "temporary_password_made"  # noqa: S105 - the name of an act
    PASSWORD_CHOSEN = "password_chosen"  # noqa: S105 - the name of an act
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    PASSWORD_BLOCKED = "password_blocked"  # noqa: S105 - the name of an act
    UNKNOWN_BROWSERS_BLOCKED = "strangers_blocked"
    SIGNED_OUT = "signed_out"
    # Stands for any unknown value, as in `ActorKind`.
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An event to record, with ids and changed values; it must not contain a secret."""

    actor: Actor
    act: Act
    authority_id: int | None
    user_id: int | None
    details: AuditDetails


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link of the chain, as stored."""

    id: int
    at: datetime
    audit_event: AuditEvent
    salt: str
    digest: str
    previous_hash: str
    entry_hash: str


def texts_in(details: AuditDetails, name: str) -> frozenset[str]:
    """Return the members of the list with this name as texts; none if there is no such list."""
    found = details.get(name)
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


def details_digest(details: AuditDetails, salt: str) -> str:
    """Return the salted SHA-256 digest of the details.

    An entry's hash covers only this digest, so that a purge (D14) can drop details and salt
    and leave the chain valid.
    """
    return _sha256(salt + _as_text(details))


def entry_hash_of(
    number: int, at: datetime, audit_event: AuditEvent, *, digest: str, previous_hash: str
) -> str:
    """Return the hash that chains entry `number` to the one before it."""
    link = {
        "number": number,
        "at": at.isoformat(),
        "actor": [audit_event.actor.kind, audit_event.actor.user_id],
        "act": audit_event.act,
        "authority": audit_event.authority_id,
        "user": audit_event.user_id,
        "digest": digest,
        "previous": previous_hash,
    }
    return _sha256(_as_text(link))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
