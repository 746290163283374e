"""Tests of the search for authorities, on SQLite and PostgreSQL."""

from typing import Any

import pytest
from sqlalchemy import Connection

from core.accounts import removal
from core.administration import competences, managed_authorities
from core.administration.competences import GENERAL, CompetenceEdit, Competences
from core.authorities.rules import Authority
from core.authority_search import rows, service
from core.authority_search.rules import Lexicon, keyword_token, words_of
from core.authority_search.service import MAX_HITS, AuthorityQuery, SearchHit, SearchPage
from core.errors import NotFoundError
from core.users.principals import Principal
from tests.core.administration.sample_changes import change_modules, edit, open_tasks, translate
from tests.core.administration.sample_country import SampleCountry
from tests.factories import an_authority
from tests.times import NOON


async def find(
    sample: SampleCountry,
    text: str = "",
    by: Principal | None = None,
    **more: Any,  # noqa: ANN401
) -> SearchPage:
    lexicon = Lexicon.of(sample.rulebook.catalogue)
    page = more.pop("page", (0, 10))
    query = AuthorityQuery(text, **more)
    return await sample.read(lambda tx: service.search(tx, by or sample.bo, query, lexicon, page))


async def ids(sample: SampleCountry, text: str = "", **more: Any) -> list[int]:  # noqa: ANN401
    return [hit.id for hit in (await find(sample, text, **more)).hits]


async def choose_keywords(
    sample: SampleCountry, authority: Authority, module: str, *codes: str
) -> None:
    def edit_keywords(tx: Connection) -> None:
        current = competences.competences_of(tx, authority.id)
        new = Competences(keywords={module: frozenset(codes)})
        edit = CompetenceEdit(authority.id, new, current)
        competences.edit_competences(tx, edit, sample.anna, sample.rulebook.catalogue, NOON)

    await sample.write(edit_keywords)


async def test_every_user_finds_authorities_by_words_of_their_titles(
    sample: SampleCountry,
) -> None:  # R2
    assert await ids(sample, "health") == [sample.health.id]
    assert await ids(sample, "  AGENCY,  hea ") == [sample.health.id]
    assert (await ids(sample, sample.other.official_name))[0] == sample.other.id
    assert await ids(sample, "zorro") == []
    (hit,) = (await find(sample, "health")).hits
    title, name = sample.health.informal_title, sample.health.official_name
    assert hit == SearchHit(sample.health.id, title, name, "", "DK", exact=True)


async def test_the_title_counts_more_than_the_description(sample: SampleCountry) -> None:  # R4
    await edit(sample, sample.signe, sample.other, description="We work with the Health Agency.")

    assert await ids(sample, "health agency") == [sample.health.id, sample.other.id]


async def test_accents_case_and_missing_endings_are_ignored(sample: SampleCountry) -> None:
    await edit(sample, sample.anna, sample.health, informal_title="Fødevarestyrelsen i Ærø")

    assert await ids(sample, "foedevare AERO") == [sample.health.id]
    assert await ids(sample, "FØDEVARE ærø") == [sample.health.id]
    assert await ids(sample, "foedevarestyrelse aeroe") == [sample.health.id]


async def test_misspelled_words_and_parts_of_words_are_found(sample: SampleCountry) -> None:
    await edit(
        sample, sample.anna, sample.health, informal_title="Sundhedsstyrelsen", place="København"
    )

    for text in ("sundhedstyrelsen", "styrelsen", "sundhetsstyrelsen", "Kobenhagn"):
        (hit,) = (await find(sample, text)).hits
        assert (hit.id, hit.exact) == (sample.health.id, False), text
    assert await ids(sample, "styrelsen zorro") == []
    assert await ids(sample, "zo") == []


async def test_each_of_several_misspelled_words_has_to_be_found(sample: SampleCountry) -> None:
    await edit(
        sample,
        sample.anna,
        sample.health,
        informal_title="Veterinærstyrelsen Board",
        place="København",
    )
    general = sample.rulebook.catalogue.fields[1].keywords[0]
    await choose_keywords(sample, sample.health, GENERAL, general.code)
    name = max(words_of(general.name_in("en")), key=len)

    # A similar word and one of the keywords; a word inside a longer one; a short one inside it; two
    # letters in the wrong order, which change most of a short word's trigrams.
    for text in (
        *(f"veterinerstyrelsen {name}", "styrelsen kobenhagn", "veterinerstyrelsen rst"),
        *("veterinærstyrelsen baord", "veterinerstyrelsen baord"),
    ):
        (hit,) = (await find(sample, text)).hits
        assert (hit.id, hit.exact) == (sample.health.id, False), text
    assert await ids(sample, "veterinerstyrelsen aarhus") == []


async def test_exact_hits_come_before_similar_ones(sample: SampleCountry) -> None:
    await edit(sample, sample.anna, sample.health, informal_title="Fisheries")
    await edit(sample, sample.signe, sample.other, informal_title="Fisherees")

    found = await find(sample, "fisherees")

    assert [(hit.id, hit.exact) for hit in found.hits] == [
        (sample.other.id, True),
        (sample.health.id, False),
    ]


@pytest.mark.parametrize("language", ["en", "da"])
async def test_keywords_and_modules_are_found_by_their_names_in_any_language(  # R3, R33
    sample: SampleCountry, language: str
) -> None:
    catalogue = sample.rulebook.catalogue
    general = catalogue.fields[0].keywords[0]
    special = next(module for module in catalogue.modules if module.code == "PQ").keywords[0]
    await choose_keywords(sample, sample.health, GENERAL, general.code)
    assert sample.health.id in await ids(sample, general.name_in(language))

    await choose_keywords(sample, sample.health, "PQ", special.code)

    assert sample.health.id in await ids(sample, special.name_in(language))
    assert sample.labour.id in await ids(sample, catalogue.name_of_module("PW", language))


async def test_a_misspelled_keyword_is_found(sample: SampleCountry) -> None:
    general = sample.rulebook.catalogue.fields[0].keywords[0]
    await choose_keywords(sample, sample.health, GENERAL, general.code)
    name = max(words_of(general.name_in("en")), key=len)

    (hit,) = (await find(sample, name[:2] + name[3:])).hits

    assert (hit.id, hit.exact) == (sample.health.id, False)


async def test_the_index_follows_every_change(sample: SampleCountry) -> None:
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    assert await ids(sample, "care") == [sample.health.id]
    (task,) = await open_tasks(sample)
    await translate(sample, task, fr="Soins infirmiers")
    assert await ids(sample, "infirmiers") == [sample.health.id]
    health = await sample.authority(sample.health.id)
    await edit(sample, sample.anna, health, substantial=True, informal_title="Repair")
    assert await ids(sample, "infirmiers") == []
    await change_modules(sample, sample.karin, "SD")
    assert await ids(sample, "care", module="PQ") == []
    assert await ids(sample, "repair", module="SD") == [sample.health.id]
    general = sample.rulebook.catalogue.fields[0].keywords[0].code
    await choose_keywords(sample, sample.health, GENERAL, general)
    await choose_keywords(sample, sample.health, GENERAL)
    assert keyword_token(GENERAL, general) not in await indexed_keywords(sample, sample.health)

    await sample.write(
        lambda tx: managed_authorities.remove(
            tx, sample.karin, sample.health.id, "Health Agency", NOON
        )
    )

    assert await ids(sample, "repair", by=sample.signe) == []
    assert await indexed_keywords(sample, sample.health) == ""


async def indexed_keywords(sample: SampleCountry, authority: Authority) -> str:
    found = await sample.read(lambda tx: rows.indexed_texts(tx, [authority.id]))
    return " ".join(row.keywords for row in found)


async def test_titles_are_in_the_readers_language(sample: SampleCountry) -> None:  # R29, D17
    await edit(sample, sample.signe, sample.other, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    await translate(sample, task, en="The Care")

    (hit,) = (await find(sample, "care")).hits

    assert hit.title == "The Care"


async def test_module_country_and_place_narrow_the_search(sample: SampleCountry) -> None:
    await edit(sample, sample.karin, sample.health, country="SE", place="Malmö Västra")
    await edit(sample, sample.signe, sample.other, place="Odense")

    everything = await find(sample)
    assert set(everything.countries) == {"DK", "SE"}
    assert everything.total == len(everything.hits)
    assert await ids(sample, country="SE") == [sample.health.id]
    assert await ids(sample, module="PW") == [sample.labour.id]
    assert await ids(sample, place="malmo vast") == []
    assert await ids(sample, place="MALMÖ väst") == [sample.health.id]
    assert await ids(sample, "agency", place="odense") == []
    assert await ids(sample, "agenci", place="malmö") == [sample.health.id]
    assert await ids(sample, "health", module="PW") == []
    assert await ids(sample, "healt agenci", country="DK") == []


async def test_a_page_begins_at_the_requested_position(sample: SampleCountry) -> None:
    first = await find(sample, page=(0, 3))
    second = await find(sample, page=(3, 3))

    assert (len(first.hits), first.total, len(second.hits)) == (3, 4, 1)
    assert {hit.id for hit in first.hits}.isdisjoint(hit.id for hit in second.hits)
    titles = [hit.title for hit in (*first.hits, *second.hits)]
    assert titles == sorted(titles)


async def test_the_number_of_hits_is_limited(sample: SampleCountry) -> None:
    def register_many(tx: Connection) -> None:
        for number in range(MAX_HITS + 3):
            an_authority(tx, informal_title=f"Harbour {number}")

    await sample.write(register_many)

    assert (await find(sample, "harbour")).total == MAX_HITS


async def test_query_syntax_of_the_databases_is_harmless(sample: SampleCountry) -> None:
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
        await find(sample, text, place=text)
    assert await ids(sample, "kwpq") == []


async def test_a_removed_user_cannot_search(sample: SampleCountry) -> None:
    await sample.write(
        lambda tx: removal.remove(tx, sample.anna, sample.bo.user_id, sample.rulebook, NOON)
    )

    with pytest.raises(NotFoundError):
        await find(sample, "health")
