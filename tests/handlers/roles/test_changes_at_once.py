"""Tests of two administrators who have the roles of one user open at the same time."""

from bot.demo.demo import Demo
from core.languages.names import full_name
from core.languages.texts import texts
from core.users.rows import users
from core.users.rules import User
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, register, view_text

_ = texts("da").gettext


async def both_open(demo: Demo) -> User:
    """Let Anna and Jonas, who both administer the authority, open the roles of Ida."""
    await register(
        demo, member=JONAS, first_name="Jonas", last_name="Lund", administrator=[":ADMIN"]
    )
    await demo.slack.close(ANNA, clear=True)
    ida = await register(demo, roles_PQ=["PQ:BASIC"])
    await demo.slack.close(ANNA, clear=True)
    for member in (ANNA, JONAS):
        await open_roles(demo, member)
    return ida


async def open_roles(demo: Demo, member: str) -> None:
    await demo.slack.command(member, "/imi-roles", "ida")
    await demo.slack.until(lambda: "roles_PR" in blocks_of(demo, member))


async def save(demo: Demo, member: str, **chosen: list[str]) -> None:
    """Choose the roles, and submit the form and its preview."""
    await demo.slack.fill(member, chosen)
    assert (await demo.slack.submit(member)).errors == {}
    assert (await demo.slack.submit(member)).errors == {}


async def roles_of(demo: Demo, user: User) -> set[str]:
    now = await demo.product.store.read(lambda tx: users.require(tx, user.id))
    return set(map(str, now.roles))


async def test_changes_of_different_roles_are_both_kept(demo: Demo) -> None:
    """D23: Jonas's grant and revocation and Anna's grant are all saved."""
    ida = await both_open(demo)

    await save(demo, JONAS, roles_PQ=["PQ:ALLOCATOR"])
    await save(demo, ANNA, roles_PR=["PR:BASIC"])

    assert await roles_of(demo, ida) == {"PQ:ALLOCATOR", "PR:BASIC"}
    assert _("Roles saved: {name}", name=full_name(ida, "en")) in view_text(demo)


async def test_the_opposite_direction_is_refused_and_can_then_be_saved(demo: Demo) -> None:
    """D23: Jonas gave the role and took it away again; Anna reads so, and keeps her choice."""
    ida = await both_open(demo)
    await save(demo, JONAS, roles_PR=["PR:BASIC"])
    await demo.slack.close(JONAS, clear=True)
    await open_roles(demo, JONAS)
    await save(demo, JONAS, roles_PR=[], roles_PQ=["PQ:BASIC", "PQ:ALLOCATOR"])

    await save(demo, ANNA, roles_PR=["PR:BASIC"])

    told = view_text(demo)
    assert _("Removed in the meantime by: {name}", name="Jonas Lund") in told
    assert _("Assigned in the meantime by: {name}", name="Jonas Lund") not in told
    assert blocks_of(demo)["roles_PR"]["element"]["initial_options"][0]["value"] == "PR:BASIC"
    assert await roles_of(demo, ida) == {"PQ:BASIC", "PQ:ALLOCATOR"}

    await save(demo, ANNA)

    assert await roles_of(demo, ida) == {"PQ:BASIC", "PQ:ALLOCATOR", "PR:BASIC"}
