"""Tests of two administrators who have the details of one user open at the same time."""

import pytest

from bot.demo.demo import Demo
from core.languages.texts import texts
from core.users.rows import users
from core.users.rules import User
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, change_user, register, view_text

_ = texts("da").gettext
REFUSED = _(
    "Nothing has been saved: someone else has changed the same fields in the meantime."
    " Your own entries are shown below. Save again to replace these changes."
)
JONAS_NAME = "Jonas Lund"


async def both_open(demo: Demo) -> User:
    """Let Anna and Jonas, who both administer the authority, open the details of Ida."""
    await register(
        demo, member=JONAS, first_name="Jonas", last_name="Lund", administrator=[":ADMIN"]
    )
    await demo.slack.close(ANNA, clear=True)
    ida = await register(demo)
    await demo.slack.close(ANNA, clear=True)
    for member in (ANNA, JONAS):
        await demo.slack.command(member, "/imi-users", "edit Ida")
    await demo.slack.until(
        lambda: all("first_name:0" in blocks_of(demo, who) for who in (ANNA, JONAS))
    )
    return ida


async def reload_user(demo: Demo, user: User) -> User:
    return await demo.product.store.read(lambda tx: users.require(tx, user.id))


async def save(demo: Demo, member: str, **typed: object) -> None:
    await demo.slack.fill(member, typed)
    assert (await demo.slack.submit(member)).errors == {}


async def test_edits_of_different_fields_are_both_kept(demo: Demo) -> None:
    """D23: Anna's name and Jonas's telephone number are both saved."""
    ida = await both_open(demo)

    await save(demo, JONAS, phone="33 11 22 33", language="de")
    await save(demo, ANNA, last_name="Åberg")

    edited = await reload_user(demo, ida)
    assert (edited.last_name, edited.phone, edited.language) == ("Åberg", "+4533112233", "de")
    assert _("Details saved: {name}", name="Ida Åberg") in view_text(demo)


async def test_the_same_field_is_refused_there_with_who_and_what(demo: Demo) -> None:
    """D23: the second save names Jonas, the value before and his; what Anna typed is kept."""
    ida = await both_open(demo)
    await save(demo, JONAS, last_name="Lind", phone="+4533112233")

    await save(demo, ANNA, last_name="Åberg", email="ida@ny.example")

    blocks = list(blocks_of(demo))
    told = blocks_of(demo)["changed_last_name"]["elements"][0]["text"]
    assert REFUSED in blocks_of(demo)["refused"]["text"]["text"]
    assert blocks.index("changed_last_name") == blocks.index("last_name:0") + 1
    assert told.splitlines() == [
        _("Changed in the meantime by: {name}", name=JONAS_NAME),
        _("Before: {value}", value="Møller"),
        _("Now: {value}", value="Lind"),
    ]
    assert [name for name in blocks if name.startswith("changed_")] == ["changed_last_name"]
    assert blocks_of(demo)["last_name:0"]["element"]["initial_value"] == "Åberg"
    assert (await reload_user(demo, ida)).last_name == "Lind"


async def test_saving_again_after_the_refusal_replaces_only_the_same_field(demo: Demo) -> None:
    """D23: the second time Anna's name replaces Jonas's, and his telephone number stays."""
    ida = await both_open(demo)
    await save(demo, JONAS, last_name="Lind", phone="+4533112233")
    await save(demo, ANNA, last_name="Åberg", email="ida@ny.example")

    assert (await demo.slack.submit(ANNA)).errors == {}

    edited = await reload_user(demo, ida)
    assert (edited.last_name, edited.email) == ("Åberg", "ida@ny.example")
    assert edited.phone == "+4533112233"


async def test_a_second_change_after_the_refusal_is_told_anew(demo: Demo) -> None:
    """D23: who overwrites knows the value that they overwrite."""
    ida = await both_open(demo)
    await save(demo, JONAS, last_name="Lind")
    await save(demo, ANNA, last_name="Åberg")
    await change_user(demo, ida, last_name="Third")

    assert (await demo.slack.submit(ANNA)).errors == {}

    told = blocks_of(demo)["changed_last_name"]["elements"][0]["text"]
    assert told.splitlines()[1:] == [
        _("Before: {value}", value="Lind"),
        _("Now: {value}", value="Third"),
    ]
    assert (await reload_user(demo, ida)).last_name == "Third"


@pytest.mark.parametrize(
    ("field", "value", "typed", "shown"),
    [
        ("language", {"language": "de"}, "sv", "Deutsch"),
        ("member", {"member_id": JONAS, "team_id": "T0IMI"}, "U0LUKASZ", f"<@{JONAS}>"),
        ("phone", {"phone": "+4533112233"}, "+4533112244", "+4533112233"),
    ],
)
async def test_each_kind_of_value_is_shown_readably(
    demo: Demo, field: str, value: dict[str, object], typed: str, shown: str
) -> None:
    """D23: what nobody of the authority changed is told without a name."""
    ida = await register(demo)
    await demo.slack.click(ANNA, "edit_user")
    await demo.slack.until(lambda: "first_name:0" in blocks_of(demo))
    await change_user(demo, ida, **value)

    await demo.slack.fill(ANNA, {field: typed})
    await demo.slack.submit(ANNA)

    told = blocks_of(demo)[f"changed_{field}"]["elements"][0]["text"].splitlines()
    assert told[0] == _("Changed in the meantime by: {name}", name=_("someone else"))
    assert told[2] == _("Now: {value}", value=shown)
