"""Tests of editing an authority's data, on SQLite and PostgreSQL."""

from dataclasses import replace
from typing import Any

import pytest

from core.administration import editing
from core.audit.rules import Act
from core.deliveries.rules import DeliveryKind
from core.errors import (
    EditedMeanwhileError,
    FormError,
    NotAdministratorError,
    NotFoundError,
)
from tests.core.administration.sample_changes import LATER, edit
from tests.core.administration.sample_country import SampleCountry


async def test_an_administrator_edits_their_own_authority(
    sample: SampleCountry,
) -> None:  # R1, R10, R23, R30
    changes: dict[str, Any] = {
        "informal_title": "Health!",
        "description": "We look after it.",
        "email": "new@health.example",
        "phone": "33445566",
        "web_site": "health.example",
        "languages": "da en",
        "team_channel": "C0NEW",
    }

    made = await edit(sample, sample.anna, sample.health, **changes)

    assert (made.informal_title, made.phone, made.web_site) == (
        "Health!",
        "+4533445566",
        "https://health.example",
    )
    assert (made.languages, made.team_channel, made.confirmed_at) == (("da", "en"), "C0NEW", LATER)
    last = (await sample.audit_events())[-1]
    assert (last.act, last.details["on_behalf"]) == (Act.AUTHORITY_EDITED, False)
    after, before = last.details["after"], last.details["before"]
    assert isinstance(after, dict)
    assert isinstance(before, dict)
    assert (before["informal_title"], after["informal_title"]) == (  # D22
        sample.health.informal_title,
        "Health!",
    )
    assert await sample.deliveries_of(DeliveryKind.AUTHORITY_NOTICE) == []


async def test_unchanged_data_count_as_confirmed(
    sample: SampleCountry,
) -> None:  # R2, D22
    first = await edit(sample, sample.anna, sample.health)
    before = len(await sample.audit_events())

    again = await edit(sample, sample.karin, first)

    assert again.confirmed_at == LATER
    (confirmed,) = (await sample.audit_events())[before:]
    assert (confirmed.act, confirmed.actor.user_id) == (Act.DATA_CONFIRMED, sample.karin.user_id)
    assert (confirmed.authority_id, confirmed.details) == (first.id, {"on_behalf": True})


@pytest.mark.parametrize("who", ["anna", "karin"])
async def test_the_old_address_is_notified_of_the_new_one(
    sample: SampleCountry, who: str
) -> None:  # R31, D9
    by = getattr(sample, who)

    await edit(sample, by, sample.health, email="new@health.example")

    (notice,) = await sample.deliveries_of(DeliveryKind.OLD_ADDRESS)
    assert (notice.authority_id, notice.by_user_id) == (sample.health.id, by.user_id)
    assert notice.details == {"deed": "edited", "to": sample.health.email}
    await edit(sample, by, await sample.authority(sample.health.id), place="Fjordby")
    assert len(await sample.deliveries_of(DeliveryKind.OLD_ADDRESS)) == 1


async def test_only_the_access_manager_changes_the_official_name(
    sample: SampleCountry,
) -> None:  # R25, R26, D15
    mine = await edit(sample, sample.anna, sample.health, official_name="Other", country="SE")
    assert (mine.official_name, mine.country) == ("Health Agency", "DK")

    made = await edit(sample, sample.karin, mine, official_name="Agency for Health")

    assert made.official_name == "Agency for Health"


async def test_the_authority_is_notified_of_an_edit_on_its_behalf(
    sample: SampleCountry,
) -> None:  # R17, R31, D15, D19
    await edit(sample, sample.karin, sample.health, place="Fjordby")

    last = (await sample.audit_events())[-1]
    assert (last.act, last.details["on_behalf"]) == (Act.AUTHORITY_EDITED, True)
    notices = await sample.deliveries_of(DeliveryKind.AUTHORITY_NOTICE)
    # To the administrator by DM and by e-mail (R32).
    to = [notice.recipient_id for notice in notices]
    assert to == [sample.anna.user_id, sample.anna.user_id, None]
    assert notices[0].details["fields"] == ["place", "languages"]


async def test_an_official_name_is_unique(sample: SampleCountry) -> None:  # D15
    with pytest.raises(FormError) as refusal:
        await edit(
            sample, sample.karin, sample.health, official_name=sample.other.official_name.upper()
        )

    assert [error.field for error in refusal.value.errors] == ["official_name"]
    assert (
        await edit(sample, sample.karin, sample.health, official_name="HEALTH agency")
    ).official_name


async def test_a_concurrent_edit_is_refused_with_the_changed_fields(
    sample: SampleCountry,
) -> None:  # D23
    await edit(sample, sample.anna, sample.health, place="Fjordby")

    with pytest.raises(EditedMeanwhileError) as refusal:
        await edit(sample, sample.anna, sample.health, place="Elsewhere")

    # Both wrote the same languages, which is no conflict.
    assert refusal.value.fields == ("place",)


@pytest.mark.parametrize("who", ["bo", "signe"])
async def test_only_administrators_and_access_managers_edit_the_authority(
    sample: SampleCountry, who: str
) -> None:  # R1, R26, R38
    refusal = NotAdministratorError if who == "bo" else NotFoundError

    with pytest.raises(refusal):
        await edit(sample, getattr(sample, who), sample.health, place="x")


async def test_an_unknown_authority_cannot_be_edited(sample: SampleCountry) -> None:
    unknown = replace(sample.health, id=999)

    with pytest.raises(NotFoundError):
        await edit(sample, sample.karin, unknown, place="x")


async def test_a_name_that_another_transaction_took_is_refused(  # D15
    sample: SampleCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The other one is not committed yet when the name is looked for.
    monkeypatch.setattr(editing, "find_by_name", lambda _tx, _name: None)

    with pytest.raises(FormError) as refusal:
        await edit(sample, sample.karin, sample.labour, official_name=sample.health.official_name)

    assert [error.field for error in refusal.value.errors] == ["official_name"]
