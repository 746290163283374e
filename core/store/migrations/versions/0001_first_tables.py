"""Creates the first tables, and the search index of the authorities on each kind of database.

A migration imports nothing of the product, so that it does the same whatever the product becomes.
The tables are therefore a copy of `core/schema` at this version, and longer than other files.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection, checkfirst=False)
    for name, table, columns, options in INDEXES:
        op.create_index(name, table, columns, **options)
    for statement in POSTGRES if connection.dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def partial(condition: str) -> dict[str, Any]:
    """Return the options of an index that holds only the rows that meet the condition."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


Table(
    "authorities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("official_name", String(300), nullable=False),
    Column("name_key", String(300), nullable=False, unique=True),
    Column("informal_title", String(200), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("text_language", String(2), nullable=False, server_default="en"),
    Column("email", String(320), nullable=False),
    Column("phone", String(20)),
    Column("address", String(300), nullable=False, server_default=""),
    Column("place", String(100), nullable=False, server_default=""),
    Column("web_site", String(300)),
    Column("country", String(2), nullable=False),
    Column("languages", JSON, nullable=False, server_default="[]"),
    Column("access_manager", Boolean, nullable=False),
    Column("team_channel", String(20)),
    Column("registered_at", MOMENT, nullable=False),
    Column("manager_id", Integer),
    Column("confirmed_at", MOMENT),
    Column("review_requested_at", MOMENT),
    Column("removed_at", MOMENT),
    Column("removed_by", Integer),
    sqlite_autoincrement=True,
)
Table(
    "authority_modules",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("module", String(30), primary_key=True),
    Column("granted_at", MOMENT, nullable=False),
    Column("coordinator", Boolean, nullable=False, server_default=false()),
)
Table(
    "authority_keywords",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("module", String(30), primary_key=True),
    Column("keyword", String(60), primary_key=True),
)
Table(
    "authority_coordinators",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("module", String(30), primary_key=True),
    Column("coordinator_id", ForeignKey("authorities.id"), primary_key=True, index=True),
)
Table(
    "authority_translations",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("language", String(2), primary_key=True),
    Column("informal_title", String(200), nullable=False),
    Column("description", Text, nullable=False),
)
Table(
    "authority_search",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("titles", Text, nullable=False),
    Column("keywords", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("description", Text, nullable=False),
)
Table(
    "title_tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False, index=True),
    Column("old_title", String(200), nullable=False),
    Column("new_title", String(200), nullable=False),
    Column("opened_by", Integer, nullable=False),
    Column("opened_at", MOMENT, nullable=False),
    Column("closed_by", String(20)),
    Column("closed_at", MOMENT),
    sqlite_autoincrement=True,
)
Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False, index=True),
    Column("first_name", String(80), nullable=False),
    Column("last_name", String(80), nullable=False),
    Column("language", String(2), nullable=False),
    Column("email", String(320), nullable=False),
    Column("email_key", String(320), nullable=False),
    Column("phone", String(20)),
    Column("username", String(64), nullable=False, unique=True),
    Column("team_id", String(20)),
    Column("member_id", String(20)),
    Column("ever_linked", Boolean, nullable=False, server_default=false()),
    Column("registration_key", String(80), unique=True),
    Column("registered_at", MOMENT, nullable=False),
    Column("registered_by", Integer),
    Column("first_signed_in_at", MOMENT),
    Column("last_signed_in_at", MOMENT),
    Column("wrong_passwords", Integer, nullable=False),
    Column("blocked_at", MOMENT),
    Column("password_id", Integer),
    Column("username_handed_over_at", MOMENT),
    Column("removed_at", MOMENT),
    Column("removed_by", Integer),
    Column("purged_at", MOMENT),
    Column("search_key", String(600), nullable=False, server_default=""),
    Column("sort_key", String(200), nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
Table(
    "user_roles",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("module", String(30), primary_key=True),
    Column("role", String(30), primary_key=True),
)
Table(
    "passwords",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("hash", String(200), nullable=False),
    Column("temporary", Boolean, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    sqlite_autoincrement=True,
)
Table(
    "sessions",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("opened_at", MOMENT, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
)
Table(
    "reset_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False, index=True),
    Column("source", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("requested_at", MOMENT, nullable=False),
    Column("decided_at", MOMENT),
    Column("decided_by", Integer),
    Column("reason", String(300), nullable=False),
    sqlite_autoincrement=True,
)
Table(
    "leavers",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False, index=True),
    Column("fault", String(20), nullable=False),
    Column("noticed_at", MOMENT, nullable=False),
    Column("ask_at", MOMENT, index=True),
    Column("round", Integer, nullable=False),
)
Table(
    "members",
    metadata,
    Column("team_id", String(20), primary_key=True),
    Column("member_id", String(20), primary_key=True),
    Column("real_name", String(200), nullable=False),
    Column("first_name", String(200), nullable=False),
    Column("last_name", String(200), nullable=False),
    Column("email", String(320)),
    Column("email_confirmed", Boolean, nullable=False),
    Column("locale", String(20)),
    Column("tz", String(60)),
    Column("deleted", Boolean, nullable=False),
    Column("bot", Boolean, nullable=False),
    Column("guest", Boolean, nullable=False),
    Column("stranger", Boolean, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
)
Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("kind", String(30), nullable=False),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("by_user_id", ForeignKey("users.id")),
    Column("serial", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Column("leased_until", MOMENT),
    Column("queued_at", MOMENT, nullable=False),
    Column("done_at", MOMENT),
    Column("reason", String(30)),
    Column("recipient_id", Integer),
    Column("event", String(40), nullable=False, server_default=""),
    Column("details", JSON, nullable=False, server_default="{}"),
    Column("posted_channel", String(20)),
    Column("posted_ts", String(30)),
    Column("posted_to", String(20), nullable=False, server_default=""),
    Column("lane", String(5), nullable=False, server_default="slack"),
    Column("priority", SmallInteger, nullable=False, server_default="1"),
    Column("outcome_unknown", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)
Table(
    "reminders",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True, autoincrement=False),
    Column("password_id", Integer, primary_key=True, autoincrement=False),
    Column("threshold", SmallInteger, primary_key=True, autoincrement=False),
    Column("due_at", MOMENT, nullable=False),
    Column("state", String(10), nullable=False),
)
Table(
    "warnings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False),
    Column("role", String(61), nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("notices_sent", Integer, nullable=False),
    Column("next_at", MOMENT, nullable=False, index=True),
    UniqueConstraint("authority_id", "role"),
    sqlite_autoincrement=True,
)
Table(
    "jobs",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("due_at", MOMENT, nullable=False),
    Column("leased_until", MOMENT),
    Column("started_at", MOMENT),
    Column("succeeded_at", MOMENT),
    Column("failures", Integer, nullable=False),
    Column("error", String(60)),
)
Table(
    "catalogues",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("loaded_at", MOMENT, nullable=False),
    sqlite_autoincrement=True,
)
Table(
    "audit_entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", MOMENT, nullable=False),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_id", Integer, index=True),
    Column("act", String(40), nullable=False),
    Column("authority_id", Integer),
    Column("user_id", Integer, index=True),
    Column("details", JSON, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("entry_hash", String(64), nullable=False),
)
Table(
    "audit_chain_tip",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", Integer, nullable=False),
    Column("entry_hash", String(64), nullable=False),
)
Table(
    "audit_checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("entry_hash", String(64), nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("previous_number", Integer, nullable=False),
    Column("mac", String(64), nullable=False),
    Column("retained", Boolean, nullable=False),
    Column("posted", Boolean, nullable=False),
)

# In this order: of two indexes that cost the same, as on a small table, PostgreSQL uses the newer.
INDEXES: tuple[tuple[str, str, list[str], dict[str, Any]], ...] = (
    ("ix_title_tasks_open", "title_tasks", ["id"], partial("closed_at IS NULL")),
    (
        "uq_users_email_key",
        "users",
        ["email_key"],
        {"unique": True, **partial("removed_at IS NULL")},
    ),
    (
        "uq_users_member",
        "users",
        ["team_id", "member_id"],
        {"unique": True, **partial("removed_at IS NULL")},
    ),
    ("ix_users_listed", "users", ["authority_id", "sort_key", "id"], {}),
    (
        "ix_users_to_purge",
        "users",
        ["removed_at"],
        partial("removed_at IS NOT NULL AND purged_at IS NULL"),
    ),
    (
        "uq_reset_requests_open",
        "reset_requests",
        ["user_id"],
        {"unique": True, **partial("state = 'open'")},
    ),
    (
        "ix_deliveries_waiting",
        "deliveries",
        ["lane", "priority", "due_at", "id"],
        partial("state = 'waiting'"),
    ),
    ("ix_deliveries_failed", "deliveries", ["authority_id"], partial("state = 'failed'")),
    ("ix_reminders_waiting", "reminders", ["due_at"], partial("state = 'waiting'")),
    ("ix_audit_entries_at", "audit_entries", ["authority_id", "at", "id"], {}),
    ("ix_audit_entries_act", "audit_entries", ["authority_id", "act", "at", "id"], {}),
)

# The search index of the authorities: words by weight, and trigrams of titles and places for
# misspelled words and parts of words.
POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """
    ALTER TABLE authority_search ADD COLUMN search_lexemes tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', titles), 'A')
        || setweight(to_tsvector('simple', keywords), 'B')
        || setweight(to_tsvector('simple', place), 'C')
        || setweight(to_tsvector('simple', description), 'D')
    ) STORED
    """,
    "CREATE INDEX search_lexemes ON authority_search USING gin (search_lexemes)",
    """
    CREATE INDEX search_trigrams ON authority_search
    USING gin ((titles || ' ' || place) gin_trgm_ops)
    """,
)
SQLITE = (
    """
    CREATE VIRTUAL TABLE search_words USING fts5 (
        titles, keywords, place, description,
        content='authority_search', content_rowid='authority_id', tokenize='ascii', prefix='2 3 4'
    )
    """,
    """
    CREATE VIRTUAL TABLE search_trigrams USING fts5 (
        titles, place,
        content='authority_search', content_rowid='authority_id', tokenize='trigram'
    )
    """,
    """
    CREATE TRIGGER search_insert AFTER INSERT ON authority_search BEGIN
        INSERT INTO search_words (rowid, titles, keywords, place, description)
        VALUES (new.authority_id, new.titles, new.keywords, new.place, new.description);
        INSERT INTO search_trigrams (rowid, titles, place)
        VALUES (new.authority_id, new.titles, new.place);
    END
    """,
    # FTS5 removes an entry when it is given the indexed text again. Rows are never updated.
    """
    CREATE TRIGGER search_delete AFTER DELETE ON authority_search BEGIN
        INSERT INTO search_words (search_words, rowid, titles, keywords, place, description)
        VALUES (
            'delete', old.authority_id, old.titles, old.keywords, old.place, old.description
        );
        INSERT INTO search_trigrams (search_trigrams, rowid, titles, place)
        VALUES ('delete', old.authority_id, old.titles, old.place);
    END
    """,
)
