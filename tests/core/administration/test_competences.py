"""Keywords and linked coordinators, on both databases."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.administration.competences import (
    GENERAL,
    CompetenceEdit,
    Competences,
    competences_of,
    edit_competences,
    selectable_keywords,
    version_of_competences,
)
from core.audit.rules import Act
from core.authorities.rows import authorities, competences
from core.authorities.rows import titles as title_rows
from core.authorities.rules import Authority
from core.errors import EditedMeanwhileError, FormError, NotAdministratorError, NotFoundError
from core.users.principals import Principal
from tests.core.administration.sample_country import Land
from tests.times import NOON


async def save(
    land: Land,
    by: Principal,
    *,
    keywords: Any = (),  # noqa: ANN401
    coordinators: Any = (),  # noqa: ANN401
    mark: str = "",
    authority: Authority | None = None,
) -> Competences:
    where = authority or land.health
    wish = Competences(
        {module: frozenset(codes) for module, codes in dict(keywords).items()},
        {module: frozenset(ids) for module, ids in dict(coordinators).items()},
    )
    current = await land.look(lambda tx: competences_of(tx, where.id))
    touched = {*wish.keywords, *wish.coordinators}
    seen = mark or version_of_competences(current, touched)
    edit = CompetenceEdit(where.id, wish, seen)
    await land.act(lambda tx: edit_competences(tx, edit, by, land.rulebook.catalogue, NOON))
    return await land.look(lambda tx: competences_of(tx, where.id))


async def flag(land: Land, authority: Authority, module: str) -> None:
    await land.act(lambda tx: authorities.set_coordinator(tx, authority.id, module, flag=True))


def a_general(land: Land) -> str:
    return min(selectable_keywords(land.rulebook.catalogue, GENERAL))


async def test_general_keywords_are_chosen_and_given_up(land: Land) -> None:  # R33, R34
    word = a_general(land)

    chosen = await save(land, land.anna, keywords={GENERAL: [word]})
    assert chosen.keywords == {GENERAL: {word}}
    last = (await land.audit_events())[-1]
    assert (last.act, last.details["added"]) == (Act.KEYWORDS_CHANGED, [word])

    before = len(await land.audit_events())
    await save(land, land.anna, keywords={GENERAL: [word]})
    assert len(await land.audit_events()) == before
    assert (await save(land, land.anna, keywords={GENERAL: []})).keywords == {}


async def test_each_module_has_keywords_of_its_own(land: Land) -> None:  # R35
    await save(land, land.anna, keywords={"PQ": ["DOCTOR", "NURSE"], GENERAL: [a_general(land)]})

    chosen = await save(land, land.anna, keywords={"PQ": ["NURSE"]})

    assert chosen.keywords == {"PQ": {"NURSE"}, GENERAL: {a_general(land)}}


@pytest.mark.parametrize(
    "keywords", [{GENERAL: ["DOCTOR"]}, {"PQ": ["NONSENSE"]}, {"SD": []}, {"SD": ["DOCTOR"]}]
)
async def test_a_keyword_must_be_one_of_the_place(land: Land, keywords: Any) -> None:  # noqa: ANN401
    with pytest.raises(FormError) as refusal:  # R35, D24
        await save(land, land.anna, keywords=keywords)

    module = next(iter(keywords))
    assert [error.field for error in refusal.value.errors] == [f"keywords_{module}"]


async def test_coordinators_are_linked_and_unlinked(land: Land) -> None:  # R36, R37, D18
    await flag(land, land.manager, "PQ")

    chosen = await save(land, land.anna, coordinators={"PQ": [land.manager.id]})
    assert chosen.coordinators == {"PQ": {land.manager.id}}
    last = (await land.audit_events())[-1]
    assert (last.act, last.details["added"]) == (Act.COORDINATORS_CHANGED, [land.manager.id])
    before = len(await land.audit_events())
    await save(land, land.anna, coordinators={"PQ": [land.manager.id]})
    assert len(await land.audit_events()) == before

    chosen = await save(land, land.anna, coordinators={"PQ": []})
    assert chosen.coordinators == {}


@pytest.mark.parametrize("which", ["no coordinator", "another module", "itself"])
async def test_only_a_coordinator_of_the_module_can_be_linked(land: Land, which: str) -> None:
    await flag(land, land.manager, "PR")
    await flag(land, land.health, "PQ")
    wrong = {"no coordinator": land.other, "another module": land.manager, "itself": land.health}

    with pytest.raises(FormError) as refusal:  # D18
        await save(land, land.anna, coordinators={"PQ": [wrong[which].id]})

    assert [error.field for error in refusal.value.errors] == ["coordinators_PQ"]


async def test_coordinators_are_offered_by_their_titles(land: Land) -> None:  # D18
    await flag(land, land.manager, "PQ")
    await flag(land, land.health, "PQ")

    found = await land.look(lambda tx: competences.coordinators_in(tx, "PQ", land.health.id, "en"))

    assert found == ((land.manager.id, land.manager.informal_title),)


async def test_a_coordinator_is_named_in_the_readers_language(land: Land) -> None:  # D17, D18
    await flag(land, land.manager, "PQ")
    number, titles = land.manager.id, {"da": "Koordinatoren"}
    await land.act(lambda tx: title_rows.write_translations(tx, number, titles))

    found = await land.look(lambda tx: competences.coordinators_in(tx, "PQ", land.health.id, "da"))

    assert found == ((number, "Koordinatoren"),)


async def test_what_others_chose_meanwhile_is_noticed(land: Land) -> None:  # D23
    mark = version_of_competences(Competences(), {"PQ"})
    await save(land, land.anna, keywords={"PQ": ["DOCTOR"]})

    with pytest.raises(EditedMeanwhileError):
        await save(land, land.anna, keywords={"PQ": ["NURSE"]}, mark=mark)


async def test_only_editors_choose(land: Land) -> None:  # R17, R26, R38
    chosen = await save(land, land.karin, keywords={"PQ": ["DOCTOR"]})
    assert chosen.keywords == {"PQ": {"DOCTOR"}}

    with pytest.raises(NotAdministratorError):
        await save(land, land.bo, keywords={"PQ": []})
    with pytest.raises(NotFoundError):
        await save(land, land.signe, keywords={"PQ": []})


def test_a_module_nobody_knows_has_no_keywords(rulebook: Any) -> None:  # noqa: ANN401
    assert selectable_keywords(rulebook.catalogue, "XX") == frozenset()


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(["a", "b"]), st.frozensets(st.sampled_from("xyz"))))
def test_a_mark_is_that_of_the_same_choice_only(chosen: dict[str, frozenset[str]]) -> None:
    mark = version_of_competences(Competences(chosen), {"a", "b"})
    other = {**chosen, "a": chosen.get("a", frozenset()) ^ {"x"}}

    assert mark == version_of_competences(Competences(dict(chosen)), ["b", "a"])
    assert mark != version_of_competences(Competences(other), {"a", "b"})
