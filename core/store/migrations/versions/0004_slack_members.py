"""Deletes stored data of Slack members that is not needed: names, and members who are not users.

Members who are needed again are fetched from Slack. Also deletes e-mail addresses, and adds when
Slack last changed a member, and the home workspace of members of an Enterprise Grid organisation.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        """
        DELETE FROM members WHERE NOT EXISTS (
            SELECT 1 FROM users
            WHERE users.team_id = members.team_id AND users.member_id = members.member_id
            AND users.removed_at IS NULL
        )
        """
    )
    op.execute("UPDATE members SET email = NULL")
    for name in ("real_name", "first_name", "last_name", "email_confirmed"):
        op.drop_column("members", name)
    op.add_column("members", sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.add_column("members", sa.Column("home_team_id", sa.String(20)))
