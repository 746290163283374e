"""Tests of planning the move of users to another Slack workspace, on SQLite and PostgreSQL."""

from core.accounts import workspace_move
from core.accounts.workspace_move import MovedMember, MoveFault
from core.members.rules import MemberKey
from core.store.store import Store
from tests.core.accounts.registering import Register
from tests.factories import TEAM, a_member, a_new_user


async def test_an_old_id_of_two_workspaces_moves_nobody(  # D21
    store: Store, registering: Register
) -> None:
    for team_id in ("T0OLD", "T0OLDER"):
        await store.write(registering(a_new_user(member=MemberKey(team_id, "U1"))))
    member = await store.write(lambda tx: a_member(tx, "U2"))
    row = MovedMember(1, "U1", "U2")

    planned = await store.read(lambda tx: workspace_move.plan(tx, [row], {"U2": member}, TEAM))

    assert planned.faults == ((row, MoveFault.AMBIGUOUS),)
    assert planned.moves == ()
