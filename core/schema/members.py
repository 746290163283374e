"""The table of Slack members who are users, or who used the bot or were picked lately.

It holds no names. It keeps the time zone of users, and for a day the confirmed e-mail address of
other members, by which they can be linked to a user (D21).
"""

from sqlalchemy import Boolean, Column, String, Table

from core.store.columns import Instant, metadata
from core.text_lengths import LONGEST_EMAIL, LONGEST_SLACK_ID

members = Table(
    "members",
    metadata,
    Column("team_id", String(LONGEST_SLACK_ID), primary_key=True),
    Column("member_id", String(LONGEST_SLACK_ID), primary_key=True),
    Column("email", String(LONGEST_EMAIL)),
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
