"""Fills an authority with many users by a few set-based statements, for benchmarks of reading."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, text

from benchmarks.databases import gather_statistics
from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import NewAuthority
from core.catalogue.load import load, shipped
from core.contacts import email_of
from core.members import rows as members
from core.members.rules import Member, MemberKey
from core.policy import Policy
from core.role_keys import ADMINISTRATOR
from core.rulebook import Rulebook
from core.store import migration
from core.store.columns import Instant
from core.users.rules import NewUser, RegistrationRequest, User

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))
ADMINISTRATOR_KEY = MemberKey("T0IMI", "U0ANNA")
# The names are pieces of these texts; with prime lengths, few people have both names in common.
_FIRST = "annaidajonasleamikkelsofieemmanoahoscar"
_LAST = "holmbergsunddahlvikinglundqvistthorsenkjær"

_USERS = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :number),
named AS (
    SELECT n, substr(:firsts, 1 + n % 31, 6) AS first, substr(:lasts, 1 + n % 37, 6) AS last
    FROM numbers
)
INSERT INTO users (authority_id, first_name, last_name, language, email, email_key, username,
    registered_at, first_signed_in_at, wrong_passwords, search_key, sort_key)
SELECT 1, first, last, 'da', 'u' || n || '@sundhed.example', 'u' || n || '@sundhed.example',
    'person.' || n, :registered_at, CASE WHEN n % 50 > 0 THEN :now END, 0,
    first || ' ' || last || ' person.' || n || ' u' || n || '@sundhed.example',
    last || ', ' || first
FROM named
"""
_PASSWORDS = """
INSERT INTO passwords (user_id, hash, temporary, made_at, expires_at)
SELECT id, 'none', id % 10 = 0, :registered_at, CASE WHEN id % 40 = 0 THEN :now ELSE :later END
FROM users
"""
_CHOSEN = "UPDATE users SET password_id = (SELECT id FROM passwords WHERE user_id = users.id)"
_ROLES = """
INSERT INTO user_roles (user_id, module, role)
SELECT id, 'PQ', 'BASIC' FROM users WHERE id > :first
UNION ALL SELECT id, 'PR', 'BASIC' FROM users WHERE id > :first AND id % 3 = 0
"""
_FAILED = """
INSERT INTO deliveries (key, kind, authority_id, user_id, serial, state, attempts, due_at,
    queued_at, done_at, reason)
SELECT 'failed:' || id, 'temporary_password', 1, id, 1, 'failed', 1, :now, :now, :now,
    'mail_refused'
FROM users WHERE id > :first AND id % 100 = 0
"""
_REQUESTS = """
INSERT INTO reset_requests (user_id, authority_id, source, state, requested_at, reason)
SELECT id, 1, 'slack', 'open', :now, '' FROM users WHERE id > :first AND id % 200 = 0
"""


def fill(tx: Connection, number: int) -> User:
    """Register an authority and its administrator, insert so many users; return the administrator.

    The administrator is linked to the Slack member `ADMINISTRATOR_KEY`. Some users never signed in,
    some passwords have expired, some messages failed, and some requests for a reset are open.
    """
    migration.upgrade(tx)
    new_authority = NewAuthority(
        "Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ", "PR"), access_manager=True
    )
    authority = authority_registration.register(tx, new_authority, COMMAND_LINE, NOW)
    address = email_of("anna@sundhed.example")
    members.save(tx, _member_of(address.text))
    anna = NewUser(
        *("Anna", "Holm", "da", address, None, "aholm", frozenset({ADMINISTRATOR})),
        member=ADMINISTRATOR_KEY,
    )
    request = RegistrationRequest(authority.id, anna, COMMAND_LINE)
    user = registration.register(tx, request, RULEBOOK, NOW)
    _insert(tx, {"first": user.id, "number": number, "firsts": _FIRST, "lasts": _LAST})
    return user


def _member_of(address: str) -> Member:
    return Member(
        *(ADMINISTRATOR_KEY, address, "da-DK", "Europe/Copenhagen"),
        deleted=False,
        bot=False,
        guest=False,
        stranger=False,
        seen_at=NOW,
    )


def _insert(tx: Connection, values: dict[str, object]) -> None:
    moments = {
        "now": NOW,
        "registered_at": NOW - timedelta(days=60),
        "later": NOW + timedelta(days=60),
    }
    for statement in (_USERS, _PASSWORDS, _CHOSEN, _ROLES, _FAILED, _REQUESTS):
        named = {
            name: value for name, value in (values | moments).items() if f":{name}" in statement
        }
        typed = [bindparam(name, type_=Instant) for name in moments if name in named]
        tx.execute(text(statement).bindparams(*typed), named)
    gather_statistics(tx)
