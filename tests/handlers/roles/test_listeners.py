"""Tests of changing a user's roles in Slack."""

from bot.demo.demo import Demo
from core.catalogue.load import load, shipped
from core.errors import LastHolderError
from core.languages.names import full_name
from core.languages.texts import texts
from core.role_keys import ADMINISTRATOR, RoleKey
from core.users.rows import users
from core.users.rules import User
from handlers.ui.last_holder import last_holder_view
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    blocks_of,
    change_user,
    open_roles,
    register,
    view_text,
)

_ = texts("da").gettext


async def reload_user(demo: Demo, user: User) -> User:
    found = await demo.product.store.read(lambda tx: users.find(tx, user.id))
    assert found is not None
    return found


async def test_roles_are_checked_previewed_and_saved(demo: Demo) -> None:  # R15, R48, R50, C2
    jonas = await register(demo, member=JONAS, roles_PQ=["PQ:BASIC"])
    await demo.slack.close(ANNA)

    await open_roles(demo, "jonas")
    assert blocks_of(demo)["roles_PQ"]["element"]["initial_options"][0]["value"] == "PQ:BASIC"
    await demo.slack.fill(ANNA, {"roles_PQ": ["PQ:ALLOCATOR"], "administrator": [":ADMIN"]})
    await demo.slack.submit(ANNA)

    assert blocks_of(demo)["changes"]["text"]["text"] == "\n".join(
        [
            f"*{full_name(jonas, 'en')}*",
            _("Will be assigned:"),
            "• Administrator",
            "• Erhvervsmæssige kvalifikationer: Fordeler",
            _("Will be removed:"),
            "• Erhvervsmæssige kvalifikationer: Basisbruger",
        ]
    )
    assert "own" not in blocks_of(demo)
    await demo.slack.submit(ANNA)

    assert {str(key) for key in (await reload_user(demo, jonas)).roles} == {
        ":ADMIN",
        "PQ:ALLOCATOR",
    }
    assert _("Roles saved: {name}", name=full_name(jonas, "en")) in view_text(demo)
    told = _("Your roles in IMI have been changed")
    await demo.slack.until(lambda: told in str(demo.slack.messages(JONAS)))  # D19


async def test_going_back_keeps_the_checked_roles(demo: Demo) -> None:
    await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "ida")
    await demo.slack.fill(ANNA, {"roles_PR": ["PR:BASIC"]})
    await demo.slack.submit(ANNA)

    await demo.slack.click(ANNA, "roles_back")

    await demo.slack.until(lambda: "roles_PR" in blocks_of(demo))
    assert blocks_of(demo)["roles_PR"]["element"]["initial_options"][0]["value"] == "PR:BASIC"


async def test_an_unchanged_choice_says_that_nothing_changes(demo: Demo) -> None:
    await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "ida")

    await demo.slack.submit(ANNA)

    assert _("There are no changes.") in view_text(demo)
    await demo.slack.submit(ANNA)
    assert _("No roles yet.") in view_text(demo)
    assert _("There are no changes.") in view_text(demo)
    assert _("The user will be notified.") not in view_text(demo)


async def test_taking_a_role_from_its_last_holder_offers_a_handover(demo: Demo) -> None:  # R62, D12
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "anna")
    await demo.slack.fill(ANNA, {"roles_PQ": ["PQ:BASIC"], "administrator": []})
    await demo.slack.submit(ANNA)
    assert _(
        "You are removing your own administrator role: you cannot undo this yourself."
    ) in view_text(demo)
    await demo.slack.submit(ANNA)

    assert "*Administrator*" in blocks_of(demo)["last_holder"]["text"]["text"]
    await demo.slack.click(ANNA, "role_holders")
    await demo.slack.until(lambda: "holders" in blocks_of(demo))
    assert "Anna Holm" in blocks_of(demo)["holders"]["text"]["text"]

    await demo.slack.suggest(ANNA, "holders_give", "møll")
    await demo.slack.fill(ANNA, {"holders_give": [str(ida.id)]})
    await demo.slack.submit(ANNA)
    assert "Ida Møller" in blocks_of(demo)["holders"]["text"]["text"]
    assert (await reload_user(demo, ida)).administrator


async def test_a_role_of_a_withdrawn_module_can_only_be_revoked(demo: Demo) -> None:  # D13
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await give_role(demo, ida, "SD", "BASIC")
    await open_roles(demo, "ida")
    assert blocks_of(demo)["roles_stale"]["label"]["text"] == _("No longer available here")

    await demo.slack.fill(ANNA, {"roles_stale": []})
    await demo.slack.submit(ANNA)
    await demo.slack.submit(ANNA)

    assert (await reload_user(demo, ida)).roles == ()


async def test_a_user_removed_before_the_preview_is_not_found(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "ida")
    await change_user(demo, ida, removed_at=demo.slack.clock.now())

    await demo.slack.submit(ANNA)

    assert _("This entry no longer exists. Open the list again.") in view_text(demo)


async def give_role(demo: Demo, user: User, module: str, role: str) -> None:
    from core.role_keys import RoleKey
    from core.users.rows import roles

    await demo.product.store.write(lambda tx: roles.grant(tx, user.id, [RoleKey(module, role)]))


async def test_a_user_removed_before_saving_is_not_found(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "ida")
    await demo.slack.fill(ANNA, {"roles_PR": ["PR:BASIC"]})
    await demo.slack.submit(ANNA)
    await change_user(demo, ida, removed_at=demo.slack.clock.now())

    await demo.slack.submit(ANNA)

    assert _("This entry no longer exists. Open the list again.") in view_text(demo)


def test_only_for_the_last_administrator_the_modal_says_who_counts() -> None:  # D12
    catalogue = load(shipped(), "x")

    administrator = str(last_holder_view(LastHolderError(ADMINISTRATOR, 1), catalogue, "en"))
    allocator = str(
        last_holder_view(LastHolderError(RoleKey("PQ", "ALLOCATOR"), 1), catalogue, "en")
    )

    assert "because only they can act" in administrator
    assert "because only they can act" not in allocator
