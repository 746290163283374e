"""The tables of the authorities: their data, modules, keywords, coordinators, translations."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from core.limits import (
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
from core.store.columns import Instant, metadata

authorities = Table(
    "authorities",
    metadata,
    Column("id", Integer, primary_key=True),
    # Never translated, changed by the access manager alone (D15, D16).
    Column("official_name", String(LONGEST_OFFICIAL_NAME), nullable=False),
    Column("name_key", String(LONGEST_OFFICIAL_NAME), nullable=False, unique=True),
    # In `text_language`; what it is in the others stands in authority_texts.
    Column("informal_title", String(LONGEST_TITLE), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("text_language", String(2), nullable=False, server_default="en"),
    Column("email", String(LONGEST_EMAIL), nullable=False),
    Column("phone", String(LONGEST_PHONE)),
    Column("address", String(LONGEST_ADDRESS), nullable=False, server_default=""),
    Column("place", String(LONGEST_PLACE), nullable=False, server_default=""),
    Column("web_site", String(LONGEST_WEB_SITE)),
    Column("country", String(2), nullable=False),
    # The languages that the authority works in, by preference.
    Column("languages", JSON, nullable=False, server_default="[]"),
    Column("access_manager", Boolean, nullable=False),
    Column("team_channel", String(LONGEST_SLACK_ID)),
    Column("registered_at", Instant, nullable=False),
    # The access manager that registered it or took it over (D15).
    Column("manager_id", Integer),
    # Since when the data is known to be right, and when the administrators were last asked (R2).
    Column("confirmed_at", Instant),
    Column("asked_at", Instant),
    Column("removed_at", Instant),
    Column("removed_by", Integer),
    # A number is never used again: the audit trail names things by it.
    sqlite_autoincrement=True,
)
here = authorities.c.removed_at.is_(None)

modules = Table(
    "authority_modules",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("module", String(LONGEST_CODE), primary_key=True),
    Column("granted_at", Instant, nullable=False),
    # Whether others may link to it as their coordinator in this module (D18).
    Column("coordinator", Boolean, nullable=False, server_default=false()),
)

# `module` is empty for a general keyword (R34), else the module that it belongs to (R35).
keywords = Table(
    "authority_keywords",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("module", String(LONGEST_CODE), primary_key=True),
    Column("keyword", String(60), primary_key=True),
)

# Which authorities coordinate this one in a module (R36, R37).
coordinators = Table(
    "authority_coordinators",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("module", String(LONGEST_CODE), primary_key=True),
    Column("coordinator_id", ForeignKey("authorities.id"), primary_key=True, index=True),
)

# Informal title and description in other languages than the one they were written in (D17).
translations = Table(
    "authority_texts",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("language", String(2), primary_key=True),
    Column("informal_title", String(LONGEST_TITLE), nullable=False),
    Column("description", Text, nullable=False),
)

# What the Commission is asked to translate (R29).
title_tasks = Table(
    "title_tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("authority_id", ForeignKey("authorities.id"), nullable=False, index=True),
    Column("old_title", String(LONGEST_TITLE), nullable=False),
    Column("new_title", String(LONGEST_TITLE), nullable=False),
    Column("opened_by", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    # The Slack member, who need not be a user of IMI.
    Column("closed_by", String(LONGEST_SLACK_ID)),
    Column("closed_at", Instant),
    # A number is never used again: the audit trail names things by it.
    sqlite_autoincrement=True,
)
_open = title_tasks.c.closed_at.is_(None)
Index("ix_title_tasks_open", title_tasks.c.id, sqlite_where=_open, postgresql_where=_open)

# What authorities are searched by, in lower-case ASCII words (R2-R4). The database's own search
# stands on it: FTS5 tables on SQLite, a tsvector and trigrams on PostgreSQL.
search_texts = Table(
    "authority_search",
    metadata,
    Column("authority_id", ForeignKey("authorities.id"), primary_key=True),
    Column("titles", Text, nullable=False),
    # A word for each module and keyword, made of its code; their names are the catalogue's.
    Column("keywords", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("description", Text, nullable=False),
)
