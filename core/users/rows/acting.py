"""SQL conditions for users who can act in Slack, and for those who left it (D12, D21).

A user can act if linked to an active full member of the workspace, and has left if that member was
deactivated, became a guest or is of another workspace.
"""

from sqlalchemy import or_, select

from core.schema.members import members
from core.schema.users import users

_own_member = select(members.c.member_id).where(
    members.c.team_id == users.c.team_id, members.c.member_id == users.c.member_id
)
_refused = or_(members.c.deleted, members.c.bot, members.c.guest, members.c.stranger)

# A user who is linked to an active full member of the workspace.
can_act = _own_member.where(~_refused).exists()
# A user whose member was deactivated, became a guest, or is of another workspace by now. Users
# who never were in Slack have not left it.
has_left_slack = _own_member.where(_refused).exists()
