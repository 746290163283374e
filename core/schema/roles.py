"""The table of the roles that users hold."""

from sqlalchemy import Column, ForeignKey, String, Table

from core.store.columns import metadata
from core.text_lengths import LONGEST_CODE

user_roles = Table(
    "user_roles",
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    # Empty for a role that holds in the whole authority.
    Column("module", String(LONGEST_CODE), primary_key=True),
    Column("role", String(LONGEST_CODE), primary_key=True),
)
