"""Decodes stored rows of the audit trail, and checks quickly that a row continues it (D22)."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import product
from typing import Any

from core.audit.rules import (
    Act,
    Actor,
    ActorKind,
    AuditDetails,
    AuditEntry,
    AuditEvent,
    details_digest,
)

# The columns of a stored row, in this order. Their values are those of the database's driver.
COLUMNS = (
    "id",
    "at",
    "actor_kind",
    "actor_id",
    "act",
    "authority_id",
    "user_id",
    "details",
    "salt",
    "digest",
    "previous_hash",
    "entry_hash",
)
StoredEntry = Sequence[Any]

# The errors of decoding a value that is no moment, no JSON, no text or too large a number.
UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError)
# With salts of any length, the same digest could be made of other details: the boundary between
# salt and details would be free to move.
SALT = re.compile(r"[0-9a-f]{32}")

ACTS = {act.value: act for act in Act}
KINDS = {kind.value: kind for kind in ActorKind}
# A purge explains entries before it, so that it needs more than the quick check.
_ORDINARY_ACTS = frozenset(ACTS) - {Act.USER_PURGED.value}
_TEXT_TYPE = {str}
_NUMBERS = frozenset(product((int, type(None)), repeat=3))
_NULL = {None: "null"}.get
_read_json = json.JSONDecoder().decode
_is_salt, _is_hash = SALT.fullmatch, re.compile(r"[0-9a-f]{64}").fullmatch


def decode(row: StoredEntry) -> AuditEntry | int:
    """Return the entry of a stored row, or only its number if it cannot be read."""
    try:
        return _decode(row)
    except UNREADABLE:
        number: int = row[0]
        return number


def continues_chain(row: StoredEntry, number: int, previous_hash: str | None) -> bool:
    """Return whether the row is certainly the entry after `number`, complete and unaltered.

    The check is quick, and is made of every entry of a trail of millions. False means that the
    row needs the full check of `ChainWalk`: a purge, for example, or an entry without details.
    """
    entry_id, at, kind, actor_id, act, authority_id, user_id, details, salt, digest, *hashes = row
    if entry_id != number + 1 or previous_hash is None or hashes[0] != previous_hash:
        return False
    try:
        if not (
            act in _ORDINARY_ACTS
            and kind in KINDS
            and (type(actor_id), type(authority_id), type(user_id)) in _NUMBERS
            and _is_salt(salt)
            and _is_hash(previous_hash)
            and digest == details_digest(_details_in(details), salt)
        ):
            return False
        moment = _moment_text(at)
    except UNREADABLE:
        return False
    # The text that `rules.entry_hash_of` hashes. No value in it needs escaping by now: each is a
    # number, a moment, a known word, or a hash.
    link = (
        f'{{"act": "{act}", "actor": ["{kind}", {_NULL(actor_id, actor_id)}], "at": "{moment}", '
        f'"authority": {_NULL(authority_id, authority_id)}, "digest": "{digest}", '
        f'"number": {entry_id}, "previous": "{previous_hash}", "user": {_NULL(user_id, user_id)}}}'
    )
    return bool(sha256(link.encode()).hexdigest() == hashes[1])


def _details_in(stored: object) -> AuditDetails:
    """Return the decoded details; PostgreSQL's driver has decoded them already."""
    found = _read_json(stored) if isinstance(stored, str) else stored
    if not isinstance(found, dict):
        raise TypeError("These are no details.")
    return found


def _moment_text(stored: str | datetime) -> str:
    """Return the moment as it is hashed; SQLite stores a text in UTC, without a zone.

    Raises:
        TypeError: the value is neither a text nor a moment.
        ValueError: the text is no moment, or has a zone.
    """
    if isinstance(stored, datetime):
        return stored.astimezone(UTC).isoformat()
    moment = datetime.fromisoformat(stored)
    if moment.tzinfo is not None:
        raise ValueError("SQLite stores moments without a zone.")
    return f"{moment.isoformat()}+00:00"


def _decode(row: StoredEntry) -> AuditEntry:
    """Return the entry; SQLite stores values of any type in any column.

    Raises:
        TypeError: a value has a type that the product does not write.
        ValueError: a text is no moment or no JSON.
    """
    (entry_id, at, kind, actor_id, act, authority_id, user_id, details, *texts) = row
    found = _details_in(details)
    if {type(kind), type(act), *map(type, texts)} != _TEXT_TYPE or (
        type(actor_id),
        type(authority_id),
        type(user_id),
    ) not in _NUMBERS:
        raise TypeError("This is no entry.")
    actor = Actor(KINDS.get(kind, ActorKind.UNREADABLE), actor_id)
    audit_event = AuditEvent(actor, ACTS.get(act, Act.UNREADABLE), authority_id, user_id, found)
    salt, digest, previous_hash, entry_hash = texts
    return AuditEntry(
        entry_id, _moment_of(at), audit_event, salt, digest, previous_hash, entry_hash
    )


def _moment_of(stored: str | datetime) -> datetime:
    """Return the moment in UTC: SQLite stores a text without a zone, PostgreSQL a moment."""
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
