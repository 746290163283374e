"""Tests of the list of users in Slack."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.demo.demo import Demo
from core.authorities.rows import authorities
from core.languages.names import full_name
from core.languages.texts import texts
from core.users.rows import word_search
from core.users.rules import User
from core.users.search_keys import search_words
from handlers.users import list_listeners
from sandbox import Call
from tests.factories import a_user
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    blocks_of,
    change_user,
    home_text,
    register,
    take_all_roles,
    view_text,
)

_ = texts("da").gettext


async def register_many(demo: Demo, number: int = 20) -> None:
    """Register this number of users in Anna's authority."""

    def operation(tx: Connection) -> None:
        authority = authorities.require(tx, 2)
        for n in range(number):
            a_user(
                tx, authority, demo.product.rulebook, last_name=f"Person Q{n:02}", roles=frozenset()
            )

    await demo.product.store.write(operation)


async def user_named(demo: Demo, text: str) -> User:
    """Return the only user of Anna's authority who matches the text."""
    found = await demo.product.store.read(
        lambda tx: word_search.matching(tx, 2, search_words(text), most=2)
    )
    assert len(found) == 1
    return found[0]


async def open_list(demo: Demo, text: str = "") -> None:
    await demo.slack.command(ANNA, "/imi-users", text)
    assert "number" in blocks_of(demo)


def listed_names(demo: Demo) -> list[str]:
    """Return the first lines of the users on the page."""
    blocks = blocks_of(demo)
    found = [block for key, block in blocks.items() if key.startswith("user_")]
    return [block["text"]["text"].splitlines()[0].strip("*") for block in found]


def number_text(demo: Demo) -> str:
    return str(blocks_of(demo)["number"]["elements"][0]["text"])


async def test_the_next_page_and_the_previous_page_are_shown(demo: Demo) -> None:  # R57
    await register_many(demo)
    await open_list(demo)
    assert listed_names(demo)[:2] == ["Anna Holm", "Ada Person Q00"]
    assert number_text(demo) == texts("da").ngettext(
        "{shown} of {number} user", "{shown} of {number} users", 21, shown=15
    )

    await demo.slack.click(ANNA, "users_next")
    await demo.slack.until(lambda: "Ada Person Q19" in listed_names(demo))
    await demo.slack.click(ANNA, "users_previous")

    await demo.slack.until(lambda: "Anna Holm" in listed_names(demo))


async def test_pressing_enter_searches_and_a_filter_narrows(demo: Demo) -> None:  # R57, R78
    await register_many(demo)
    await open_list(demo)

    await demo.slack.fill(ANNA, {"users_search": "person q1"})
    await demo.slack.until(lambda: len(listed_names(demo)) == 10)
    await demo.slack.fill(ANNA, {"users_filter": "administrators"})
    await demo.slack.until(lambda: "empty" in blocks_of(demo))

    assert "/imi-adduser" in view_text(demo)
    assert blocks_of(demo)["users_search"]["element"]["initial_value"] == "person q1"
    await demo.slack.fill(ANNA, {"users_filter": "role::ADMIN", "users_search": ""})
    await demo.slack.submit(ANNA)
    assert listed_names(demo) == ["Anna Holm"]
    assert number_text(demo) == "1 bruger"


async def test_the_later_of_two_quick_searches_wins(demo: Demo) -> None:  # R57
    await register_many(demo)
    await open_list(demo)
    demo.slack.faults.add("views.update", "late", seconds=0.5)

    older = asyncio.create_task(demo.slack.fill(ANNA, {"users_search": "person q1"}))
    await demo.slack.until(lambda: demo.slack.faults.outstanding == 0)
    await demo.slack.fill(ANNA, {"users_search": "person q07"})

    await older
    await demo.slack.until(lambda: len(view_updates(demo)) == 2)
    assert listed_names(demo) == ["Ada Person Q07"]


def view_updates(demo: Demo) -> list[Call]:
    return [one for one in demo.slack.calls if one.method == "views.update"]


async def test_the_newest_user_is_shown_first_on_demand(demo: Demo) -> None:  # R57
    await register_many(demo)
    await open_list(demo)

    await demo.slack.fill(ANNA, {"users_order": "newest"})
    await demo.slack.until(lambda: listed_names(demo)[0] == "Ada Person Q19")
    await demo.slack.click(ANNA, "users_next")

    await demo.slack.until(lambda: listed_names(demo)[-1] == "Anna Holm")
    assert blocks_of(demo)["arrangement"]["elements"][0]["initial_option"]["value"] == "newest"


async def test_the_most_urgent_password_is_shown_first_on_demand(demo: Demo) -> None:  # R78
    await register_many(demo)
    blocked = await user_named(demo, "person q19")
    await change_user(demo, blocked, blocked_at=demo.slack.clock.now())
    await open_list(demo)

    await demo.slack.fill(ANNA, {"users_order": "urgent"})

    await demo.slack.until(lambda: listed_names(demo)[0] == full_name(blocked, "en"))
    await demo.slack.fill(ANNA, {"users_search": "person"})
    await demo.slack.until(lambda: "Anna Holm" not in listed_names(demo))
    assert listed_names(demo)[0] == full_name(blocked, "en")


async def test_usernames_and_addresses_are_shown_on_demand_on_the_same_page(  # R57
    demo: Demo,
) -> None:
    await register_many(demo)
    last = await user_named(demo, "person q19")
    await open_list(demo)
    assert last.username not in view_text(demo)
    await demo.slack.click(ANNA, "users_next")
    await demo.slack.until(lambda: full_name(last, "en") in listed_names(demo))

    await demo.slack.fill(ANNA, {"users_beside": "username"})
    await demo.slack.until(
        lambda: f"{full_name(last, 'en')}* · `{last.username}`" in listed_names(demo)
    )
    await demo.slack.fill(ANNA, {"users_beside": "email"})
    await demo.slack.until(lambda: f"{full_name(last, 'en')}* · {last.email}" in listed_names(demo))
    await demo.slack.click(ANNA, "users_previous")

    await demo.slack.until(lambda: "Anna Holm* · anna.holm@sundhed.example" in listed_names(demo))


async def test_namesakes_are_told_apart_by_their_addresses(demo: Demo) -> None:  # R57
    for number in (1, 2):
        await register(demo, email=f"ida{number}@sundhed.example")
        await demo.slack.close(ANNA)

    await open_list(demo)

    assert sorted(listed_names(demo)) == [
        "Anna Holm",
        "Ida Møller* · ida1@sundhed.example",
        "Ida Møller* · ida2@sundhed.example",
    ]
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: "*Ida Møller* · ida1@sundhed.example" in home_text(demo))


@pytest.mark.parametrize(
    ("order", "expected"),
    [("name", ["Zink", "Ågård", "Aagaard"]), ("newest", ["Aagaard", "Ågård", "Zink"])],
)
async def test_the_exported_list_is_in_the_readers_alphabet_or_the_chosen_order(  # D25
    demo: Demo, order: str, expected: list[str]
) -> None:
    for number, last_name in enumerate(("Zink", "Ågård", "Aagaard")):
        await register(demo, last_name=last_name, email=f"ida{number}@sundhed.example")
        await demo.slack.close(ANNA)
    await open_list(demo, "ida")
    await demo.slack.fill(ANNA, {"users_order": order})
    await demo.slack.until(lambda: shown_order(demo) == order)

    await demo.slack.click(ANNA, "users_csv")

    await demo.slack.until(lambda: files(demo))
    (text,) = files(demo)
    assert [line.split(";")[1] for line in text.splitlines()[1:]] == expected


def shown_order(demo: Demo) -> str:
    return str(blocks_of(demo)["arrangement"]["elements"][0]["initial_option"]["value"])


def files(demo: Demo) -> list[str]:
    """Return the texts of the files that Anna was sent."""
    messages = [m for m in demo.slack.messages(ANNA) if m.files]
    return [demo.slack.file(file["id"]).decode("utf-8-sig") for m in messages for file in m.files]


async def test_text_after_the_command_searches(demo: Demo) -> None:
    await register_many(demo)

    await open_list(demo, "person q07")

    assert listed_names(demo) == ["Ada Person Q07"]


@pytest.mark.parametrize(
    ("what", "block"),
    [
        ("edit", "first_name:0"),
        ("roles", "whose"),
        ("reset", "section_0"),
        ("status", "saved_buttons"),
        ("remove", "follows"),
    ],
)
async def test_the_menu_opens_each_action(demo: Demo, what: str, block: str) -> None:  # R58
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_list(demo, "ida")

    value = f"{what}:{ida.id}"
    await demo.slack.click(ANNA, "user_menu", block_id=f"user_{ida.id}", value=value)

    await demo.slack.until(lambda: "number" not in blocks_of(demo))
    assert block in blocks_of(demo)


async def test_the_open_list_is_redrawn_after_a_change(demo: Demo) -> None:
    ida = await register(demo)
    await demo.slack.close(ANNA)
    await open_list(demo, "møller")
    value = f"edit:{ida.id}"
    await demo.slack.click(ANNA, "user_menu", block_id=f"user_{ida.id}", value=value)
    await demo.slack.until(lambda: "first_name:0" in blocks_of(demo))
    await demo.slack.fill(ANNA, {"first_name": "Idun"})
    await demo.slack.submit(ANNA)
    await demo.slack.close(ANNA)

    await demo.slack.until(lambda: listed_names(demo) == ["Idun Møller"])
    await demo.slack.close(ANNA)
    await register(demo, email="a@sundhed.example")  # a closed list causes no error


async def test_the_word_edit_opens_the_details(demo: Demo) -> None:
    await register(demo)
    await demo.slack.close(ANNA)

    await demo.slack.command(ANNA, "/imi-users", "edit Ida")

    assert "first_name:0" in blocks_of(demo)


async def test_edit_is_a_name_where_a_user_has_it(demo: Demo) -> None:  # R56, R57
    edit = await register(demo, first_name="Edit", last_name="Holm", email="edit@sundhed.example")
    await demo.slack.close(ANNA, clear=True)

    await open_list(demo, "Edit Holm")
    assert listed_names(demo) == ["Edit Holm"]
    await demo.slack.close(ANNA, clear=True)
    await open_list(demo, "edit")
    assert listed_names(demo) == ["Edit Holm"]
    await demo.slack.close(ANNA, clear=True)

    await demo.slack.command(ANNA, "/imi-users", f"edit {edit.username}")
    assert "Edit" in view_text(demo)
    assert blocks_of(demo)["last_name:0"]["element"]["initial_value"] == "Holm"


async def test_the_word_edit_alone_explains_itself(demo: Demo) -> None:  # R56
    await demo.slack.command(ANNA, "/imi-users", "edit")

    assert _("`/imi-users edit NAME` opens a user's details at once.") in view_text(demo)


async def test_a_user_with_edit_in_the_name_is_edited_by_name(demo: Demo) -> None:  # R56
    await register(demo, first_name="Meredith", email="meredith@sundhed.example")
    await demo.slack.close(ANNA, clear=True)

    await demo.slack.command(ANNA, "/imi-users", "edit meredith")

    assert blocks_of(demo)["first_name:0"]["element"]["initial_value"] == "Meredith"


async def test_the_exported_list_is_sent_to_the_administrator_alone(demo: Demo) -> None:  # R57
    ida = await register(demo)
    await change_user(demo, ida, first_name="=cmd|x")  # a name from before D32
    await demo.slack.close(ANNA)
    await open_list(demo, "møller")

    await demo.slack.click(ANNA, "users_csv")

    text = _("The file is in the messages of the IMI app. Nobody else sees it.")
    await demo.slack.until(lambda: text in view_text(demo))
    (message,) = [m for m in demo.slack.messages(ANNA) if m.files]
    assert message.files[0]["name"] == "imi-users.csv"


async def test_a_failed_upload_of_the_list_is_reported(demo: Demo) -> None:
    demo.slack.faults.add("files.getUploadURLExternal", "error:file_upload_size_restricted")
    await open_list(demo)

    await demo.slack.click(ANNA, "users_csv")

    await demo.slack.until(lambda: "Slack" in view_text(demo) and "number" not in blocks_of(demo))


async def test_an_ordinary_user_cannot_list_users(demo: Demo) -> None:  # R38
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, "/imi-users")

    assert demo.slack.view(JONAS) is None


async def test_the_button_on_home_opens_the_list(demo: Demo) -> None:  # R57
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: demo.slack.home(ANNA) is not None)

    await demo.slack.click(ANNA, "open_users", "home")

    assert listed_names(demo) == ["Anna Holm"]


async def test_a_search_of_a_former_administrator_is_refused(demo: Demo) -> None:  # R38
    await open_list(demo)
    await take_all_roles(demo)

    await demo.slack.submit(ANNA)

    assert _(
        "Only an administrator of your authority can do this. Ask one of your administrators."
    ) in view_text(demo)


async def test_the_list_opened_first_is_forgotten_first(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_listeners, "MOST_OPEN", 0)

    await open_list(demo)

    assert listed_names(demo) == ["Anna Holm"]


async def test_at_most_ten_matching_users_are_offered(demo: Demo) -> None:
    await register_many(demo, 12)

    await demo.slack.command(ANNA, "/imi-roles", "person")

    assert _("There are more users. Type more of the name.") in view_text(demo)


async def test_administrators_see_until_when_strangers_are_blocked(demo: Demo) -> None:  # D3, R78
    user, now = await register(demo, member=JONAS), demo.slack.clock.now()
    await demo.slack.until(lambda: any(user.email in m.recipients for m in demo.slack.mails))
    until = now + timedelta(minutes=15)
    shown = _(
        "blocked until {moment} in new browsers",
        moment=texts("da").moment(until, "Europe/Copenhagen"),
    )
    await change_user(demo, user, strangers_blocked_at=now, strangers_blocked_until=until)

    await open_list(demo)
    assert shown in view_text(demo)
    await demo.slack.fill(ANNA, {"users_filter": "blocked"})
    await demo.slack.until(lambda: listed_names(demo) == [full_name(user, "en")])
    await demo.slack.open_home(ANNA)
    await demo.slack.until(lambda: shown in home_text(demo))
