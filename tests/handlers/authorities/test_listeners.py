"""One's own authority, from Home."""

import pytest

from bot.commands.demo import Demo
from tests.handlers.people import ANNA, JONAS, home_of, register, shown


@pytest.mark.parametrize("button", ["open_authority", "open_classification", "open_modules"])
async def test_an_administrator_sees_their_authority(demo: Demo, button: str) -> None:  # R20
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: button in home_of(demo))

    await demo.slack.click(ANNA, button, "home")

    assert "Sundhedsstyrelsen" in shown(demo)
    assert "Patientrettigheder" in shown(demo)


async def test_who_administers_nothing_has_no_such_button(demo: Demo) -> None:  # R38
    await register(demo, member=JONAS)
    await demo.slack.open_home(JONAS)
    await demo.slack.until(lambda: demo.slack.home(JONAS) is not None)

    assert "open_authority" not in home_of(demo, JONAS)
