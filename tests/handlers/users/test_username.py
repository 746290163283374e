"""The username as the administrator chose it, over the way back and the names of others."""

from bot.commands.demo import Demo
from tests.handlers.people import ANNA, IDA, blocks_of, find, register


async def to_check(demo: Demo, **typed: object) -> str:
    """Fill in the first step and go on; return the username that stands in the second."""
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {**IDA, **typed})
    await demo.slack.submit(ANNA)
    return username_in(demo)


def username_in(demo: Demo) -> str:
    return str(blocks_of(demo)["username"]["element"]["initial_value"])


async def test_a_chosen_username_is_still_there_after_going_back(demo: Demo) -> None:  # R52
    await to_check(demo)
    await demo.slack.fill(ANNA, {"username": "ida.m"})
    await demo.slack.click(ANNA, "adduser_back")

    await demo.slack.fill(ANNA, {"last_name": "Holm"})
    await demo.slack.submit(ANNA)
    assert username_in(demo) == "ida.m"

    await demo.slack.click(ANNA, "adduser_back")
    await demo.slack.submit(ANNA)
    await demo.slack.submit(ANNA)
    assert await find(demo, "ida.m") is not None


async def test_a_proposed_username_follows_the_name(demo: Demo) -> None:  # R51
    assert await to_check(demo) == "imoeller"
    await demo.slack.click(ANNA, "adduser_back")

    await demo.slack.fill(ANNA, {"last_name": "Holm"})
    await demo.slack.submit(ANNA)

    assert username_in(demo) == "iholm"


async def test_a_name_that_somebody_has_gets_a_number(demo: Demo) -> None:  # D8, R53
    await register(demo)

    assert await to_check(demo, email="inger.moeller@sundhed.example") == "imoeller2"
