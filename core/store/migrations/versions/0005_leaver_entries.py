"""Adds to each leaver (a user who left Slack) the number of the audit entry of their leaving.

The keys of messages about a leaver were made of the second in which they left. Open questions keep
that number, so that the messages already sent are still found.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("leavers", sa.Column("entry_id", sa.Integer, nullable=False, server_default="0"))
    postgres = op.get_bind().dialect.name == "postgresql"
    second = "floor(extract(epoch FROM noticed_at))" if postgres else "strftime('%s', noticed_at)"
    op.execute(f"UPDATE leavers SET entry_id = CAST({second} AS INTEGER)")  # noqa: S608 - no input
