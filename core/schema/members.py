"""The table of the Slack members."""

from sqlalchemy import Boolean, Column, String, Table

from core.store.columns import Instant, metadata
from core.text_lengths import LONGEST_EMAIL, LONGEST_SLACK_ID, LONGEST_SLACK_NAME

members = Table(
    "members",
    metadata,
    Column("team_id", String(LONGEST_SLACK_ID), primary_key=True),
    Column("member_id", String(LONGEST_SLACK_ID), primary_key=True),
    Column("real_name", String(LONGEST_SLACK_NAME), nullable=False),
    Column("first_name", String(LONGEST_SLACK_NAME), nullable=False),
    Column("last_name", String(LONGEST_SLACK_NAME), nullable=False),
    Column("email", String(LONGEST_EMAIL)),
    Column("email_confirmed", Boolean, nullable=False),
    Column("locale", String(20)),
    Column("tz", String(60)),
    Column("deleted", Boolean, nullable=False),
    Column("bot", Boolean, nullable=False),
    Column("guest", Boolean, nullable=False),
    Column("stranger", Boolean, nullable=False),
    Column("seen_at", Instant, nullable=False),
    # By Slack's clock: an event that arrives late is recognised by it.
    Column("changed_at", Instant),
    # The home workspace of somebody from the same organisation, if it is another one.
    Column("home_team_id", String(LONGEST_SLACK_ID)),
)
