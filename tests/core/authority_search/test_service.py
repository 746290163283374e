"""Finding authorities by words, on both databases."""

import asyncio
import re
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete

from core.accounts import removal
from core.administration import competences, managing, title_tasks
from core.administration.competences import GENERAL, CompetenceEdit, Competences
from core.authorities.rules import Authority
from core.authority_search import rows, service
from core.authority_search.rules import Lexicon, alike, keyword_token, module_token, words_of
from core.authority_search.service import MOST_FOUND, AuthorityQuery, SearchHit, SearchPage
from core.catalogue.rules import Catalogue
from core.errors import NotFoundError
from core.schema.authorities import search_texts
from core.users.principals import Principal
from tests.core.administration.land import Land
from tests.core.administration.test_editing import edit
from tests.core.administration.test_modules import change
from tests.core.administration.test_title_tasks import tasks, translate
from tests.factories import an_authority, executing
from tests.times import NOON


async def find(land: Land, text: str = "", by: Principal | None = None, **more: Any) -> SearchPage:  # noqa: ANN401
    lexicon = Lexicon.of(land.rulebook.catalogue)
    page = more.pop("page", (0, 10))
    wish = AuthorityQuery(text, **more)
    return await land.look(lambda tx: service.search(tx, by or land.bo, wish, lexicon, page))


async def ids(land: Land, text: str = "", **more: Any) -> list[int]:  # noqa: ANN401
    return [hit.id for hit in (await find(land, text, **more)).hits]


async def choose(land: Land, authority: Authority, module: str, *codes: str) -> None:
    def act(tx: Connection) -> None:
        current = competences.competences_of(tx, authority.id)
        wish = Competences(keywords={module: frozenset(codes)})
        mark = competences.mark_of_competences(current, [module])
        edit = CompetenceEdit(authority.id, wish, mark)
        competences.edit_competences(tx, edit, land.anna, land.rulebook.catalogue, NOON)

    await land.act(act)


async def test_every_user_finds_by_words_of_the_titles(land: Land) -> None:  # R2
    assert await ids(land, "health") == [land.health.id]
    assert await ids(land, "  AGENCY,  hea ") == [land.health.id]
    assert (await ids(land, land.other.official_name))[0] == land.other.id
    assert await ids(land, "zorro") == []
    (hit,) = (await find(land, "health")).hits
    title, name = land.health.informal_title, land.health.official_name
    assert hit == SearchHit(land.health.id, title, name, "", "DK", exact=True)


async def test_the_title_counts_more_than_the_description(land: Land) -> None:  # R4
    await edit(land, land.signe, land.other, description="We work with the Health Agency.")

    assert await ids(land, "health agency") == [land.health.id, land.other.id]


async def test_accents_case_and_endings_are_no_matter(land: Land) -> None:
    await edit(land, land.anna, land.health, informal_title="Fødevarestyrelsen i Ærø")

    assert await ids(land, "foedevare AERO") == [land.health.id]
    assert await ids(land, "FØDEVARE ærø") == [land.health.id]
    assert await ids(land, "foedevarestyrelse aeroe") == [land.health.id]


async def test_a_typing_error_and_the_inside_of_a_word_find_too(land: Land) -> None:
    await edit(land, land.anna, land.health, informal_title="Sundhedsstyrelsen", place="København")

    for text in ("sundhedstyrelsen", "styrelsen", "sundhetsstyrelsen", "Kobenhagn"):
        (hit,) = (await find(land, text)).hits
        assert (hit.id, hit.exact) == (land.health.id, False), text
    assert await ids(land, "styrelsen zorro") == []
    assert await ids(land, "zo") == []


async def test_what_fits_exactly_comes_before_what_is_alike(land: Land) -> None:
    await edit(land, land.anna, land.health, informal_title="Fisheries")
    await edit(land, land.signe, land.other, informal_title="Fisherees")

    found = await find(land, "fisherees")

    assert [(hit.id, hit.exact) for hit in found.hits] == [
        (land.other.id, True),
        (land.health.id, False),
    ]


@pytest.mark.parametrize("language", ["en", "da"])
async def test_keywords_and_modules_are_found_by_their_names_in_any_language(  # R3, R33
    land: Land, language: str
) -> None:
    catalogue = land.rulebook.catalogue
    general = catalogue.fields[0].keywords[0]
    special = next(one for one in catalogue.modules if one.code == "PQ").keywords[0]
    await choose(land, land.health, GENERAL, general.code)
    assert land.health.id in await ids(land, general.name_in(language))

    await choose(land, land.health, "PQ", special.code)

    assert land.health.id in await ids(land, special.name_in(language))
    assert land.labour.id in await ids(land, catalogue.name_of_module("PW", language))


async def test_a_keyword_spelled_wrongly_is_found(land: Land) -> None:
    general = land.rulebook.catalogue.fields[0].keywords[0]
    await choose(land, land.health, GENERAL, general.code)
    name = max(words_of(general.name_in("en")), key=len)

    (hit,) = (await find(land, name[:2] + name[3:])).hits

    assert (hit.id, hit.exact) == (land.health.id, False)


async def test_the_index_follows_every_change(land: Land) -> None:
    await edit(land, land.anna, land.health, substantial=True, informal_title="Care")
    assert await ids(land, "care") == [land.health.id]
    (task,) = await tasks(land)
    await translate(land, task, fr="Soins infirmiers")
    assert await ids(land, "infirmiers") == [land.health.id]
    health = await land.authority(land.health.id)
    await edit(land, land.anna, health, substantial=True, informal_title="Repair")
    assert await ids(land, "infirmiers") == []
    await change(land, land.karin, "SD")
    assert await ids(land, "care", module="PQ") == []
    assert await ids(land, "repair", module="SD") == [land.health.id]
    general = land.rulebook.catalogue.fields[0].keywords[0].code
    await choose(land, land.health, GENERAL, general)
    await choose(land, land.health, GENERAL)
    assert keyword_token(GENERAL, general) not in await index_of(land, land.health)

    await land.act(
        lambda tx: managing.remove(tx, land.karin, land.health.id, "Health Agency", NOON)
    )

    assert await ids(land, "repair", by=land.signe) == []
    assert await index_of(land, land.health) == ""


async def index_of(land: Land, authority: Authority) -> str:
    found = await land.look(lambda tx: rows.texts_of(tx, [authority.id]))
    return " ".join(row.keywords for row in found)


async def test_a_reader_sees_the_title_in_their_language(land: Land) -> None:  # R29, D17
    await edit(land, land.signe, land.other, substantial=True, informal_title="Care")
    (task,) = await tasks(land)
    await land.act(lambda tx: title_tasks.translate(tx, task.id, {"en": "The Care"}, "U1", NOON))

    (hit,) = (await find(land, "care")).hits

    assert hit.title == "The Care"


async def test_module_country_and_place_narrow_the_search(land: Land) -> None:
    await edit(land, land.karin, land.health, country="SE", place="Malmö Västra")
    await edit(land, land.signe, land.other, place="Odense")

    everybody = await find(land)
    assert set(everybody.countries) == {"DK", "SE"}
    assert everybody.total == len(everybody.hits)
    assert await ids(land, country="SE") == [land.health.id]
    assert await ids(land, module="PW") == [land.labour.id]
    assert await ids(land, place="malmo vast") == []
    assert await ids(land, place="MALMÖ väst") == [land.health.id]
    assert await ids(land, "agency", place="odense") == []
    assert await ids(land, "agenci", place="malmö") == [land.health.id]
    assert await ids(land, "health", module="PW") == []
    assert await ids(land, "healt agenci", country="DK") == []


async def test_pages_begin_where_they_are_asked_to(land: Land) -> None:
    first = await find(land, page=(0, 3))
    second = await find(land, page=(3, 3))

    assert (len(first.hits), first.total, len(second.hits)) == (3, 4, 1)
    assert {hit.id for hit in first.hits}.isdisjoint(hit.id for hit in second.hits)
    titles = [hit.title for hit in (*first.hits, *second.hits)]
    assert titles == sorted(titles)


async def test_so_many_and_no_more_are_found(land: Land) -> None:
    def many(tx: Connection) -> None:
        for number in range(MOST_FOUND + 3):
            an_authority(tx, informal_title=f"Harbour {number}")

    await land.act(many)

    assert (await find(land, "harbour")).total == MOST_FOUND


async def test_signs_and_the_languages_of_the_databases_do_no_harm(land: Land) -> None:
    for text in (
        '"',
        "a OR b",
        "NEAR(a b)",
        "a & ! b",
        "titles : x",
        "'; --",
        "*",
        "kw",
        "\0",
        "%",
    ):
        await find(land, text, place=text)
    assert await ids(land, "kwpq") == []


async def test_somebody_removed_finds_nothing(land: Land) -> None:
    await land.act(lambda tx: removal.remove(tx, land.anna, land.bo.user_id, land.rulebook, NOON))

    with pytest.raises(NotFoundError):
        await find(land, "health")


async def test_two_who_change_it_at_once_leave_one_index(land: Land) -> None:
    once = partial(rows.index, authority_id=land.health.id)

    await asyncio.gather(*(land.act(once) for _time in range(20)))

    assert await ids(land, "health") == [land.health.id]


async def test_what_is_missing_in_the_index_is_added(land: Land) -> None:
    await land.act(executing(delete(search_texts)))
    assert await ids(land, "health") == []

    assert await land.act(rows.index_missing) == 4
    assert await land.act(rows.index_missing) == 0

    assert await ids(land, "health") == [land.health.id]


@given(st.text(alphabet="AB0_ZU", max_size=6), st.text(alphabet="AB0_ZU", max_size=6))
def test_no_two_codes_are_spelled_the_same(one: str, other: str) -> None:
    assert (module_token(one) == module_token(other)) == (one == other)
    assert (keyword_token(one, "A") == keyword_token(other, "A")) == (one == other)
    assert (keyword_token(one, other) == keyword_token(other, one)) == (one == other)


@given(st.text())
def test_words_are_letters_and_digits(text: str) -> None:
    assert all(re.fullmatch("[a-z0-9]+", word) for word in words_of(text))


def test_likeness_is_one_of_letters() -> None:
    assert alike("helth", ["agency", "health"]) > 0
    assert alike("health", ["health"]) > alike("heal", ["health"]) > alike("haelth", ["health"])
    assert alike("zorro", ["health"]) == 0
    assert alike("zorro", []) == 0


def test_a_short_word_means_only_itself() -> None:
    lexicon = Lexicon.of(Catalogue((), ()))
    assert lexicon.tokens("eu") == frozenset()
    assert Lexicon({"eu": frozenset({"x"}), "europe": frozenset({"y"})}).tokens("eu") == {"x"}
    assert Lexicon({"eu": frozenset({"x"}), "europe": frozenset({"y"})}).tokens("eur") == {"y"}
