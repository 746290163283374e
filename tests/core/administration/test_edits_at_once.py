"""Tests of two edits of one authority by two people at once, on SQLite and PostgreSQL."""

from dataclasses import fields, replace
from typing import Any

import pytest
from sqlalchemy import Connection

from core.administration.competences import (
    GENERAL,
    CompetenceEdit,
    Competences,
    competence_versions,
    competences_of,
    edit_competences,
    selectable_keywords,
)
from core.authorities.details import AuthorityDetails, details_of
from core.authorities.rows import authorities
from core.errors import EditedMeanwhileError, FieldChange
from core.schema.authorities import authority_keywords
from core.users.principals import Principal
from core.users.rows import users
from tests.core.administration.sample_changes import edit
from tests.core.administration.sample_country import SampleCountry
from tests.factories import executing
from tests.times import NOON

# Two values of each field, neither of which the authority has.
VALUES: dict[str, tuple[Any, Any]] = {
    "official_name": ("Agency One", "Agency Two"),
    "informal_title": ("Health one", "Health two"),
    "description": ("First\ntext", "Second text"),
    "text_language": ("da", "sv"),
    "email": ("one@health.example", "two@health.example"),
    "phone": ("+4533445566", "+4533445577"),
    "address": ("First street", "Second street"),
    "place": ("Fjordby", "Østby"),
    "web_site": ("https://one.example", "https://two.example"),
    "country": ("SE", "FI"),
    "languages": ("da en", "sv"),
    "team_channel": ("C0ONE", "C0TWO"),
}


def test_every_field_has_values() -> None:
    assert tuple(VALUES) == tuple(field.name for field in fields(AuthorityDetails))


@pytest.mark.parametrize("field", VALUES)
async def test_what_only_the_other_changed_stays(sample: SampleCountry, field: str) -> None:
    """D23: a field of the authority that only the other changed keeps what they wrote."""
    mine = "address" if field != "address" else "place"
    seen = await edit(sample, sample.karin, sample.health)
    await edit(sample, sample.karin, seen, **{field: VALUES[field][0]})

    made = details_of(await edit(sample, sample.karin, seen, **{mine: VALUES[mine][0]}))

    assert getattr(made, field) == VALUES[field][0]
    assert getattr(made, mine) == VALUES[mine][0]


@pytest.mark.parametrize("field", sorted(set(VALUES) - {"official_name", "country"}))
async def test_what_both_changed_is_refused_with_who_and_what(
    sample: SampleCountry, field: str
) -> None:
    """D23: the second save says who changed the field, from what, to what."""
    theirs, mine = VALUES[field]
    await edit(sample, sample.anna, sample.health, **{field: theirs})
    anna = await sample.read(lambda tx: users.require(tx, sample.anna.user_id))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await edit(sample, sample.anna, sample.health, **{field: mine})

    before = getattr(details_of(sample.health), field)
    assert refusal.value.changes == (FieldChange(field, anna.full_name, before, theirs),)


async def test_the_access_manager_is_not_named(sample: SampleCountry) -> None:
    """D23: of a change on the authority's behalf the administrators read no name."""
    await edit(sample, sample.karin, sample.health, place="Fjordby")

    with pytest.raises(EditedMeanwhileError) as refusal:
        await edit(sample, sample.anna, sample.health, place="Østby")

    assert refusal.value.changes == (FieldChange("place", "", "", "Fjordby"),)


async def test_the_value_before_is_the_one_that_the_form_showed(sample: SampleCountry) -> None:
    """D23: two changes by others are told as one, from the value that the form was opened with."""
    once = await edit(sample, sample.karin, sample.health, place="Fjordby")
    await edit(sample, sample.anna, once, place="Østby")

    with pytest.raises(EditedMeanwhileError) as refusal:
        await edit(sample, sample.anna, sample.health, place="Sydby")

    (change,) = refusal.value.changes
    assert (change.before, change.after) == ("", "Østby")


async def test_a_change_that_the_trail_lacks_is_told_without_name_and_value_before(
    sample: SampleCountry,
) -> None:
    """D23: nothing is made up about a change that is not on record."""
    await edit(sample, sample.anna, sample.health, place="Fjordby")
    await sample.write(lambda tx: change_place(tx, sample.health.id))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await edit(sample, sample.anna, sample.health, place="Sydby")

    assert refusal.value.changes == (FieldChange("place", "", "", "Unrecorded"),)


async def test_a_form_older_than_the_trail_is_told_no_value_before(sample: SampleCountry) -> None:
    """D23: changes of other fields, and of values that the form never showed, say nothing."""
    await sample.write(lambda tx: change_place(tx, sample.health.id))
    shown = await sample.authority(sample.health.id)
    form = replace(shown, place="Shown and never recorded")
    once = await edit(sample, sample.anna, shown, place="Fjordby")
    await edit(sample, sample.karin, once, web_site="https://one.example")
    anna = await sample.read(lambda tx: users.require(tx, sample.anna.user_id))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await edit(sample, sample.anna, form, place="Sydby")

    (change,) = [one for one in refusal.value.changes if one.field == "place"]
    assert change == FieldChange("place", anna.full_name, None, "Fjordby")


def change_place(tx: Connection, authority_id: int) -> None:
    table = authorities.authorities
    tx.execute(table.update().where(table.c.id == authority_id).values(place="Unrecorded"))


async def save_keywords(
    sample: SampleCountry, by: Principal, seen: Competences, **chosen: set[str]
) -> Competences:
    """Save the keywords of each module, from a form that showed those `seen`."""
    keywords = {GENERAL if name == "general" else name: frozenset(chosen[name]) for name in chosen}
    new = Competences(keywords, {})
    change = CompetenceEdit(sample.health.id, new, competence_versions(seen, keywords))
    catalogue = sample.rulebook.catalogue
    await sample.write(lambda tx: edit_competences(tx, change, by, catalogue, NOON))
    return await sample.read(lambda tx: competences_of(tx, sample.health.id))


async def test_keywords_of_different_modules_are_both_kept(sample: SampleCountry) -> None:
    """D23: each module's keywords are a field of their own."""
    word = min(selectable_keywords(sample.rulebook.catalogue, "PR"))
    await save_keywords(sample, sample.karin, Competences(), PQ={"DOCTOR"}, PR=set())

    kept = await save_keywords(sample, sample.anna, Competences(), PQ=set(), PR={word})

    assert kept.keywords == {"PQ": {"DOCTOR"}, "PR": {word}}


async def test_the_same_modules_coordinators_are_refused_with_who(sample: SampleCountry) -> None:
    """D23, D18: a module's coordinators are a field of their own too."""

    def offer(tx: Connection) -> None:
        for authority in (sample.labour, sample.manager):
            if "PQ" not in authorities.require(tx, authority.id).modules:
                authorities.grant_module(tx, authority.id, "PQ", NOON)
            authorities.set_coordinator(tx, authority.id, "PQ", flag=True)

    await sample.write(offer)

    async def save(by: Principal, coordinator: int) -> None:
        new = Competences({}, {"PQ": frozenset({coordinator})})
        versions = competence_versions(Competences(), {"PQ": frozenset()})
        change = CompetenceEdit(sample.health.id, new, versions)
        catalogue = sample.rulebook.catalogue
        await sample.write(lambda tx: edit_competences(tx, change, by, catalogue, NOON))

    await save(sample.karin, sample.labour.id)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await save(sample.anna, sample.manager.id)

    assert [change.field for change in refusal.value.changes] == ["coordinators_PQ"]


async def test_the_same_modules_keywords_are_refused_with_who_and_what(
    sample: SampleCountry,
) -> None:
    """D23: the second save names who changed the module's keywords, from which, to which."""
    seen = await save_keywords(sample, sample.anna, Competences(), PQ={"DOCTOR"})
    newer = await save_keywords(sample, sample.karin, seen, PQ={"DOCTOR", "NURSE"})
    await save_keywords(sample, sample.anna, newer, PQ={"NURSE"})
    anna = await sample.read(lambda tx: users.require(tx, sample.anna.user_id))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await save_keywords(sample, sample.anna, seen, PQ=set())

    assert refusal.value.changes == (FieldChange("keywords_PQ", anna.full_name, "DOCTOR", "NURSE"),)


async def test_keywords_that_the_trail_lacks_are_told_without_name_and_value_before(
    sample: SampleCountry,
) -> None:
    """D23: nothing is made up about keywords whose change is not on record."""
    seen = await save_keywords(sample, sample.anna, Competences(), PQ={"DOCTOR"})
    await save_keywords(sample, sample.anna, seen, PQ={"NURSE"})
    table = authority_keywords
    await sample.write(executing(table.delete()))
    await sample.write(
        executing(table.insert().values(authority_id=sample.health.id, module="PQ", keyword="VET"))
    )

    with pytest.raises(EditedMeanwhileError) as refusal:
        await save_keywords(sample, sample.anna, seen, PQ=set())

    assert refusal.value.changes == (FieldChange("keywords_PQ", "", None, "VET"),)


async def test_a_module_that_the_form_did_not_show_is_not_touched(sample: SampleCountry) -> None:
    """D23: keywords of a module that was granted after the form was opened stay."""
    await save_keywords(sample, sample.anna, Competences(), PQ={"DOCTOR"})
    new = Competences({"PQ": frozenset()}, {})
    change = CompetenceEdit(sample.health.id, new, {})

    await sample.write(
        lambda tx: edit_competences(tx, change, sample.anna, sample.rulebook.catalogue, NOON)
    )

    kept = await sample.read(lambda tx: competences_of(tx, sample.health.id))
    assert kept.keywords == {"PQ": {"DOCTOR"}}
