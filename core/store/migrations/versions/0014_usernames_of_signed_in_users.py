"""Writes that the users who have signed in know their usernames, as each sign-in does from now."""

from alembic import op

revision = "0014"
down_revision = "0013"
# The columns are the same.
oldest_reader = "0012"


def upgrade() -> None:
    op.execute(
        "UPDATE users SET username_handed_over_at = first_signed_in_at"
        " WHERE username_handed_over_at IS NULL AND first_signed_in_at IS NOT NULL"
    )
