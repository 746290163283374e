"""Tests of the Home tab: counted items, one kind alone, and the tools of an access manager."""

import pytest

from bot.demo.demo import Demo
from core.home import service as home_service
from core.home.attention import MAX_SHOWN, Sample
from core.home.service import ManagedAuthorities
from core.languages.texts import texts
from handlers.home import publisher
from handlers.home.managed_blocks import SHOW, managed_blocks
from handlers.ui import action_ids
from handlers.ui.blocks import blocks_json
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    annas_authority,
    change_user,
    home_text,
    last_answer,
    register,
    view_text,
    wait_until_sent,
)

t = texts("da")
_ = t.gettext
KARIN = "U0KARIN"


def block_ids(demo: Demo, member: str = ANNA) -> list[str]:
    home = demo.slack.home(member)
    return [] if home is None else [str(block["block_id"]) for block in home["blocks"]]


async def with_blocked_users(demo: Demo, number: int) -> None:
    for count in range(number):
        user = await register(
            demo, first_name="Ida", last_name="Holm" + "b" * count, email=f"i{count}@x.example"
        )
        # The mail replaces the password, and with it the block.
        await wait_until_sent(demo)
        now = demo.slack.clock.now()
        await change_user(demo, user, first_signed_in_at=now, blocked_at=now)
        await demo.slack.close(ANNA, clear=True)
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: "locked_out" in home_text(demo))


async def test_items_that_are_not_shown_are_counted_and_one_click_away(demo: Demo) -> None:  # R78
    await with_blocked_users(demo, MAX_SHOWN + 1)
    assert len([one for one in block_ids(demo) if one.startswith("locked_out_")]) == MAX_SHOWN
    assert t.ngettext("and {number} more", "and {number} more", 1) in home_text(demo)

    await demo.slack.click(ANNA, action_ids.SHOW_ALL, value="stuck")
    await demo.slack.until(lambda: "navigation" not in block_ids(demo))
    assert len([one for one in block_ids(demo) if one.startswith("locked_out_")]) == MAX_SHOWN + 1

    await demo.slack.click(ANNA, action_ids.SHOW_OVERVIEW)
    await demo.slack.until(lambda: "navigation" in block_ids(demo))


async def test_opening_the_tab_shows_the_overview(demo: Demo) -> None:
    await with_blocked_users(demo, MAX_SHOWN + 1)
    await demo.slack.click(ANNA, action_ids.SHOW_ALL, value="stuck")
    await demo.slack.until(lambda: "navigation" not in block_ids(demo))

    await demo.slack.open_home(ANNA)

    await demo.slack.until(lambda: "navigation" in block_ids(demo))


async def test_a_blocked_user_is_reset_from_home(demo: Demo) -> None:  # R67, R78
    await with_blocked_users(demo, 1)

    locked_out = next(one for one in block_ids(demo) if one.startswith("locked_out_"))
    await demo.slack.click(ANNA, action_ids.USER_MENU, block_id=locked_out)

    assert "Ida Holm" in view_text(demo)
    assert _("Reset password") in view_text(demo)


async def test_a_person_is_shown_once_with_the_most_urgent_item(demo: Demo) -> None:  # D11
    """A blocked user who has asked for a password is shown as waiting for the decision."""
    user = await register(demo, member=JONAS)
    await wait_until_sent(demo)
    now = demo.slack.clock.now()
    await change_user(demo, user, first_signed_in_at=now, blocked_at=now)
    await demo.slack.command(JONAS, "/imi-reset")
    await demo.slack.submit(JONAS)

    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: "request_" in home_text(demo))

    assert "locked_out_" not in home_text(demo)


async def test_an_access_manager_sees_and_opens_the_authorities_it_manages(  # D15, R18, R24
    demo: Demo,
) -> None:
    await demo.slack.open_home(KARIN)
    await demo.slack.until(lambda: "managed" in block_ids(demo, KARIN))
    assert "managed" not in block_ids(demo, ANNA)
    managed = [one for one in block_ids(demo, KARIN) if one.startswith("managed_")]
    assert managed

    await demo.slack.click(KARIN, SHOW, block_id=managed[0])

    health = await annas_authority(demo)
    assert f"managed_{health.id}" in managed
    await demo.slack.close(KARIN, clear=True)
    await demo.slack.click(KARIN, SHOW, block_id=f"managed_{health.id}")
    assert health.official_name in view_text(demo, KARIN)


@pytest.mark.parametrize(
    ("action_id", "command"),
    [
        (action_ids.REGISTER_AUTHORITY, "/imi-registerauthority"),
        (action_ids.GRANT_MODULES, "/imi-modules"),
        (action_ids.OPEN_HEALTH, "/imi-health"),
    ],
)
async def test_a_button_of_home_opens_what_the_command_opens(
    demo: Demo, action_id: str, command: str
) -> None:
    await demo.slack.command(KARIN, command)
    by_command = demo.slack.view(KARIN)
    assert by_command is not None, last_answer(demo, KARIN)
    await demo.slack.close(KARIN, clear=True)
    await demo.slack.open_home(KARIN)
    await demo.slack.until(lambda: "managing" in block_ids(demo, KARIN))

    await demo.slack.click(KARIN, action_id)

    by_button = demo.slack.view(KARIN)
    assert by_button is not None
    assert (by_button["callback_id"], by_button["title"]) == (
        by_command["callback_id"],
        by_command["title"],
    )


async def test_users_are_told_what_to_do_next(demo: Demo) -> None:  # R70, R78
    user = await register(demo, member=JONAS)
    await demo.slack.open_home(JONAS)
    await demo.slack.until(lambda: "next_step" in block_ids(demo, JONAS))
    assert "midlertidige password" in home_text(demo, JONAS)
    await wait_until_sent(demo)

    await change_user(demo, user, blocked_at=demo.slack.clock.now())
    await demo.slack.open_home(JONAS)

    await demo.slack.until(lambda: "Bed om et nyt password" in home_text(demo, JONAS))


async def test_an_access_manager_of_many_finds_another_authority(  # D15
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_service, "MANAGED_SHOWN", 1)
    await demo.slack.open_home(KARIN)
    await demo.slack.until(lambda: "managed" in block_ids(demo, KARIN))

    await demo.slack.click(KARIN, action_ids.CHOOSE_MANAGED)

    assert SHOW in view_text(demo, KARIN)


def test_an_access_manager_without_authorities_can_register_one() -> None:  # R18
    managed = ManagedAuthorities(Sample(), title_tasks=0, coordinates=False)

    blocks = blocks_json(managed_blocks(managed, texts("en")))

    assert [block["block_id"] for block in blocks[1:]] == ["managed", "managing"]
    assert "accessory" not in blocks[1]
    buttons = [button["action_id"] for button in blocks[2]["elements"]]
    assert buttons == [action_ids.REGISTER_AUTHORITY]


@pytest.mark.parametrize(("total", "expected"), [(3, ["A", "Z", "Å"]), (4, ["Å", "Z", "A"])])
def test_managed_authorities_are_in_the_readers_alphabet_where_all_are_shown(  # D25
    total: int, expected: list[str]
) -> None:
    first = Sample(((1, "Å"), (2, "Z"), (3, "A")), total)
    managed = ManagedAuthorities(first, title_tasks=0, coordinates=False)

    blocks = blocks_json(managed_blocks(managed, texts("da")))

    titles = [block for block in blocks if block.get("block_id", "").startswith("managed_")]
    assert [block["text"]["text"] for block in titles] == expected


async def test_only_a_few_members_are_remembered_with_one_kind_alone(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member whose choice is forgotten sees the overview."""
    await with_blocked_users(demo, MAX_SHOWN + 1)
    monkeypatch.setattr(publisher, "MAX_REMEMBERED_KINDS", 0)
    before = len(demo.slack.calls)

    await demo.slack.click(ANNA, action_ids.SHOW_ALL, value="stuck")

    await demo.slack.until(lambda: "views.publish" in str(list(demo.slack.calls)[before:]))
    assert "navigation" in block_ids(demo)


async def test_a_kind_that_does_not_exist_is_refused(demo: Demo) -> None:
    await with_blocked_users(demo, MAX_SHOWN + 1)
    home = demo.slack.home(ANNA)
    assert home is not None
    button = next(one for one in home["blocks"] if one["block_id"] == "more_stuck")["accessory"]
    button["value"] = "nobody"

    answer = await demo.slack.click(ANNA, action_ids.SHOW_ALL)

    assert answer.status == 400
