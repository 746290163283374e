"""Tests of two administrators who have the holders of one role open at the same time."""

from bot.demo.demo import Demo
from core.languages.texts import texts
from core.users.rows import users
from core.users.rules import User
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, open_roles, register, view_text

_ = texts("da").gettext
ROLE = "role_PQ:ALLOCATOR"


async def both_open(demo: Demo, *roles: str) -> User:
    """Let Anna and Jonas, who both administer the authority, open the holders of the role."""
    await register(
        demo, member=JONAS, first_name="Jonas", last_name="Lund", administrator=[":ADMIN"]
    )
    await demo.slack.close(ANNA, clear=True)
    ida = await register(demo, roles_PQ=list(roles) or ["PQ:BASIC"])
    await demo.slack.close(ANNA, clear=True)
    await open_roles(demo, "")
    await demo.slack.click(ANNA, "role_holders", block_id=ROLE)
    await demo.slack.until(lambda: "holders" in blocks_of(demo))
    return ida


async def change_as_jonas(demo: Demo, *roles: str) -> None:
    """Let Jonas save these roles of Ida in PQ, in the form with her roles."""
    await demo.slack.command(JONAS, "/imi-roles", "ida")
    await demo.slack.until(lambda: "roles_PQ" in blocks_of(demo, JONAS))
    await demo.slack.fill(JONAS, {"roles_PQ": list(roles)})
    assert (await demo.slack.submit(JONAS)).errors == {}
    assert (await demo.slack.submit(JONAS)).errors == {}
    await demo.slack.close(JONAS, clear=True)


async def choose(demo: Demo, field: str, user: User) -> None:
    await demo.slack.suggest(ANNA, field, "")
    await demo.slack.fill(ANNA, {field: [str(user.id)]})


async def holds(demo: Demo, user: User) -> bool:
    now = await demo.product.store.read(lambda tx: users.require(tx, user.id))
    return "PQ:ALLOCATOR" in map(str, now.roles)


def chosen(demo: Demo, field: str) -> list[str]:
    (block,) = [b for block_id, b in blocks_of(demo).items() if block_id.startswith(field)]
    options = block["element"].get("initial_options", [])
    return [option["value"] for option in options]


async def test_a_grant_of_what_the_other_took_away_is_refused_and_can_then_be_saved(
    demo: Demo,
) -> None:
    """D23: Jonas gave Ida the role and took it again; Anna reads so, and keeps her choice."""
    ida = await both_open(demo)
    await choose(demo, "holders_give", ida)
    await change_as_jonas(demo, "PQ:BASIC", "PQ:ALLOCATOR")
    await change_as_jonas(demo, "PQ:BASIC")

    await demo.slack.submit(ANNA)

    told = blocks_of(demo)["refused"]["text"]["text"].splitlines()
    assert told[1:] == ["• Ida Møller", _("Removed in the meantime by: {name}", name="Jonas Lund")]
    assert chosen(demo, "holders_give") == [str(ida.id)]
    assert not await holds(demo, ida)

    await demo.slack.submit(ANNA)

    assert await holds(demo, ida)
    assert "Ida Møller" in blocks_of(demo)["holders"]["text"]["text"]
    assert "refused" not in blocks_of(demo)


async def test_a_revocation_of_what_the_other_gave_is_refused(demo: Demo) -> None:
    """D23: Jonas took the role from Ida and gave it back."""
    ida = await both_open(demo, "PQ:BASIC", "PQ:ALLOCATOR")
    await choose(demo, "holders_take", ida)
    await change_as_jonas(demo, "PQ:BASIC")
    await change_as_jonas(demo, "PQ:BASIC", "PQ:ALLOCATOR")

    await demo.slack.submit(ANNA)

    assert _("Assigned in the meantime by: {name}", name="Jonas Lund") in view_text(demo)
    assert chosen(demo, "holders_take") == [str(ida.id)]
    assert await holds(demo, ida)


async def test_own_changes_in_the_form_are_not_refused_there(demo: Demo) -> None:
    """D23: the form that shows the saved holders knows of the save."""
    ida = await both_open(demo)
    await choose(demo, "holders_give", ida)
    await demo.slack.submit(ANNA)
    assert await holds(demo, ida)

    await demo.slack.fill(ANNA, {"holders_give": []})
    await choose(demo, "holders_take", ida)
    await demo.slack.submit(ANNA)

    assert not await holds(demo, ida)
