"""Tests that a user has access to a module only through roles in it, and only while they last."""

from bot.demo.demo import Demo
from core.languages.texts import texts
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, find_user, last_answer, register

_ = texts("da").gettext
QUALIFICATIONS, PATIENTS = "Erhvervsmæssige kvalifikationer", "Patientrettigheder"


async def tick(demo: Demo, **ticks: list[str]) -> None:
    """Let Anna tick Jonas's roles anew, and save them."""
    await demo.slack.close(ANNA, clear=True)
    await demo.slack.command(ANNA, "/imi-roles", "jonas")
    await demo.slack.fill(ANNA, ticks)
    await demo.slack.submit(ANNA)
    assert "changes" in blocks_of(demo)
    await demo.slack.submit(ANNA)


async def roles_shown(demo: Demo) -> str:
    """Return what Jonas's own account says of his roles."""
    await demo.slack.command(JONAS, "/imi-me")
    text: str = blocks_of(demo, JONAS)["roles"]["text"]["text"]
    await demo.slack.close(JONAS)
    return text


async def test_access_to_a_module_comes_only_from_a_role_in_it(demo: Demo) -> None:  # R64, D13
    await register(demo, member=JONAS)
    assert _("No roles yet.") in await roles_shown(demo)

    await tick(demo, roles_PR=["PR:BASIC"])
    in_one = await roles_shown(demo)
    await tick(demo, roles_PR=[], roles_PQ=["PQ:BASIC"])
    in_the_other = await roles_shown(demo)

    assert (PATIENTS in in_one, QUALIFICATIONS in in_one) == (True, False)
    assert (PATIENTS in in_the_other, QUALIFICATIONS in in_the_other) == (False, True)
    await tick(demo, roles_PQ=[])
    assert _("No roles yet.") in await roles_shown(demo)


async def test_a_users_permissions_are_exactly_those_of_their_roles(demo: Demo) -> None:  # R63
    await register(demo, member=JONAS, roles_PR=["PR:BASIC"], administrator=[":ADMIN"])
    await demo.slack.command(JONAS, "/imi-roles", "anna")
    assert "roles_PQ" in blocks_of(demo, JONAS)
    await demo.slack.close(JONAS)

    await tick(demo, administrator=[])

    await demo.slack.command(JONAS, "/imi-roles", "anna")
    assert demo.slack.view(JONAS) is None
    assert last_answer(demo, JONAS) == _(
        "Only an administrator of your authority can do this. Ask one of your administrators."
    )
    jonas = await find_user(demo, "joestergaard")
    assert jonas is not None
    assert [str(key) for key in jonas.roles] == ["PR:BASIC"]
