"""Editing an authority's data, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.administration import editing
from core.administration.editing import AuthorityEdit
from core.administration.permissions import require_access_manager, require_managing_editor
from core.audit.rules import Act
from core.authorities.details import AuthorityDetails, details_of, field_versions
from core.authorities.rules import Authority
from core.deliveries.rules import DeliveryKind
from core.errors import (
    EditedMeanwhileError,
    FormError,
    NotAccessManagerError,
    NotAdministratorError,
    NotFoundError,
)
from core.users.principals import Principal
from tests.core.administration.sample_country import Land
from tests.times import NOON

LATER = NOON + timedelta(hours=1)


def wanted(authority: Authority, **changes: Any) -> AuthorityDetails:  # noqa: ANN401 - any detail
    return replace(details_of(authority), **{"languages": "da", **changes})


async def edit(
    land: Land,
    by: Principal,
    authority: Authority,
    *,
    substantial: bool = False,
    **changes: Any,  # noqa: ANN401
) -> Authority:
    seen = field_versions(details_of(authority))
    wish = AuthorityEdit(authority.id, wanted(authority, **changes), seen, substantial)
    return await land.act(lambda tx: editing.edit(tx, wish, by, LATER))


async def test_an_administrator_edits_their_own_authority(land: Land) -> None:  # R10, R23, R30
    changes: dict[str, Any] = {
        "informal_title": "Health!",
        "description": "We look after it.",
        "email": "new@health.example",
        "phone": "33445566",
        "web_site": "health.example",
        "languages": "da en",
        "team_channel": "C0NEW",
    }

    made = await edit(land, land.anna, land.health, **changes)

    assert (made.informal_title, made.phone, made.web_site) == (
        "Health!",
        "+4533445566",
        "https://health.example",
    )
    assert (made.languages, made.team_channel, made.confirmed_at) == (("da", "en"), "C0NEW", LATER)
    last = (await land.audit_events())[-1]
    assert (last.act, last.details["on_behalf"]) == (Act.AUTHORITY_EDITED, False)
    after, before = last.details["after"], last.details["before"]
    assert isinstance(after, dict)
    assert isinstance(before, dict)
    assert (before["informal_title"], after["informal_title"]) == (  # D22
        land.health.informal_title,
        "Health!",
    )
    assert await land.said(DeliveryKind.AUTHORITY_NOTICE) == []


async def test_the_same_data_count_as_confirmed_on_the_record(land: Land) -> None:  # R2, D22
    first = await edit(land, land.anna, land.health)
    before = len(await land.audit_events())

    again = await edit(land, land.karin, first)

    assert again.confirmed_at == LATER
    (confirmed,) = (await land.audit_events())[before:]
    assert (confirmed.act, confirmed.actor.user_id) == (Act.DATA_CONFIRMED, land.karin.user_id)
    assert (confirmed.authority_id, confirmed.details) == (first.id, {"on_behalf": True})


@pytest.mark.parametrize("who", ["anna", "karin"])
async def test_the_authoritys_address_of_before_is_told(land: Land, who: str) -> None:  # R31, D9
    by = getattr(land, who)

    await edit(land, by, land.health, email="new@health.example")

    (told,) = await land.said(DeliveryKind.OLD_ADDRESS)
    assert (told.authority_id, told.by_user_id) == (land.health.id, by.user_id)
    assert told.details == {"deed": "edited", "to": land.health.email}
    await edit(land, by, await land.authority(land.health.id), place="Fjordby")
    assert len(await land.said(DeliveryKind.OLD_ADDRESS)) == 1


async def test_the_official_name_is_the_access_managers(land: Land) -> None:  # R26, D15
    mine = await edit(land, land.anna, land.health, official_name="Other", country="SE")
    assert (mine.official_name, mine.country) == ("Health Agency", "DK")

    made = await edit(land, land.karin, mine, official_name="Agency for Health")

    assert made.official_name == "Agency for Health"


async def test_what_is_edited_on_behalf_is_told(land: Land) -> None:  # R17, R31, D15, D19
    await edit(land, land.karin, land.health, place="Fjordby")

    last = (await land.audit_events())[-1]
    assert (last.act, last.details["on_behalf"]) == (Act.AUTHORITY_EDITED, True)
    told = await land.said(DeliveryKind.AUTHORITY_NOTICE)
    assert [one.recipient_id for one in told] == [land.anna.user_id, None]
    assert told[0].details["fields"] == ["place", "languages"]


async def test_an_official_name_is_one_authoritys(land: Land) -> None:  # D15
    with pytest.raises(FormError) as refusal:
        await edit(land, land.karin, land.health, official_name=land.other.official_name.upper())

    assert [error.field for error in refusal.value.errors] == ["official_name"]
    assert (await edit(land, land.karin, land.health, official_name="HEALTH agency")).official_name


async def test_what_others_changed_meanwhile_is_named(land: Land) -> None:  # D23
    await edit(land, land.anna, land.health, place="Fjordby")

    with pytest.raises(EditedMeanwhileError) as refusal:
        await edit(land, land.anna, land.health, place="Elsewhere")

    assert refusal.value.fields == ("place", "languages")


@pytest.mark.parametrize("who", ["bo", "signe"])
async def test_nobody_else_edits_it(land: Land, who: str) -> None:  # R26, R38
    refusal = NotAdministratorError if who == "bo" else NotFoundError

    with pytest.raises(refusal):
        await edit(land, getattr(land, who), land.health, place="x")


async def test_who_manages_is_asked_in_one_place(land: Land) -> None:  # R24-R26, D15
    def manager(by: Principal, authority: Authority) -> Any:  # noqa: ANN401
        return land.act(lambda tx: require_managing_editor(tx, by, authority.id))

    assert (await manager(land.karin, land.health)).on_behalf
    assert not (await manager(land.karin, land.manager)).on_behalf
    with pytest.raises(NotAccessManagerError):
        await manager(land.anna, land.health)
    with pytest.raises(NotFoundError):
        await manager(land.karin, land.other)
    with pytest.raises(NotAccessManagerError):
        await land.act(lambda tx: require_access_manager(tx, land.anna))
    by, own = await land.act(lambda tx: require_access_manager(tx, land.karin))
    assert (by.id, own) == (land.karin.user_id, land.manager)


async def test_an_authority_that_is_gone_cannot_be_edited(land: Land) -> None:
    gone = replace(land.health, id=999)

    with pytest.raises(NotFoundError):
        await edit(land, land.karin, gone, place="x")
