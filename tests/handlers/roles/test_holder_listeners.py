"""Tests of viewing and changing the holders of roles in Slack."""

from dataclasses import replace

from bot.demo.demo import Demo
from core.catalogue.load import load, shipped
from core.errors import NotAdministratorError
from core.languages.texts import texts
from core.role_keys import ADMINISTRATOR
from core.users.rows import users
from core.users.rules import User
from handlers.refusal_texts import refusal_text
from handlers.roles import holder_views
from handlers.roles.holder_views import HolderDraft
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    blocks_of,
    change_user,
    last_answer,
    open_roles,
    register,
    take_all_roles,
    view_text,
)
from tests.handlers.sample_values import IDA

_ = texts("da").gettext


async def reload_user(demo: Demo, user: User) -> User:
    found = await demo.product.store.read(lambda tx: users.find(tx, user.id))
    assert found is not None
    return found


async def test_all_roles_are_listed_with_their_holders(demo: Demo) -> None:  # R61, R62
    await open_roles(demo, "")

    blocks = blocks_of(demo)
    assert blocks["role_PQ:REQ_HANDLER"]["text"]["text"] == (
        "Sagsbehandler af forespørgsler: 1 bruger"
    )
    assert str(blocks).count("Erhvervsmæssige kvalifikationer") == 1
    order = list(blocks)
    assert order.index("module_PQ") == order.index("role_PQ:BASIC") - 1
    await demo.slack.click(ANNA, "role_holders", block_id="role_PQ:REQ_HANDLER")
    assert "Anna Holm" in blocks_of(demo)["holders"]["text"]["text"]
    await demo.slack.suggest(ANNA, "holders_take", "")
    anna = await demo.product.store.read(lambda tx: users.find_by_username(tx, "aholm"))
    assert anna is not None
    await demo.slack.fill(ANNA, {"holders_take": [str(anna.id)]})
    answer = await demo.slack.submit(ANNA)
    assert [block_id.split(":")[0] for block_id in answer.errors] == ["holders_take"]


async def test_a_role_without_a_holder_says_so(demo: Demo) -> None:
    anna = await demo.product.store.read(lambda tx: users.find_by_username(tx, "aholm"))
    assert anna is not None
    await open_roles(demo, "")
    await demo.slack.click(ANNA, "role_holders", block_id="role_PQ:ALLOCATOR")
    await demo.slack.suggest(ANNA, "holders_take", "")
    await demo.slack.fill(ANNA, {"holders_take": [str(anna.id)]})
    await demo.slack.submit(ANNA)

    assert blocks_of(demo)["holders"]["text"]["text"] == _("Nobody holds this role yet.")
    assert "holders_take" not in str(blocks_of(demo))


async def test_a_user_is_searched_and_picked(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "")
    found = await demo.slack.suggest(ANNA, "user_search:roles", "zorro")
    assert found.body == {"options": []}
    await demo.slack.suggest(ANNA, "user_search:roles", "mol")

    await demo.slack.fill(ANNA, {"user_search:roles": str(ida.id)})

    await demo.slack.until(lambda: "whose" in blocks_of(demo))
    assert "Ida Møller" in blocks_of(demo)["whose"]["text"]["text"]


async def test_if_several_users_match_one_is_chosen(demo: Demo) -> None:
    ida = await register(demo)
    await register(demo, first_name="Ida", last_name="Holm", email="ida.holm@sundhed.example")
    await demo.slack.close(ANNA)

    await open_roles(demo, "ida")
    await demo.slack.click(ANNA, "choose_user", block_id=f"choose_{ida.id}")

    await demo.slack.until(lambda: "whose" in blocks_of(demo))
    assert "Ida Møller" in blocks_of(demo)["whose"]["text"]["text"]


async def test_no_matching_user_is_reported(demo: Demo) -> None:
    await open_roles(demo, "zorro *x*")

    assert "zorro" in view_text(demo)
    assert "/imi-users" in view_text(demo)


async def test_an_ordinary_user_sees_no_roles(demo: Demo) -> None:  # R38
    ida = await register(demo, member=JONAS)
    ask = _("Only an administrator of your authority can do this. Ask one of your administrators.")

    for text in ("", "anna"):
        await demo.slack.command(JONAS, "/imi-roles", text)
        assert last_answer(demo, JONAS) == ask
    assert demo.slack.view(JONAS) is None
    assert not (await reload_user(demo, ida)).administrator


async def test_a_refused_change_by_role_keeps_the_picked_users(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "")
    await demo.slack.click(ANNA, "role_holders", block_id="role_PQ:ALLOCATOR")
    await demo.slack.suggest(ANNA, "holders_give", "")
    await demo.slack.fill(ANNA, {"holders_give": [str(ida.id)]})
    await change_user(demo, ida, removed_at=demo.slack.clock.now())

    await demo.slack.submit(ANNA)

    assert _("This entry no longer exists. Open the list again.") in view_text(demo)


async def test_a_former_administrator_is_offered_no_users(demo: Demo) -> None:  # R38
    await open_roles(demo, "")
    await take_all_roles(demo)

    found = await demo.slack.suggest(ANNA, "user_search:roles", "")

    assert found.body == {"options": []}


async def test_a_former_administrator_gives_no_role(demo: Demo) -> None:  # R38
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "")
    await demo.slack.click(ANNA, "role_holders", block_id="role_PQ:ALLOCATOR")
    await demo.slack.suggest(ANNA, "holders_give", "")
    await demo.slack.fill(ANNA, {"holders_give": [str(ida.id)]})
    await take_all_roles(demo)

    answer = await demo.slack.submit(ANNA)

    assert answer.errors == {}
    assert refusal_text(NotAdministratorError(), "da") in view_text(demo)
    assert not (await reload_user(demo, ida)).roles


async def test_a_role_given_and_taken_in_the_same_modal_is_taken(demo: Demo) -> None:  # R15, R60
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_roles(demo, "")
    await demo.slack.click(ANNA, "role_holders", block_id="role_PQ:ALLOCATOR")
    await demo.slack.suggest(ANNA, "holders_give", "")
    await demo.slack.fill(ANNA, {"holders_give": [str(ida.id)]})
    await demo.slack.submit(ANNA)
    assert note_of(demo) == _("Saved.")
    assert [str(role) for role in (await reload_user(demo, ida)).roles] == ["PQ:ALLOCATOR"]
    await demo.slack.suggest(ANNA, "holders_take", "")
    await demo.slack.fill(ANNA, {"holders_take": [str(ida.id)]})

    await demo.slack.submit(ANNA)

    assert not (await reload_user(demo, ida)).roles
    assert note_of(demo) == _("Saved.")


async def test_a_save_without_a_choice_says_that_nothing_changes(demo: Demo) -> None:
    await open_roles(demo, "")
    await demo.slack.click(ANNA, "role_holders", block_id="role_PQ:ALLOCATOR")

    await demo.slack.submit(ANNA)

    assert note_of(demo) == _("There are no changes.")


def note_of(demo: Demo) -> str:
    return str(blocks_of(demo)["note"]["text"]["text"])


def test_holders_beyond_the_first_are_counted() -> None:
    people = tuple(replace(IDA, id=number) for number in range(60))

    view = holder_views.holders(HolderDraft(ADMINISTRATOR, 1), people, load(shipped(), "x"), "en")

    assert "and 30 more" in str(view)


def test_holders_are_in_the_readers_alphabet_and_namesakes_have_their_addresses() -> None:  # D25
    people = tuple(
        replace(IDA, id=number, last_name=name, email=f"{number}@sundhed.example")
        for number, name in enumerate(("Å", "Z", "Z", "A"))
    )

    view = holder_views.holders(HolderDraft(ADMINISTRATOR, 1), people, load(shipped(), "x"), "da")

    (holders,) = [block for block in view["blocks"] if block["block_id"] == "holders"]
    assert holders["text"]["text"].splitlines() == [
        "• *Ida A*",
        "• *Ida Z* · 1@sundhed.example",
        "• *Ida Z* · 2@sundhed.example",
        "• *Ida Å*",
    ]
