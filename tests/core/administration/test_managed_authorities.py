"""Tests of registering, finding and removing managed authorities, on SQLite and PostgreSQL."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select

from core.administration import duplicates, managed_authorities
from core.administration.registration import AuthorityRegistrationRequest
from core.audit.rules import Act
from core.authorities.registration_form import AuthorityForm
from core.authorities.rows import competences, titles
from core.authorities.rows import queries as authority_queries
from core.authorities.rules import Authority
from core.deliveries.rules import DeliveryKind
from core.errors import (
    FormError,
    NotAccessManagerError,
    NotConfirmedError,
    NotFoundError,
    StillManagesError,
)
from core.role_keys import ADMINISTRATOR
from core.schema.users import users
from core.users.principals import Principal
from core.users.rows import queries
from core.users.rules import User, UserForm
from tests.core.administration.sample_changes import edit
from tests.core.administration.sample_country import SampleCountry
from tests.factories import an_authority
from tests.times import NOON

TOWN = AuthorityForm("Fjordby Council", "Fjordby", "post@fjordby.example", "DK", ("SD",))
IDA = UserForm("Ida", "Møller", "da", "ida@fjordby.example", "", "ida.m")


async def register(sample: SampleCountry, by: Principal | None = None, **changes: Any) -> User:  # noqa: ANN401
    request = AuthorityRegistrationRequest(replace(TOWN, **changes), IDA)
    return await sample.write(
        lambda tx: managed_authorities.register(
            tx, request, by or sample.karin, sample.rulebook, NOON
        )
    )


async def likely_duplicates(sample: SampleCountry, web_site: str = "", **changes: Any) -> list[int]:  # noqa: ANN401
    typed = replace(TOWN, web_site=web_site, **changes)
    found = await sample.read(
        lambda tx: duplicates.likely_duplicates(tx, sample.karin, typed, sample.rulebook)
    )
    return [authority.id for authority in found]


async def test_an_authority_is_registered_with_its_first_user(
    sample: SampleCountry,
) -> None:  # R6-R8, R18
    ida = await register(sample)

    authority = await sample.authority(ida.authority_id)
    assert (authority.manager_id, authority.modules) == (sample.manager.id, ("SD",))
    assert ADMINISTRATOR in ida.roles
    assert set(ida.roles) == set(sample.rulebook.catalogue.roles_in(("SD",)))
    acts = [(event.act, event.actor.user_id) for event in await sample.audit_events()][-2:]
    assert acts == [
        (Act.AUTHORITY_REGISTERED, sample.karin.user_id),
        (Act.USER_REGISTERED, sample.karin.user_id),
    ]
    mails = await sample.deliveries_of(DeliveryKind.TEMPORARY_PASSWORD)
    assert mails[-1].user_id == ida.id


async def test_an_invalid_first_user_prevents_the_registration(sample: SampleCountry) -> None:
    await register(sample)

    with pytest.raises(FormError):
        await register(sample, official_name="Another")

    other = {"official_name": "Another", "informal_title": "Another", "email": "a@b.example"}
    assert await likely_duplicates(sample, **other) == []


async def test_only_access_managers_register(sample: SampleCountry) -> None:  # R18, R26
    with pytest.raises(NotAccessManagerError):
        await register(sample, sample.anna)


async def test_likely_duplicates_are_found_by_name_address_title_and_web_site(
    sample: SampleCountry,
) -> None:  # D15
    health = sample.health

    assert await likely_duplicates(sample) == []
    assert await likely_duplicates(sample, official_name="HEALTH  agency") == [health.id]
    assert await likely_duplicates(sample, email=health.email.upper()) == [health.id]
    assert await likely_duplicates(sample, informal_title="The health agency") == [health.id]
    await edit(sample, sample.anna, health, web_site="https://www.health.example/a")
    assert await likely_duplicates(sample, "http://health.example") == [health.id]
    assert await likely_duplicates(sample, "https://elsewhere.example") == []


async def test_titles_of_managed_authorities_are_in_the_readers_language(
    sample: SampleCountry,
) -> None:  # D17
    write = titles.write_translations
    await sample.write(lambda tx: write(tx, sample.health.id, {"en": "Care", "da": "Omsorg"}))

    def titles_found(tx: Connection) -> list[str]:
        return [title for _, title, _ in managed_authorities.search(tx, sample.karin, "care", 10)]

    assert await sample.read(titles_found) == ["Care"]
    danish = await sample.read(
        lambda tx: authority_queries.managed_titles(tx, sample.manager.id, "da")
    )
    assert "Omsorg" in [title for _, title, _ in danish]


async def test_managed_authorities_are_found_by_words(sample: SampleCountry) -> None:  # D15
    async def found_ids(text: str) -> list[int]:
        named = await sample.read(lambda tx: managed_authorities.search(tx, sample.karin, text, 10))
        return [number for number, _, _ in named]

    everyone = {sample.manager.id, sample.health.id, sample.labour.id}
    assert set(await found_ids("")) == everyone
    assert await found_ids(sample.manager.official_name) == [sample.manager.id]  # R24
    assert await found_ids("héalth AGENCY") == [sample.health.id]
    assert await found_ids("zorro") == []
    assert await found_ids(sample.other.informal_title) == []
    first = await sample.read(lambda tx: managed_authorities.search(tx, sample.karin, "", 1))
    assert len(first) == 1


async def test_an_authority_is_removed_with_its_users(sample: SampleCountry) -> None:  # D14, D15
    link = {sample.health.id}
    await sample.write(
        lambda tx: competences.write_coordinators(tx, sample.other.id, "PQ", link, ())
    )

    await remove(sample, sample.health, "health  AGENCY")

    authority = await sample.authority(sample.health.id)
    assert authority.removed_at == NOON
    assert await sample.read(lambda tx: queries.all_of(tx, sample.health.id)) == ()
    removed = select(users.c.id).where(users.c.removed_at == NOON)
    assert await sample.read(lambda tx: set(tx.scalars(removed))) == {
        sample.anna.user_id,
        sample.bo.user_id,
    }
    assert await sample.read(lambda tx: competences.coordinators_of(tx, sample.other.id)) == {}
    notices = await sample.deliveries_of(DeliveryKind.AUTHORITY_NOTICE)
    # To the administrator by DM and by e-mail (R32).
    to = [notice.recipient_id for notice in notices]
    assert to[:3] == [sample.anna.user_id, sample.anna.user_id, None]
    again = await sample.write(lambda tx: an_authority(tx, official_name="Health Agency"))
    assert again.id != sample.health.id


async def remove(
    sample: SampleCountry, authority: Authority, typed: str, by: Principal | None = None
) -> Authority:
    return await sample.write(
        lambda tx: managed_authorities.remove(tx, by or sample.karin, authority.id, typed, NOON)
    )


async def test_a_removal_needs_the_official_name(sample: SampleCountry) -> None:
    with pytest.raises(NotConfirmedError):
        await remove(sample, sample.health, "Health")


async def test_only_managed_authorities_can_be_removed(sample: SampleCountry) -> None:  # D15
    with pytest.raises(NotAccessManagerError):
        await remove(sample, sample.health, "Health Agency", sample.anna)
    for authority in (sample.manager, sample.other):
        with pytest.raises(NotFoundError):
            await remove(sample, authority, authority.official_name)


async def test_an_authority_that_manages_others_cannot_be_removed(
    sample: SampleCountry,
) -> None:  # D15
    def register_both(tx: Connection) -> Authority:
        middle = an_authority(tx, access_manager=True, manager_id=sample.manager.id)
        an_authority(tx, manager_id=middle.id)
        return middle

    middle = await sample.write(register_both)

    with pytest.raises(StillManagesError):
        await remove(sample, middle, middle.official_name)


async def test_a_removed_authority_is_not_listed(sample: SampleCountry) -> None:  # D14
    await remove(sample, sample.labour, sample.labour.official_name)

    named = await sample.read(
        lambda tx: authority_queries.managed_titles(tx, sample.manager.id, "en")
    )
    assert [number for number, _, _ in named] == [sample.health.id]
