"""Tests of the queries of linked coordinators, on SQLite and PostgreSQL."""

from core.authorities.rows import authorities, competences
from core.authorities.rows import titles as title_rows
from core.authorities.rules import Authority
from tests.core.administration.sample_country import SampleCountry


async def flag_coordinator(sample: SampleCountry, authority: Authority) -> None:
    await sample.write(lambda tx: authorities.set_coordinator(tx, authority.id, "PQ", flag=True))


async def test_an_authority_is_offered_the_other_coordinators(sample: SampleCountry) -> None:  # D18
    await flag_coordinator(sample, sample.manager)
    await flag_coordinator(sample, sample.health)

    found = await sample.read(
        lambda tx: competences.coordinators_in(tx, "PQ", sample.health.id, "en")
    )

    assert found == ((sample.manager.id, sample.manager.informal_title),)


async def test_a_coordinators_title_is_in_the_readers_language(
    sample: SampleCountry,
) -> None:  # D17, D18
    await flag_coordinator(sample, sample.manager)
    number, titles = sample.manager.id, {"da": "Koordinatoren"}
    await sample.write(lambda tx: title_rows.write_translations(tx, number, titles))

    found = await sample.read(
        lambda tx: competences.coordinators_in(tx, "PQ", sample.health.id, "da")
    )

    assert found == ((number, "Koordinatoren"),)
