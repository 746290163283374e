"""Tests of people whom Slack describes as Enterprise Grid does (D21, B08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.jobs.member_sync import MemberSync
from bot.slack.connection import slack_client
from core.errors import MemberFault, MemberRefusedError
from core.members import rows as members
from core.members.rules import MemberKey
from core.schema.members import members as member_table
from core.secret import Secret
from handlers.refusal_texts import refusal_text
from sandbox import Member
from sandbox.delivery import payloads
from sandbox.delivery.requests import AppRequest
from sandbox.state.user_objects import user_json
from sandbox.webapi import users as web_api
from tests.factories import executing
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    change_user,
    find_user,
    home_text,
    last_answer,
    register,
    view_text,
    wait_until_sent,
)
from tests.handlers.signed_requests import send_for_status, send_parcel

if TYPE_CHECKING:
    from bot.demo.demo import Demo
    from sandbox.json_types import Json

OURS, ELSEWHERE = "T0IMI", "T0HOME"
HERE = {"enterprise_user": {"id": "W0X", "enterprise_id": "E0ORG", "teams": [ELSEWHERE, OURS]}}
NOT_HERE = {"enterprise_user": {"id": "W0X", "enterprise_id": "E0ORG", "teams": [ELSEWHERE]}}
# The ways in which Slack describes a colleague.
COLLEAGUES: dict[str, Json] = {
    "no team": {**HERE, "team_id": ...},
    "team is null": {**HERE, "team_id": None},
    "another home workspace": {**HERE, "team_id": ELSEWHERE},
    "ours among the teams": {**HERE, "team_id": OURS},
}
# And those in which it describes nobody of ours, or nobody at all.
OTHERS: dict[str, tuple[Json, MemberFault]] = {
    "in other workspaces": ({**NOT_HERE, "team_id": ELSEWHERE}, MemberFault.STRANGER),
    "no team and not in ours": ({**NOT_HERE, "team_id": ...}, MemberFault.UNDESCRIBED),
    "nothing but an id": ({"team_id": ...}, MemberFault.UNDESCRIBED),
    "broken teams": ({"team_id": None, "enterprise_user": {"teams": 1}}, MemberFault.UNDESCRIBED),
}


def described(user: Json, changes: Json) -> Json:
    """Return the description with parts replaced; `...` stands for a part that is left out."""
    return {key: value for key, value in {**user, **changes}.items() if value is not ...}


@pytest.fixture
def describe(monkeypatch: pytest.MonkeyPatch) -> dict[str, Json]:
    """Return the changes to what Slack's Web API says about people, by their ids."""
    changes: dict[str, Json] = {}

    def changed_json(member: Member, *args: Any, **options: Any) -> Json:  # noqa: ANN401 - the sandbox's own
        return described(user_json(member, *args, **options), changes.get(member.id, {}))

    monkeypatch.setattr(web_api, "user_json", changed_json)
    return changes


async def forget_members(demo: Demo) -> None:
    await demo.product.store.write(executing(member_table.delete()))


@pytest.mark.parametrize("how", COLLEAGUES)
async def test_a_colleague_can_act_however_slack_describes_them(
    demo: Demo, describe: dict[str, Json], how: str
) -> None:
    describe[ANNA] = COLLEAGUES[how]
    await forget_members(demo)

    await demo.slack.command(ANNA, "/imi-users")

    assert "Anna Holm" in view_text(demo)


@pytest.mark.parametrize("how", OTHERS)
async def test_anybody_else_reads_why_they_are_refused(
    demo: Demo, describe: dict[str, Json], how: str
) -> None:
    describe[ANNA], fault = OTHERS[how]
    await forget_members(demo)

    await demo.slack.command(ANNA, "/imi-users")

    assert demo.slack.view(ANNA) is None
    language = "da" if fault == MemberFault.STRANGER else "en"
    assert last_answer(demo) == refusal_text(MemberRefusedError(fault), language)


async def test_a_colleague_of_another_home_workspace_presses_buttons_and_submits(
    demo: Demo, describe: dict[str, Json]
) -> None:
    """In interactions Slack names the person's home workspace."""
    describe[ANNA] = COLLEAGUES["another home workspace"]
    await forget_members(demo)
    await demo.slack.open_home(ANNA)
    for member in (ANNA, JONAS):
        await demo.slack.update_member(member, team_id=ELSEWHERE, is_stranger=False)
    workspace = demo.slack.workspace
    shortcut = payloads.shortcut(workspace, workspace.members[ANNA], "add_user")
    assert shortcut["user"]["team_id"] == ELSEWHERE

    assert (await send_parcel(demo, AppRequest("interactive", shortcut)))[0] == 200

    assert "Slack-medlem" in view_text(demo)


async def move_home_of_anna(demo: Demo, describe: dict[str, Json]) -> None:
    """Let Slack name another home workspace of the organisation in all that Anna does."""
    describe[ANNA] = {**COLLEAGUES["another home workspace"], "tz": "Europe/Copenhagen"}
    await forget_members(demo)
    await demo.slack.open_home(ANNA)
    await demo.slack.update_member(ANNA, team_id=ELSEWHERE, is_stranger=False)


async def test_times_on_home_are_those_of_a_colleague_of_another_home_workspace(
    demo: Demo, describe: dict[str, Json]
) -> None:
    """Home, redrawn after a change of theirs, has their own time zone (D21)."""
    ida = await register(demo)
    now = demo.slack.clock.now()
    await change_user(demo, ida, first_signed_in_at=now, last_signed_in_at=now)
    await demo.slack.close(ANNA)
    await move_home_of_anna(demo, describe)

    await register(demo, first_name="Bo", email="bo@sundhed.example")

    await demo.slack.until(lambda: "Bo Møller" in home_text(demo))
    assert "seneste login" in home_text(demo)
    assert " UTC" not in home_text(demo)


async def test_the_open_list_of_a_colleague_of_another_home_workspace_is_redrawn(
    demo: Demo, describe: dict[str, Json]
) -> None:
    """The list that a command opened is the one that a button's change redraws (D21)."""
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await move_home_of_anna(demo, describe)
    await demo.slack.command(ANNA, "/imi-users", "møller")
    value = f"edit:{ida.id}"
    await demo.slack.click(ANNA, "user_menu", block_id=f"user_{ida.id}", value=value)
    await demo.slack.until(lambda: "first_name:0" in view_text(demo))
    await demo.slack.fill(ANNA, {"first_name": "Idun"})

    await demo.slack.submit(ANNA)
    await demo.slack.close(ANNA)

    await demo.slack.until(lambda: "Idun Møller" in view_text(demo))


async def test_a_stranger_with_a_colleagues_id_is_no_colleague(
    demo: Demo, describe: dict[str, Json]
) -> None:
    """Ids are unique only in a workspace, so another workspace's person may have Anna's."""
    describe[ANNA] = {"team_id": OURS}
    forged = {
        "type": "shortcut",
        "callback_id": "add_user",
        "team": {"id": ELSEWHERE, "domain": "elsewhere"},
        "user": {"id": ANNA, "team_id": ELSEWHERE},
        "trigger_id": demo.slack.workspace.triggers.new_trigger(ANNA),
    }

    assert await send_for_status(demo, forged) == 200

    assert refusal_text(MemberRefusedError(MemberFault.STRANGER), "da") in view_text(demo)


async def test_the_sync_skips_members_whose_data_is_incomplete(
    demo: Demo, describe: dict[str, Json]
) -> None:
    jonas = await register(demo, member=JONAS)
    describe["U0AAA"], describe["U0BBB"] = {"team_id": ...}, {"id": None}
    await demo.slack.join(Member("U0AAA", "a", "A", "a@x.example"))
    await demo.slack.join(Member("U0BBB", "b", "B", "b@x.example"))
    describe[JONAS] = {**COLLEAGUES["no team"], "tz": "Europe/Lisbon"}
    assert jonas.member is not None
    key = jonas.member

    async with slack_client(Secret(demo.slack.app.bot_token), demo.slack.api_url) as client:
        sync = MemberSync(demo.product.store, client, OURS, demo.slack.clock.now)
        number = await sync.run()

    assert number == len(demo.slack.workspace.members) - 2
    known = await demo.product.store.read(lambda tx: members.find(tx, key))
    assert known is not None
    assert known.tz == "Europe/Lisbon"


@pytest.mark.parametrize("name", ["user_change", "team_join"])
@pytest.mark.parametrize("how", [*COLLEAGUES, *OTHERS])
async def test_every_event_about_a_person_is_taken(demo: Demo, name: str, how: str) -> None:
    await register(demo, member=JONAS)
    await wait_until_sent(demo)
    workspace = demo.slack.workspace
    user = user_json(
        workspace.members[JONAS], workspace.clock.now(), with_email=True, with_locale=True
    )
    changes = COLLEAGUES[how] if how in COLLEAGUES else OTHERS[how][0]
    event = {"type": name, "user": described(user, {**changes, "deleted": True}), "cache_ts": 1}

    answer = await demo.slack.event(event)

    assert (answer.ok, answer.status) == (True, 200)
    known = await demo.product.store.read(lambda tx: members.find(tx, MemberKey(OURS, JONAS)))
    assert known is not None
    assert known.deleted == (how in COLLEAGUES)


async def test_a_person_whose_id_begins_with_w_is_registered_told_and_acts(demo: Demo) -> None:
    wilma = "W0WILMA"
    await demo.slack.join(Member(wilma, "wilma", "Wilma West", "wilma@sundhed.example"))

    user = await register(demo, member=wilma)
    await wait_until_sent(demo)
    await demo.slack.open_home(wilma)
    await demo.slack.command(ANNA, "/imi-roles", f"<@{wilma}|wilma>")

    assert any(user.username in str(one.blocks) for one in demo.slack.messages(wilma))
    assert "Wilma" in home_text(demo, wilma) or demo.slack.home(wilma) is not None
    assert "Wilma West" in view_text(demo)
    assert await find_user(demo, user.username) is not None
