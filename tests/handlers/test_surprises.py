"""What nobody foresaw: a reference for the person, its type for the log, and no trace of a form."""

import json

from bot.commands.demo import Demo
from tests.handlers.people import ANNA, IDA, blocks_of, shown

SORRY = "Something went wrong here, and nothing was changed."


async def test_a_command_that_breaks_gives_a_reference(demo: Demo) -> None:
    demo.slack.faults.add("views.open", "error:internal_error")

    await demo.slack.command(ANNA, "/imi-adduser")

    assert SORRY in demo.slack.messages(ANNA)[-1].text


async def test_a_submission_that_breaks_keeps_the_form(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {**IDA})
    await demo.slack.submit(ANNA)
    await demo.slack.fill(ANNA, {"username": "ida.m"})
    await demo.product.store.close()

    await demo.slack.submit(ANNA)

    assert SORRY in shown(demo)
    below = demo.slack.views(ANNA)[0]
    assert "ida.m" in json.dumps(below["state"], ensure_ascii=False)


async def test_a_button_that_breaks_is_acknowledged(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-adduser")
    demo.slack.faults.add("views.update", "error:internal_error")

    answers = await demo.slack.fill(ANNA, {"member": "U0JONAS"})

    assert [answer.ok for answer in answers] == [True]
    assert "first_name:0" in blocks_of(demo)


async def test_taking_the_pick_back_keeps_the_form(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-adduser")
    await demo.slack.fill(ANNA, {"first_name": "Ida", "member": "U0JONAS"})
    await demo.slack.until(lambda: "email:1" in blocks_of(demo))

    answers = await demo.slack.fill(ANNA, {"member": None})

    assert all(answer.ok for answer in answers)
    assert blocks_of(demo)["first_name:1"]["element"]["initial_value"] == "Jonas"
