"""Tests of the search for authorities."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import Connection

from bot.demo.demo import Demo
from core.authority_search.service import MAX_HITS, AuthorityQuery, SearchHit, SearchPage
from core.catalogue.load import load, shipped
from core.languages.texts import texts
from handlers.authorities.search_views import search_view
from tests.factories import an_authority
from tests.handlers.demo_actions import (
    ANNA,
    JONAS,
    blocks_of,
    change_user,
    home_text,
    last_answer,
    register,
    view_text,
)

_ = texts("da").gettext
HEALTH = "found_2"


def found_block_ids(demo: Demo, member: str = ANNA) -> list[str]:
    return [name for name in blocks_of(demo, member) if name.startswith("found_")]


async def test_every_user_finds_authorities_and_their_contact_details(demo: Demo) -> None:  # R2-R4
    await register(demo, member=JONAS)

    await demo.slack.command(JONAS, "/imi-findauthority", "arbejdstilsyn")

    assert found_block_ids(demo, JONAS) == ["found_3"]
    await demo.slack.click(JONAS, "authority_search_show")
    text = view_text(demo, JONAS)
    assert "post@arbejde.example" in text
    assert "Danmark" in text
    assert "Élise" not in text
    assert "navigation" not in blocks_of(demo, JONAS)


async def test_the_button_on_home_opens_the_search(demo: Demo) -> None:
    await register(demo, member=JONAS)
    for member in (ANNA, JONAS):
        await demo.slack.open_home(member)
        button = partial(contains, demo, member, "open_authority_search")
        await demo.slack.until(button)
        await demo.slack.click(member, "open_authority_search", "home")
        assert len(found_block_ids(demo, member)) == 4


def contains(demo: Demo, member: str, text: str) -> bool:
    return text in home_text(demo, member)


async def test_choosing_an_option_searches_at_once(demo: Demo) -> None:
    await demo.slack.command(ANNA, "/imi-findauthority")
    everybody = found_block_ids(demo)

    await demo.slack.fill(ANNA, {"authority_search_module": "PR"})
    await demo.slack.until(lambda: found_block_ids(demo) != everybody)

    assert HEALTH in found_block_ids(demo)
    assert "found_3" not in found_block_ids(demo)
    await demo.slack.fill(ANNA, {"authority_search_words": "zorro"})
    assert (await demo.slack.submit(ANNA)).errors == {}
    assert found_block_ids(demo) == []
    assert "empty" in blocks_of(demo)
    assert blocks_of(demo)["authority_search_words"]["element"]["initial_value"] == "zorro"
    await demo.slack.fill(ANNA, {"authority_search_words": "sundhedstyrelse"})
    assert (await demo.slack.submit(ANNA)).errors == {}
    assert found_block_ids(demo) == [HEALTH]
    assert "alike" in blocks_of(demo)


async def test_the_later_of_two_quick_choices_wins(demo: Demo) -> None:  # R2
    await demo.slack.command(ANNA, "/imi-findauthority")
    demo.slack.faults.add("views.update", "late", seconds=0.5)

    older = asyncio.create_task(demo.slack.fill(ANNA, {"authority_search_module": "PR"}))
    await demo.slack.until(lambda: demo.slack.faults.outstanding == 0)
    await demo.slack.fill(ANNA, {"authority_search_words": "arbejdstilsyn"})
    await older

    # Both choices are in the form by then, and no authority of this name has that module.
    assert found_block_ids(demo) == []


async def test_a_person_without_an_account_is_referred_to_an_administrator(demo: Demo) -> None:
    await demo.slack.command(JONAS, "/imi-findauthority", "sundhed")

    assert last_answer(demo, JONAS)


def drawn(start: int, page_size: int, total: int) -> list[str]:
    hits = tuple(SearchHit(start + n, "T", "N", "", "DK", exact=True) for n in range(page_size))
    found = SearchPage(hits, total, start, ("DK", "SE"))
    view = search_view(AuthorityQuery(), found, load(shipped(), "catalogue.toml"), "en")
    pages = [block for block in view["blocks"] if block["block_id"] == "pages"]
    number = next(block for block in view["blocks"] if block["block_id"] == "number")
    buttons = [one["value"] for block in pages for one in block["elements"]]
    return [*buttons, number["elements"][0]["text"]]


@pytest.mark.parametrize(
    ("start", "page_size", "total", "buttons"),
    [
        (0, 10, 10, ["10 authorities"]),
        (0, 10, 11, ["next", "11 authorities"]),
        (10, 1, 11, ["previous", "11 authorities"]),
        (10, 10, 21, ["previous", "next", "21 authorities"]),
    ],
)
def test_paging_buttons_are_shown_if_there_are_more_pages(
    start: int, page_size: int, total: int, buttons: list[str]
) -> None:
    assert drawn(start, page_size, total) == buttons


def test_a_truncated_result_says_so() -> None:
    assert str(MAX_HITS) in drawn(0, 10, MAX_HITS)[-1]


async def test_the_next_and_previous_pages_are_shown(demo: Demo) -> None:
    def register_many(tx: Connection) -> None:
        for number in range(12):
            an_authority(tx, informal_title=f"Havn {number:02}")

    await demo.product.store.write(register_many)
    await demo.slack.command(ANNA, "/imi-findauthority", "havn")
    first = found_block_ids(demo)

    await demo.slack.click(ANNA, "authority_search_next")
    await demo.slack.until(lambda: found_block_ids(demo) != first)

    assert (len(first), len(found_block_ids(demo))) == (10, 2)
    await demo.slack.click(ANNA, "authority_search_previous")
    await demo.slack.until(lambda: found_block_ids(demo) == first)


async def test_a_removed_user_cannot_search(demo: Demo) -> None:
    jonas = await register(demo, member=JONAS)
    await demo.slack.command(JONAS, "/imi-findauthority")
    await change_user(demo, jonas, removed_at=demo.slack.clock.now(), email_key="gone")

    await demo.slack.submit(JONAS)

    assert found_block_ids(demo, JONAS) == []
