"""The table of the users.

CONTRIBUTING.md lists what else a new field of users touches ("Example: a new optional field").
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, false

from core.store.columns import Instant, metadata
from core.store.partial_index import partial_index
from core.text_lengths import LONGEST_EMAIL, LONGEST_PERSON_NAME, LONGEST_PHONE, LONGEST_SLACK_ID

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False),
    Column("first_name", String(LONGEST_PERSON_NAME), nullable=False),
    Column("last_name", String(LONGEST_PERSON_NAME), nullable=False),
    Column("language", String(2), nullable=False),
    Column("email", String(LONGEST_EMAIL), nullable=False),
    Column("email_key", String(LONGEST_EMAIL), nullable=False),
    Column("phone", String(LONGEST_PHONE)),
    # Lower-case ASCII, so that it is its own key (D8).
    Column("username", String(64), nullable=False, unique=True),
    Column("team_id", String(LONGEST_SLACK_ID)),
    Column("member_id", String(LONGEST_SLACK_ID)),
    # Whether the user ever had a Slack member; a link that was removed is not made again (D21).
    Column("ever_linked", Boolean, nullable=False, server_default=false()),
    Column("registration_key", String(80), unique=True),
    Column("registered_at", Instant, nullable=False),
    Column("registered_by", Integer),
    Column("first_signed_in_at", Instant),
    Column("last_signed_in_at", Instant),
    Column("wrong_passwords", Integer, nullable=False),
    Column("blocked_at", Instant),
    Column("password_id", Integer),
    Column("username_handed_over_at", Instant),
    Column("removed_at", Instant),
    Column("removed_by", Integer),
    # Since when only a pseudonym is kept (D14).
    Column("purged_at", Instant),
    # The keys for searching and sorting users, in ASCII; see `core.users.search_keys`.
    Column("search_key", String(600), nullable=False, server_default=""),
    Column("sort_key", String(200), nullable=False, server_default=""),
    # Tries in browsers that never signed in to the account, and their block for a while (D3).
    Column("stranger_failures", Integer, nullable=False, server_default="0"),
    Column("stranger_blocks", Integer, nullable=False, server_default="0"),
    Column("strangers_blocked_at", Instant),
    Column("strangers_blocked_until", Instant),
    # Ids are never reused: the audit trail refers to rows by them.
    sqlite_autoincrement=True,
)

not_removed = users.c.removed_at.is_(None)
# A removed user keeps the username (D8), but not the address and the Slack member (D9, D21).
for _name, _columns in (
    ("uq_users_email_key", [users.c.email_key]),
    ("uq_users_member", [users.c.team_id, users.c.member_id]),
):
    partial_index(_name, *_columns, unique=True, where=not_removed)
Index("ix_users_listed", users.c.authority_id, users.c.sort_key, users.c.id)
Index("ix_users_newest", users.c.authority_id, users.c.id)
# Removed, but not purged yet.
awaiting_purge = users.c.removed_at.is_not(None) & users.c.purged_at.is_(None)
partial_index(
    "ix_users_to_purge",
    users.c.removed_at,
    where=awaiting_purge,
)
