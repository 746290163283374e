"""The plain SQL for what the Home tab of authority 1 shows, with which `home.py` is compared."""

# ruff: noqa: S608 - all parts of the statements are ours
from datetime import timedelta

from benchmarks.filled_authority import ADMINISTRATOR_KEY, NOW, RULEBOOK
from core.home.attention import MAX_SHOWN
from core.home.service import NEWEST_SHOWN

UNUSED_SINCE = NOW - timedelta(days=RULEBOOK.policy.unused_days)

_LOCKED_OUT = """(blocked_at IS NOT NULL OR (strangers_blocked_at <= :now
    AND strangers_blocked_until > :now) OR expires_at <= :now)"""
_NEVER_SIGNED_IN = "first_signed_in_at IS NULL AND registered_at <= :unused_since"
_USERNAME_UNKNOWN = """username_handed_over_at IS NULL AND member_id IS NULL
    AND first_signed_in_at IS NULL"""
_JOINED = "users LEFT JOIN passwords ON passwords.id = users.password_id"
_PRESENT = "users.authority_id = 1 AND removed_at IS NULL"
_FAILED = """d.authority_id = 1 AND d.state = 'failed' AND d.reason <> 'no_use' AND NOT EXISTS (
    SELECT 1 FROM deliveries n WHERE n.user_id = d.user_id AND n.kind = d.kind
    AND n.event = d.event AND n.serial > d.serial
    AND COALESCE(n.recipient_id, 0) = COALESCE(d.recipient_id, 0))"""
_OPEN = "authority_id = 1 AND state = 'open'"
_OF_REQUESTS = f"SELECT user_id FROM reset_requests WHERE {_OPEN}"
_OF_FAILED = (
    f"SELECT d.user_id FROM deliveries d WHERE {_FAILED} ORDER BY d.id DESC LIMIT {MAX_SHOWN}"
)


def _users(condition: str, order: str, most: int) -> str:
    """Return a statement for users with their passwords and roles, a row for each role."""
    return f"""
    SELECT page.*, module, role FROM (
        SELECT users.*, made_at, expires_at, temporary FROM {_JOINED}
        WHERE {condition} ORDER BY {order.format("users")} LIMIT {most}
    ) page LEFT JOIN user_roles ON user_roles.user_id = page.id
    ORDER BY {order.format("page")}"""


_LISTED = "{0}.sort_key, {0}.id"
# The statements by what they read.
PLAIN = {
    "member": f"""
    SELECT users.*, authorities.*, members.*, made_at, expires_at, temporary, module, role
    FROM members JOIN users ON users.team_id = members.team_id
        AND users.member_id = members.member_id AND users.removed_at IS NULL
    JOIN authorities ON authorities.id = users.authority_id
    LEFT JOIN passwords ON passwords.id = users.password_id
    LEFT JOIN user_roles ON user_roles.user_id = users.id
    WHERE members.team_id = '{ADMINISTRATOR_KEY.team_id}'
        AND members.member_id = '{ADMINISTRATOR_KEY.member_id}'""",
    "counts": f"""
    SELECT (SELECT count(*) FROM reset_requests WHERE {_OPEN}),
        (SELECT count(*) FROM leavers WHERE authority_id = 1 AND ask_at IS NULL),
        (SELECT count(*) FROM deliveries d WHERE {_FAILED}),
        (SELECT count(*) FROM {_JOINED} WHERE {_PRESENT} AND {_LOCKED_OUT}),
        (SELECT count(*) FROM users WHERE {_PRESENT} AND {_NEVER_SIGNED_IN}),
        (SELECT count(*) FROM users WHERE {_PRESENT} AND {_USERNAME_UNKNOWN})""",
    "holders": f"""
    SELECT count(*), module, role FROM user_roles JOIN users ON users.id = user_roles.user_id
    WHERE {_PRESENT} AND (module <> '' OR EXISTS (SELECT 1 FROM members
        WHERE members.team_id = users.team_id AND members.member_id = users.member_id
        AND NOT (deleted OR bot OR guest OR stranger)))
    GROUP BY module, role""",
    "without administrator": """
    SELECT id FROM authorities a WHERE manager_id = 1 AND removed_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM users JOIN user_roles ON user_roles.user_id = users.id AND module = ''
        WHERE users.authority_id = a.id AND users.removed_at IS NULL)""",
    "requests": f"SELECT * FROM reset_requests WHERE {_OPEN} ORDER BY source = 'portal', id",
    "of requests": _users(f"users.id IN ({_OF_REQUESTS})", "{0}.id", MAX_SHOWN),
    "failed_deliveries": f"""
    SELECT * FROM deliveries d WHERE {_FAILED} ORDER BY d.id DESC LIMIT {MAX_SHOWN}""",
    "of failed deliveries": _users(f"users.id IN ({_OF_FAILED})", "{0}.id", MAX_SHOWN),
    "locked_out": _users(f"{_PRESENT} AND {_LOCKED_OUT}", _LISTED, MAX_SHOWN),
    "never_signed_in": _users(f"{_PRESENT} AND {_NEVER_SIGNED_IN}", _LISTED, MAX_SHOWN),
    "username_unknown": _users(f"{_PRESENT} AND {_USERNAME_UNKNOWN}", _LISTED, MAX_SHOWN),
    "newest": _users(_PRESENT, "{0}.id DESC", NEWEST_SHOWN),
}
