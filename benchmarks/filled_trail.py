"""Fills a database with an audit trail, a valid hash chain with signed checkpoints."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, update

from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit import rules, signing
from core.audit.rows import checkpoints, entries
from core.audit.rules import COMMAND_LINE, Act, Actor, AuditEntry, AuditEvent
from core.audit.signing import ChainTip
from core.authorities.rules import NewAuthority
from core.catalogue.load import load, shipped
from core.contacts import email_of
from core.policy import Policy
from core.role_keys import ADMINISTRATOR
from core.rulebook import Rulebook
from core.schema.audit import audit_chain_tip, audit_entries
from core.secret import Secret
from core.store import migration
from core.users.principals import Principal, principal_of
from core.users.rules import NewUser, RegistrationRequest

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))
KEY = Secret("benchmark")
BATCH = 10_000
PEOPLE = 40
ACTS = (Act.SIGNED_IN, Act.USER_EDITED, Act.ROLES_CHANGED, Act.PASSWORD_RESET)


def register_people(tx: Connection) -> Principal:
    """Create the tables, an authority and its users; return an administrator of it."""
    migration.upgrade(tx)
    new_authority = NewAuthority("Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ",))
    authority = authority_registration.register(tx, new_authority, COMMAND_LINE, NOW)
    people = [_person(number) for number in range(PEOPLE)]
    anna, *_ = [
        registration.register(
            tx, RegistrationRequest(authority.id, person, COMMAND_LINE), RULEBOOK, NOW
        )
        for person in people
    ]
    return principal_of(anna)


def _person(number: int) -> NewUser:
    name = f"person{number:02}"
    roles = frozenset({ADMINISTRATOR})
    return NewUser(
        "Ida", name.title(), "da", email_of(f"{name}@s.example"), None, f"{name}.x", roles
    )


def add_entries(tx: Connection, first: int, count: int) -> None:
    """Add that many chained entries, every tenth of them about the authority."""
    number, previous_hash = entries.lock_tip(tx)
    made: list[dict[str, object]] = []
    for serial in range(first, first + count):
        at = NOW + timedelta(seconds=serial)
        audit_event = _event(serial)
        salt = f"{serial:032x}"
        digest = rules.details_digest(audit_event.details, salt)
        number += 1
        entry_hash = rules.entry_hash_of(
            number, at, audit_event, digest=digest, previous_hash=previous_hash
        )
        made.append(
            entries.values_of(
                AuditEntry(number, at, audit_event, salt, digest, previous_hash, entry_hash)
            )
        )
        previous_hash = entry_hash
    tx.execute(insert(audit_entries), made)
    tx.execute(update(audit_chain_tip).values(entry_id=number, entry_hash=previous_hash))
    last = checkpoints.newest(tx)
    assert not isinstance(last, int), last
    # On a day of its own, so that no later checkpoint replaces it.
    day = NOW + timedelta(days=first // BATCH)
    signing.sign(tx, ChainTip(number, previous_hash, last), KEY, day)


def _event(serial: int) -> AuditEvent:
    of_the_authority = serial % 10 == 0
    user = 1 + serial // 10 % PEOPLE if of_the_authority else 1000 + serial % 5000
    authority = 1 if of_the_authority else 2 + serial % 500
    details = {"before": "Østergård", "after": "Holm", "module": "PQ", "number": serial}
    return AuditEvent(Actor.user(user), ACTS[serial // 10 % 4], authority, user, details)
