"""Changing roles in Slack, by person and by role."""

from dataclasses import replace

from bot.cli.demo import Demo
from core.catalogue.load import load, shipped
from core.languages.texts import texts
from core.role_keys import ADMINISTRATOR
from core.users.rows import users
from core.users.rules import User
from handlers.roles import holder_views
from tests.handlers.people import (
    ANNA,
    JONAS,
    blocks_of,
    change,
    last_answer,
    register,
    shown,
    take_all_roles,
)
from tests.handlers.samples import IDA

_ = texts("da").gettext


async def again(demo: Demo, user: User) -> User:
    found = await demo.product.store.read(lambda tx: users.find(tx, user.id))
    assert found is not None
    return found


async def open_roles(demo: Demo, name: str) -> None:
    answer = await demo.slack.command(ANNA, "/imi-roles", name)
    assert answer.ok
    assert demo.slack.view(ANNA) is not None


async def test_ticks_then_what_changes_then_saved(demo: Demo) -> None:  # R15, R48, R50
    jonas = await register(demo, member=JONAS, roles_PQ=["PQ:BASIC"])
    await demo.slack.close(ANNA)

    await open_roles(demo, "jonas")
    assert blocks_of(demo)["roles_PQ"]["element"]["initial_options"][0]["value"] == "PQ:BASIC"
    await demo.slack.fill(ANNA, {"roles_PQ": ["PQ:ALLOCATOR"], "administrator": [":ADMIN"]})
    await demo.slack.submit(ANNA)

    assert blocks_of(demo)["changes"]["text"]["text"] == "\n".join(
        [
            f"*{jonas.full_name}*",
            _("Will be given:"),
            "• Administrator",
            "• Erhvervsmæssige kvalifikationer: Fordeler",
            _("Will be taken away:"),
            "• Erhvervsmæssige kvalifikationer: Basisbruger",
        ]
    )
    assert "own" not in blocks_of(demo)
    await demo.slack.submit(ANNA)

    assert {str(key) for key in (await again(demo, jonas)).roles} == {":ADMIN", "PQ:ALLOCATOR"}
    assert _("The roles of {name} are saved.", name=jonas.full_name) in shown(demo)
    told = _("Your roles in IMI were changed")
    await demo.slack.until(lambda: told in str(demo.slack.messages(JONAS)))  # D19


async def test_back_keeps_the_ticks(demo: Demo) -> None:
    await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "ida")
    await demo.slack.fill(ANNA, {"roles_PR": ["PR:BASIC"]})
    await demo.slack.submit(ANNA)

    await demo.slack.click(ANNA, "roles_back")

    await demo.slack.until(lambda: "roles_PR" in blocks_of(demo))
    assert blocks_of(demo)["roles_PR"]["element"]["initial_options"][0]["value"] == "PR:BASIC"


async def test_nothing_changed_says_so(demo: Demo) -> None:
    await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "ida")

    await demo.slack.submit(ANNA)

    assert _("Nothing changes.") in shown(demo)
    await demo.slack.submit(ANNA)
    assert _("No roles yet.") in shown(demo)


async def test_the_last_holder_is_named_with_a_way_out(demo: Demo) -> None:  # R62, D12
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "anna")
    await demo.slack.fill(ANNA, {"roles_PQ": ["PQ:BASIC"], "administrator": []})
    await demo.slack.submit(ANNA)
    assert _("You take the administrator's role from yourself: you cannot undo that.") in shown(
        demo
    )
    await demo.slack.submit(ANNA)

    assert "*Administrator*" in blocks_of(demo)["last_holder"]["text"]["text"]
    await demo.slack.click(ANNA, "role_holders")
    await demo.slack.until(lambda: "holders" in blocks_of(demo))
    assert "Anna Holm" in blocks_of(demo)["holders"]["text"]["text"]

    await demo.slack.suggest(ANNA, "holders_give", "møll")
    await demo.slack.fill(ANNA, {"holders_give": [str(ida.id)]})
    await demo.slack.submit(ANNA)
    assert "Ida Møller" in blocks_of(demo)["holders"]["text"]["text"]
    assert (await again(demo, ida)).administrator


async def test_all_roles_with_their_holders(demo: Demo) -> None:  # R61, R62
    await open_roles(demo, "")

    blocks = blocks_of(demo)
    assert blocks["role_PQ:REQ_HANDLER"]["text"]["text"] == (
        "Erhvervsmæssige kvalifikationer: Sagsbehandler af forespørgsler: 1 bruger"
    )
    await demo.slack.click(ANNA, "role_holders", block_id="role_PQ:REQ_HANDLER")
    assert "Anna Holm" in blocks_of(demo)["holders"]["text"]["text"]
    await demo.slack.suggest(ANNA, "holders_take", "")
    anna = await demo.product.store.read(lambda tx: users.find_by_username(tx, "aholm"))
    assert anna is not None
    await demo.slack.fill(ANNA, {"holders_take": [str(anna.id)]})
    answer = await demo.slack.submit(ANNA)
    assert "holders_take" in answer.errors


async def test_a_role_that_nobody_holds_says_so(demo: Demo) -> None:
    anna = await demo.product.store.read(lambda tx: users.find_by_username(tx, "aholm"))
    assert anna is not None
    await open_roles(demo, "")
    await demo.slack.click(ANNA, "role_holders", block_id="role_PQ:ALLOCATOR")
    await demo.slack.suggest(ANNA, "holders_take", "")
    await demo.slack.fill(ANNA, {"holders_take": [str(anna.id)]})
    await demo.slack.submit(ANNA)

    assert blocks_of(demo)["holders"]["text"]["text"] == _("Nobody holds it yet.")
    assert "holders_take" not in blocks_of(demo)


async def test_a_person_is_searched_and_picked(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "")
    found = await demo.slack.suggest(ANNA, "roles_of", "zorro")
    assert found.body == {"options": []}
    await demo.slack.suggest(ANNA, "roles_of", "mol")

    await demo.slack.fill(ANNA, {"roles_of": str(ida.id)})

    await demo.slack.until(lambda: "whose" in blocks_of(demo))
    assert "Ida Møller" in blocks_of(demo)["whose"]["text"]["text"]


async def test_one_of_several_is_chosen(demo: Demo) -> None:
    ida = await register(demo)
    await register(demo, first_name="Ida", last_name="Holm", email="ida.holm@sundhed.example")
    await demo.slack.close(ANNA)

    await open_roles(demo, "ida")
    await demo.slack.click(ANNA, "choose_user", block_id=f"choose_{ida.id}")

    await demo.slack.until(lambda: "whose" in blocks_of(demo))
    assert "Ida Møller" in blocks_of(demo)["whose"]["text"]["text"]


async def test_nobody_fits(demo: Demo) -> None:
    await open_roles(demo, "zorro *x*")

    assert "zorro" in shown(demo)
    assert "/imi-users" in shown(demo)


async def test_who_administers_nothing_sees_nobody(demo: Demo) -> None:  # R38
    ida = await register(demo, member=JONAS)
    ask = _("Only an administrator of your authority can do this. Ask one of your administrators.")

    for text in ("", "anna"):
        await demo.slack.command(JONAS, "/imi-roles", text)
        assert last_answer(demo, JONAS) == ask
    assert demo.slack.view(JONAS) is None
    assert not (await again(demo, ida)).administrator


async def test_what_somebody_else_changed_meanwhile_is_told(demo: Demo) -> None:  # D23
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "ida")
    await demo.slack.fill(ANNA, {"roles_PR": ["PR:BASIC"]})
    await demo.slack.submit(ANNA)
    await give(demo, ida, "PQ", "BASIC")

    await demo.slack.submit(ANNA)

    assert _("Somebody edited this user meanwhile. Please look again.") in shown(demo)
    assert blocks_of(demo)["roles_PR"]["element"]["initial_options"][0]["value"] == "PR:BASIC"
    await demo.slack.submit(ANNA)
    await demo.slack.submit(ANNA)
    assert {str(key) for key in (await again(demo, ida)).roles} == {"PR:BASIC"}


async def test_a_role_of_a_module_that_is_gone_can_only_be_taken(demo: Demo) -> None:  # D13
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await give(demo, ida, "SD", "BASIC")
    await open_roles(demo, "ida")
    assert blocks_of(demo)["roles_stale"]["label"]["text"] == _("No longer possible here")

    await demo.slack.fill(ANNA, {"roles_stale": []})
    await demo.slack.submit(ANNA)
    await demo.slack.submit(ANNA)

    assert (await again(demo, ida)).roles == ()


async def test_who_is_removed_meanwhile_is_not_found(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "ida")
    await change(demo, ida, removed_at=demo.slack.clock.now())

    await demo.slack.submit(ANNA)

    assert _("It is not there any more. Open the list again.") in shown(demo)


async def give(demo: Demo, user: User, module: str, role: str) -> None:
    from core.role_keys import RoleKey
    from core.users.rows import roles

    await demo.product.store.write(lambda tx: roles.grant(tx, user.id, [RoleKey(module, role)]))


async def test_what_fails_by_role_keeps_what_was_picked(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "")
    await demo.slack.click(ANNA, "role_holders", block_id="role_PQ:ALLOCATOR")
    await demo.slack.suggest(ANNA, "holders_give", "")
    await demo.slack.fill(ANNA, {"holders_give": [str(ida.id)]})
    await change(demo, ida, removed_at=demo.slack.clock.now())

    await demo.slack.submit(ANNA)

    assert _("It is not there any more. Open the list again.") in shown(demo)


async def test_who_is_removed_between_check_and_save_is_not_found(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "ida")
    await demo.slack.fill(ANNA, {"roles_PR": ["PR:BASIC"]})
    await demo.slack.submit(ANNA)
    await change(demo, ida, removed_at=demo.slack.clock.now())

    await demo.slack.submit(ANNA)

    assert _("It is not there any more. Open the list again.") in shown(demo)


async def test_who_administers_nothing_any_more_is_offered_nobody(demo: Demo) -> None:  # R38
    await open_roles(demo, "")
    await take_all_roles(demo)

    found = await demo.slack.suggest(ANNA, "roles_of", "")

    assert found.body == {"options": []}


def test_many_holders_are_counted() -> None:
    people = tuple(replace(IDA, id=number) for number in range(60))

    view = holder_views.holders(ADMINISTRATOR, people, load(shipped(), "x"), "en")

    assert "and 30 more" in str(view)
