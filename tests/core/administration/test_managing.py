"""What access managers do, on both databases."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select

from core.administration import managing
from core.administration.managing import FoundingRequest
from core.audit.rules import Act
from core.authorities.registration_form import AuthorityForm
from core.authorities.rows import authorities, competences, titles
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
from tests.core.administration.land import Land
from tests.core.administration.test_editing import edit
from tests.factories import an_authority
from tests.times import NOON

TOWN = AuthorityForm("Fjordby Council", "Fjordby", "post@fjordby.example", "DK", ("SD",))
IDA = UserForm("Ida", "Møller", "da", "ida@fjordby.example", "", "ida.m")


async def register(land: Land, by: Principal | None = None, **changes: Any) -> User:  # noqa: ANN401
    founding = FoundingRequest(replace(TOWN, **changes), IDA)
    return await land.act(
        lambda tx: managing.register(tx, founding, by or land.karin, land.rulebook, NOON)
    )


async def likely(land: Land, web_site: str = "", **changes: Any) -> list[int]:  # noqa: ANN401
    typed = replace(TOWN, **changes)
    found = await land.look(
        lambda tx: managing.likely_duplicates(tx, land.karin, typed, web_site, land.rulebook)
    )
    return [one.id for one in found]


async def test_an_authority_is_registered_with_its_first_user(land: Land) -> None:  # R6-R8, R18
    ida = await register(land)

    made = await land.authority(ida.authority_id)
    assert (made.manager_id, made.modules) == (land.manager.id, ("SD",))
    assert ADMINISTRATOR in ida.roles
    assert set(ida.roles) == set(land.rulebook.catalogue.roles_in(("SD",)))
    acts = [(one.act, one.actor.user_id) for one in await land.audit_events()][-2:]
    assert acts == [
        (Act.AUTHORITY_REGISTERED, land.karin.user_id),
        (Act.USER_REGISTERED, land.karin.user_id),
    ]
    mails = await land.said(DeliveryKind.TEMPORARY_PASSWORD)
    assert mails[-1].user_id == ida.id


async def test_what_is_wrong_with_the_user_registers_no_authority(land: Land) -> None:
    await register(land)

    with pytest.raises(FormError):
        await register(land, official_name="Another")

    other = {"official_name": "Another", "informal_title": "Another", "email": "a@b.example"}
    assert await likely(land, **other) == []


async def test_only_access_managers_register(land: Land) -> None:  # R18, R26
    with pytest.raises(NotAccessManagerError):
        await register(land, land.anna)


async def test_the_likely_duplicates_come_first(land: Land) -> None:  # D15
    health = land.health

    assert await likely(land) == []
    assert await likely(land, official_name="HEALTH  agency") == [health.id]
    assert await likely(land, email=health.email.upper()) == [health.id]
    assert await likely(land, informal_title="The health agency") == [health.id]
    await edit(land, land.anna, health, web_site="https://www.health.example/a")
    assert await likely(land, "http://health.example") == [health.id]
    assert await likely(land, "https://elsewhere.example") == []


async def test_a_managed_authority_is_named_in_the_readers_language(land: Land) -> None:  # D17
    write = titles.write_translations
    await land.act(lambda tx: write(tx, land.health.id, {"en": "Care", "da": "Omsorg"}))

    def named(tx: Connection) -> list[str]:
        return [title for _, title, _ in managing.managed(tx, land.karin, "care", 10)]

    assert await land.look(named) == ["Care"]
    danish = await land.look(lambda tx: authorities.titles_of_managed(tx, land.manager.id, "da"))
    assert "Omsorg" in [title for _, title, _ in danish]


async def test_those_it_manages_are_found_by_words(land: Land) -> None:  # D15
    async def found(text: str) -> list[int]:
        named = await land.look(lambda tx: managing.managed(tx, land.karin, text, 10))
        return [number for number, _, _ in named]

    assert await found("") == [land.health.id, land.labour.id]
    assert await found("héalth AGENCY") == [land.health.id]
    assert await found("zorro") == []
    assert await found(land.other.informal_title) == []
    first = await land.look(lambda tx: managing.managed(tx, land.karin, "", 1))
    assert len(first) == 1


async def test_an_authority_is_removed_with_its_users(land: Land) -> None:  # D14, D15
    link = {land.health.id}
    await land.act(lambda tx: competences.write_coordinators(tx, land.other.id, "PQ", link, ()))

    await remove(land, land.health, "health  AGENCY")

    gone = await land.authority(land.health.id)
    assert gone.removed_at == NOON
    assert await land.look(lambda tx: queries.all_of(tx, land.health.id)) == ()
    removed = select(users.c.id).where(users.c.removed_at == NOON)
    assert await land.look(lambda tx: set(tx.scalars(removed))) == {
        land.anna.user_id,
        land.bo.user_id,
    }
    assert await land.look(lambda tx: competences.coordinators_of(tx, land.other.id)) == {}
    told = await land.said(DeliveryKind.AUTHORITY_NOTICE)
    assert [one.recipient_id for one in told] == [land.anna.user_id, None]
    again = await land.act(lambda tx: an_authority(tx, official_name="Health Agency"))
    assert again.id != land.health.id


async def remove(
    land: Land, authority: Authority, typed: str, by: Principal | None = None
) -> Authority:
    return await land.act(
        lambda tx: managing.remove(tx, by or land.karin, authority.id, typed, NOON)
    )


async def test_its_name_must_be_typed(land: Land) -> None:
    with pytest.raises(NotConfirmedError):
        await remove(land, land.health, "Health")


async def test_nobody_removes_their_own_or_anothers(land: Land) -> None:  # D15
    with pytest.raises(NotAccessManagerError):
        await remove(land, land.health, "Health Agency", land.anna)
    for authority in (land.manager, land.other):
        with pytest.raises(NotFoundError):
            await remove(land, authority, authority.official_name)


async def test_a_manager_of_others_stays(land: Land) -> None:  # D15
    def found(tx: Any) -> Authority:  # noqa: ANN401
        under = an_authority(tx, access_manager=True, manager_id=land.manager.id)
        an_authority(tx, manager_id=under.id)
        return under

    under = await land.act(found)

    with pytest.raises(StillManagesError):
        await remove(land, under, under.official_name)


async def test_what_is_removed_is_in_no_list(land: Land) -> None:  # D14
    await remove(land, land.labour, land.labour.official_name)

    named = await land.look(lambda tx: authorities.titles_of_managed(tx, land.manager.id, "en"))
    assert [number for number, _, _ in named] == [land.health.id]
