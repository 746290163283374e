"""The tables of authorities: data, modules, competences, translations, tasks, drafts, search."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text, false

from core.store.columns import Instant, metadata
from core.store.partial_index import partial_index
from core.text_lengths import (
    LONGEST_ADDRESS,
    LONGEST_CODE,
    LONGEST_EMAIL,
    LONGEST_OFFICIAL_NAME,
    LONGEST_PHONE,
    LONGEST_PLACE,
    LONGEST_SLACK_ID,
    LONGEST_TITLE,
    LONGEST_WEB_SITE,
)

authorities = Table(
    "authorities",
    metadata,
    Column("id", Integer, primary_key=True),
    # Never translated; only the access manager can change it (D15, D16).
    Column("official_name", String(LONGEST_OFFICIAL_NAME), nullable=False),
    Column("name_key", String(LONGEST_OFFICIAL_NAME), nullable=False, unique=True),
    # In `text_language`; authority_translations has it in other languages.
    Column("informal_title", String(LONGEST_TITLE), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("text_language", String(2), nullable=False, server_default="en"),
    Column("email", String(LONGEST_EMAIL), nullable=False),
    Column("phone", String(LONGEST_PHONE)),
    Column("address", String(LONGEST_ADDRESS), nullable=False, server_default=""),
    Column("place", String(LONGEST_PLACE), nullable=False, server_default=""),
    Column("web_site", String(LONGEST_WEB_SITE)),
    Column("country", String(2), nullable=False),
    # The working languages of the authority, in order of preference.
    Column("languages", JSON, nullable=False, server_default="[]"),
    Column("access_manager", Boolean, nullable=False),
    Column("team_channel", String(LONGEST_SLACK_ID)),
    Column("registered_at", Instant, nullable=False),
    # The access manager that registered the authority or took it over (D15).
    Column("manager_id", Integer),
    # When the data was last confirmed, and when the administrators were last asked to (R2).
    Column("confirmed_at", Instant),
    Column("review_requested_at", Instant),
    Column("removed_at", Instant),
    Column("removed_by", Integer),
    # Ids are never reused: the audit trail refers to rows by them.
    sqlite_autoincrement=True,
)
not_removed = authorities.c.removed_at.is_(None)

authority_modules = Table(
    "authority_modules",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("module", String(LONGEST_CODE), primary_key=True),
    Column("granted_at", Instant, nullable=False),
    # Whether other authorities may choose it as their coordinator in this module (D18).
    Column("coordinator", Boolean, nullable=False, server_default=false()),
)

# `module` is empty for a general keyword (R34), else the module that it belongs to (R35).
authority_keywords = Table(
    "authority_keywords",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("module", String(LONGEST_CODE), primary_key=True),
    Column("keyword", String(60), primary_key=True),
)

# The authorities that coordinate this one in a module (R36, R37).
authority_coordinators = Table(
    "authority_coordinators",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("module", String(LONGEST_CODE), primary_key=True),
    Column("coordinator_id", ForeignKey("authorities.id"), primary_key=True, index=True),
)

# Informal title and description in languages other than `text_language` (D17).
authority_translations = Table(
    "authority_translations",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("language", String(2), primary_key=True),
    Column("informal_title", String(LONGEST_TITLE), nullable=False),
    Column("description", Text, nullable=False),
)

# The titles that the Commission is asked to translate (R29).
title_tasks = Table(
    "title_tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False, index=True),
    Column("old_title", String(LONGEST_TITLE), nullable=False),
    Column("new_title", String(LONGEST_TITLE), nullable=False),
    Column("opened_by", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    # A Slack member, who need not be a user of IMI.
    Column("closed_by", String(LONGEST_SLACK_ID)),
    Column("closed_at", Instant),
    # Ids are never reused: the audit trail refers to rows by them.
    sqlite_autoincrement=True,
)
_open = title_tasks.c.closed_at.is_(None)
partial_index("ix_title_tasks_open", title_tasks.c.id, where=_open)

# Unsaved input of administrators in the tabs that edit an authority (R22, R23).
authority_drafts = Table(
    "authority_drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False),
    Column("content", JSON, nullable=False),
    Column("changed_at", Instant, nullable=False, index=True),
    # Ids are never reused: a modal that has been open for long names its draft by the id.
    sqlite_autoincrement=True,
)

# The searchable texts of the authorities, in lower-case ASCII words (R2-R4). Each database has its
# own search index of them: FTS5 tables on SQLite, a tsvector and trigrams on PostgreSQL.
authority_search = Table(
    "authority_search",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("titles", Text, nullable=False),
    # A word for each module and keyword, made of its code; the catalogue has their names.
    Column("keywords", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("description", Text, nullable=False),
)
