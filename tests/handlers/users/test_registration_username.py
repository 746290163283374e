"""Tests of the proposed and the typed username."""

import pytest

from bot.demo.demo import Demo
from core.languages.names import full_name
from core.languages.texts import texts
from tests.handlers.demo_actions import (
    ANNA,
    blocks_of,
    fill_first_step,
    find_user,
    register,
    view_text,
)

_ = texts("da").gettext


def username_in(demo: Demo) -> str:
    return str(blocks_of(demo)["username"]["element"]["initial_value"])


async def test_a_typed_username_is_kept_after_going_back(demo: Demo) -> None:  # R52
    await fill_first_step(demo)
    await demo.slack.fill(ANNA, {"username": "ida.m"})
    await demo.slack.click(ANNA, "adduser_back")

    await demo.slack.fill(ANNA, {"last_name": "Holm"})
    await demo.slack.submit(ANNA)
    assert username_in(demo) == "ida.m"

    await demo.slack.click(ANNA, "adduser_back")
    await demo.slack.submit(ANNA)
    await demo.slack.submit(ANNA)
    assert await find_user(demo, "ida.m") is not None


async def test_a_proposed_username_follows_the_name(demo: Demo) -> None:  # R51
    await fill_first_step(demo)
    assert username_in(demo) == "imoeller"
    await demo.slack.click(ANNA, "adduser_back")

    await demo.slack.fill(ANNA, {"last_name": "Holm"})
    await demo.slack.submit(ANNA)

    assert username_in(demo) == "iholm"


async def test_a_proposed_username_that_is_taken_gets_a_number(demo: Demo) -> None:  # D8, R53
    await register(demo)

    await fill_first_step(demo, email="inger.moeller@sundhed.example")

    assert username_in(demo) == "imoeller2"


async def test_the_username_is_shown_before_saving_and_may_be_changed(
    demo: Demo,
) -> None:  # R51, R52
    await fill_first_step(demo, phone="33 44 55 66", roles_PQ=["PQ:BASIC"])
    assert blocks_of(demo)["username"]["element"]["initial_value"] == "imoeller"

    await demo.slack.fill(ANNA, {"username": "ida.m"})
    await demo.slack.submit(ANNA)

    user = await find_user(demo, "ida.m")
    assert user is not None
    assert (full_name(user, "en"), user.email, user.phone) == (
        "Ida Møller",
        "ida.moeller@sundhed.example",
        "+4533445566",
    )
    assert [str(key) for key in user.roles] == ["PQ:BASIC"]
    assert "`ida.m`" in view_text(demo)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("å", _("A username can contain only a-z, 0-9, dots, hyphens and underscores.")),
        ("ab", "Brugernavnet er for kort. Antal tegn: 3 til 30."),
        ("a" * 31, "Brugernavnet er for langt. Antal tegn: 3 til 30."),
    ],
)
async def test_a_malformed_username_is_refused(demo: Demo, typed: str, sentence: str) -> None:  # D8
    await fill_first_step(demo)
    await demo.slack.fill(ANNA, {"username": typed})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {"username": sentence}


async def test_a_username_in_use_is_refused_with_a_free_one(demo: Demo) -> None:  # R53
    await fill_first_step(demo)
    await demo.slack.fill(ANNA, {"username": "aholm"})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {
        "username": _(
            "This username is in use in IMI. {suggestion} is free.", suggestion="imoeller"
        )
    }


@pytest.mark.parametrize("username", ["sundhedsstyrelsen", "imi"])
async def test_a_username_that_e_mails_would_show_is_refused(  # R55, C4, D10
    demo: Demo, username: str
) -> None:
    await fill_first_step(demo)
    await demo.slack.fill(ANNA, {"username": username})

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {
        "username": _(
            "This username would appear in e-mails from IMI, for example as part of a name or an"
            " e-mail address. Choose another one: {suggestion} is free.",
            suggestion="imoeller",
        )
    }
