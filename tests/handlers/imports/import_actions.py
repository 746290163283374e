"""Actions that the tests of imports share: submitting and checking a file."""

from bot.demo.demo import Demo
from tests.handlers.demo_actions import ANNA, blocks_of

HEADER = "first_name;last_name;language;email;phone;username;roles"
IDA = "Ida;Møller;da;ida@sundhed.example;;;PQ:BASIC"
WRONG = "Bo;Berg;dk;bo@sundhed.example;;;"


async def submit_file(demo: Demo, *rows: str, header: str = HEADER) -> None:
    """Choose a file in the form, and submit it."""
    await demo.slack.command(ANNA, "/imi-import")
    content = "\n".join([header, *rows]).encode("utf-8-sig")
    file = demo.slack.choose_file(ANNA, "users.csv", content)
    await demo.slack.fill(ANNA, {"file": [file]})
    answer = await demo.slack.submit(ANNA)
    assert answer.ok


async def check_file(demo: Demo, *rows: str) -> None:
    """Submit a file, and wait for the preview."""
    await submit_file(demo, *rows)
    await demo.slack.until(lambda: "import_as_file" in blocks_of(demo))
