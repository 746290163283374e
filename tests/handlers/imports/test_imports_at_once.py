"""Tests of an import while a colleague changes the same users (D23)."""

from bot.demo.demo import Demo
from core.accounts import removal
from core.languages.texts import texts
from core.users.principals import principal_of
from core.users.rows import users
from tests.handlers.demo_actions import ANNA, JONAS, find_user, register, view_text
from tests.handlers.imports.import_actions import IDA, check_file

_ = texts("da").gettext
BO = "Bo;Berg;da;bo@sundhed.example;;;"


async def test_a_user_whom_a_colleague_removed_after_the_check_is_not_put_back(
    demo: Demo,
) -> None:
    """D23: the row is refused with who removed the person; the other rows are registered."""
    ida = await register(demo, email="ida@sundhed.example")
    await register(
        demo, member=JONAS, first_name="Jonas", last_name="Lund", administrator=[":ADMIN"]
    )
    await demo.slack.close(ANNA, clear=True)
    jonas = await find_user(demo, "jlund")
    assert jonas is not None
    await check_file(demo, IDA, BO)
    rulebook, now = demo.product.rulebook, demo.slack.clock.now()
    await demo.product.store.write(
        lambda tx: removal.remove(tx, principal_of(jonas), ida.id, rulebook, now)
    )

    await demo.slack.submit(ANNA)

    told = _(
        "This person was removed after the file was checked. Removed by: {name}", name="Jonas Lund"
    )
    await demo.slack.until(lambda: told in view_text(demo))
    assert await find_user(demo, "bberg") is not None
    again = await demo.product.store.read(lambda tx: users.find_by_email(tx, "ida@sundhed.example"))
    assert again is None
