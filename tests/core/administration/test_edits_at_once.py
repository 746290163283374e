"""Tests of two edits of one authority by two people at once, on SQLite and PostgreSQL."""

from dataclasses import fields, replace
from typing import Any

import pytest
from sqlalchemy import Connection

from core.administration.competences import (
    GENERAL,
    CompetenceEdit,
    Competences,
    competences_of,
    edit_competences,
)
from core.audit.rows import entries
from core.authorities.details import AuthorityDetails, details_of
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.errors import EditedMeanwhileError, FieldChange
from core.languages.names import full_name
from core.schema.authorities import authorities as authorities_table
from core.schema.authorities import authority_keywords
from core.users.principals import Principal
from core.users.rows import users
from tests.core.administration.sample_changes import change_modules, edit
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
    assert refusal.value.changes == (FieldChange(field, full_name(anna, "en"), before, theirs),)


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
    assert change == FieldChange("place", full_name(anna, "en"), None, "Fjordby")


def change_place(tx: Connection, authority_id: int) -> None:
    table = authorities_table
    tx.execute(table.update().where(table.c.id == authority_id).values(place="Unrecorded"))


async def tip(sample: SampleCountry) -> int:
    """Return the number of the newest audit entry."""
    number, _hash = await sample.read(entries.chain_tip)
    return number


async def save_keywords(
    sample: SampleCountry,
    by: Principal,
    seen: Competences,
    since: int | None = None,
    **chosen: set[str],
) -> Competences:
    """Save the keywords of each module, from a form that showed those `seen`."""
    keywords = {GENERAL if name == "general" else name: frozenset(chosen[name]) for name in chosen}
    change = CompetenceEdit(sample.health.id, Competences(keywords, {}), seen, since)
    catalogue = sample.rulebook.catalogue
    await sample.write(lambda tx: edit_competences(tx, change, by, catalogue, NOON))
    return await sample.read(lambda tx: competences_of(tx, sample.health.id))


async def offer_coordinators(sample: SampleCountry, *offering: Authority) -> None:
    """Let these authorities coordinate the module PQ."""

    def offer(tx: Connection) -> None:
        for authority in offering:
            if "PQ" not in authorities.require(tx, authority.id).modules:
                authorities.grant_module(tx, authority.id, "PQ", NOON)
            authorities.set_coordinator(tx, authority.id, "PQ", flag=True)

    await sample.write(offer)


async def test_keywords_of_different_modules_are_both_kept(sample: SampleCountry) -> None:
    """D23: each module's keywords are a field of their own."""
    word = min(sample.rulebook.catalogue.selectable_keywords("PR"))
    await save_keywords(sample, sample.karin, Competences(), PQ={"DOCTOR"}, PR=set())

    kept = await save_keywords(sample, sample.anna, Competences(), PQ=set(), PR={word})

    assert kept.keywords == {"PQ": {"DOCTOR"}, "PR": {word}}


async def test_a_keyword_that_somebody_else_removed_is_not_put_back(sample: SampleCountry) -> None:
    """D23: of a module's keywords each edit adds and removes its own alone."""
    seen = await save_keywords(sample, sample.anna, Competences(), PQ={"DOCTOR", "NURSE"})
    await save_keywords(sample, sample.karin, seen, PQ={"NURSE", "MIDWIFE"})

    kept = await save_keywords(sample, sample.anna, seen, PQ={"DOCTOR", "VETERINARY_SURGEON"})

    assert kept.keywords == {"PQ": {"MIDWIFE", "VETERINARY_SURGEON"}}


async def test_a_keyword_that_somebody_else_added_and_removed_is_asked_about(
    sample: SampleCountry,
) -> None:
    """D23: the same keyword is not added again without a word; who removed it is told."""
    opened = await tip(sample)
    added = await save_keywords(sample, sample.anna, Competences(), PQ={"DOCTOR"})
    await save_keywords(sample, sample.anna, added, PQ=set())
    anna = await sample.read(lambda tx: users.require(tx, sample.anna.user_id))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await save_keywords(sample, sample.karin, Competences(), opened, PQ={"DOCTOR"})

    assert refusal.value.changes == (
        FieldChange("keywords_PQ", full_name(anna, "en"), "DOCTOR", ""),
    )
    again = await tip(sample)
    kept = await save_keywords(sample, sample.karin, Competences(), again, PQ={"DOCTOR"})
    assert kept.keywords == {"PQ": {"DOCTOR"}}


async def test_a_keyword_that_somebody_else_removed_and_added_is_asked_about(
    sample: SampleCountry,
) -> None:
    """D23: the same keyword is not removed without a word; the access manager is not named."""
    seen = await save_keywords(sample, sample.anna, Competences(), PQ={"DOCTOR"})
    opened = await tip(sample)
    removed = await save_keywords(sample, sample.karin, seen, PQ=set())
    await save_keywords(sample, sample.karin, removed, PQ={"DOCTOR"})
    await save_keywords(sample, sample.karin, seen, PQ={"DOCTOR", "NURSE"})

    with pytest.raises(EditedMeanwhileError) as refusal:
        await save_keywords(sample, sample.anna, seen, opened, PQ=set())

    assert refusal.value.changes == (FieldChange("keywords_PQ", "", "", "DOCTOR NURSE"),)


async def test_opposite_changes_beside_unrecorded_ones_are_told_without_the_value_before(
    sample: SampleCountry,
) -> None:
    """D23: nothing is made up about keywords whose change is not on record."""
    opened = await tip(sample)
    added = await save_keywords(sample, sample.anna, Competences(), PQ={"DOCTOR"})
    await save_keywords(sample, sample.anna, added, PQ=set())
    row = authority_keywords.insert().values(
        authority_id=sample.health.id, module="PQ", keyword="DOCTOR"
    )
    await sample.write(executing(row))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await save_keywords(sample, sample.karin, added, opened, PQ=set())

    (change,) = refusal.value.changes
    assert (change.before, change.after) == (None, "DOCTOR")


async def test_a_keyword_of_a_module_withdrawn_meanwhile_is_refused_with_what_happened(
    sample: SampleCountry,
) -> None:
    """D23: what was chosen in the module is not dropped without a word."""
    seen = await save_keywords(sample, sample.anna, Competences(), PQ={"DOCTOR"})
    opened = await tip(sample)
    await change_modules(sample, sample.karin, "PR")

    with pytest.raises(EditedMeanwhileError) as refusal:
        await save_keywords(sample, sample.anna, seen, opened, PQ={"DOCTOR", "NURSE"})

    assert refusal.value.changes == (FieldChange("keywords_PQ", "", "DOCTOR", ""),)


async def test_coordinators_of_one_module_are_merged(sample: SampleCountry) -> None:
    """D23, D18: each edit links and unlinks its own coordinators alone."""
    await offer_coordinators(sample, sample.labour, sample.manager)

    async def save(by: Principal, seen: set[int], linked: set[int]) -> None:
        new, old = (Competences({}, {"PQ": frozenset(ids)}) for ids in (linked, seen))
        change = CompetenceEdit(sample.health.id, new, old)
        catalogue = sample.rulebook.catalogue
        await sample.write(lambda tx: edit_competences(tx, change, by, catalogue, NOON))

    await save(sample.anna, set(), {sample.labour.id})
    await save(sample.karin, {sample.labour.id}, set())

    await save(sample.anna, {sample.labour.id}, {sample.labour.id, sample.manager.id})

    kept = await sample.read(lambda tx: competences_of(tx, sample.health.id))
    assert kept.coordinators == {"PQ": {sample.manager.id}}


async def test_a_module_that_the_form_did_not_show_is_not_touched(sample: SampleCountry) -> None:
    """D23: keywords of a module that was granted after the form was opened stay."""
    await save_keywords(sample, sample.anna, Competences(), PQ={"DOCTOR"})

    kept = await save_keywords(sample, sample.anna, Competences(), PQ=set())

    assert kept.keywords == {"PQ": {"DOCTOR"}}
