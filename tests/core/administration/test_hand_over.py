"""Tests of handing the authorities of an access manager over, on SQLite and PostgreSQL."""

import pytest

from core.administration import hand_over as service
from core.administration import managed_authorities
from core.audit.rules import Act
from core.authorities.rows import authorities
from core.deliveries.rules import DeliveryKind
from core.errors import NotAccessManagerError, NotFoundError
from tests.core.administration.sample_country import SampleCountry
from tests.factories import an_administrator, an_authority
from tests.times import NOON


async def hand_over(sample: SampleCountry, from_id: int, to_id: int) -> list[int]:
    changed = await sample.write(lambda tx: service.hand_over(tx, from_id, to_id, NOON))
    return [each.id for each in changed]


async def test_another_access_manager_manages_all_authorities(sample: SampleCountry) -> None:  # D15
    new = await sample.write(
        lambda tx: an_authority(tx, access_manager=True, official_name="Ministry")
    )

    changed = await hand_over(sample, sample.manager.id, new.id)

    assert changed == [sample.health.id, sample.labour.id]
    for authority_id in changed:
        assert (await sample.authority(authority_id)).manager_id == new.id
    edits = [one for one in await sample.audit_events() if one.act == Act.AUTHORITY_EDITED]
    assert [one.authority_id for one in edits] == changed
    assert {str(one.details["after"]) for one in edits} == {"{'manager': 'Ministry'}"}
    assert await sample.deliveries_of(DeliveryKind.AUTHORITY_NOTICE)


async def test_an_access_manager_without_authorities_can_be_removed(
    sample: SampleCountry,
) -> None:  # D14, D15
    """The new one may be below it: it then takes its place."""
    below = await sample.write(
        lambda tx: an_authority(tx, access_manager=True, manager_id=sample.manager.id)
    )
    top = await sample.write(lambda tx: an_authority(tx, access_manager=True))
    chief = await sample.write(lambda tx: an_administrator(tx, top, sample.rulebook))
    other = await sample.write(lambda tx: an_authority(tx, access_manager=True))
    await hand_over(sample, other.id, sample.manager.id)
    await sample.write(lambda tx: authorities.write_manager(tx, sample.manager.id, top.id))

    changed = await hand_over(sample, sample.manager.id, below.id)

    assert changed == [sample.health.id, sample.labour.id, below.id]
    assert (await sample.authority(below.id)).manager_id == top.id
    assert (await sample.authority(sample.health.id)).manager_id == below.id
    name = sample.manager.official_name
    await sample.write(
        lambda tx: managed_authorities.remove(tx, chief, sample.manager.id, name, NOON)
    )
    assert (await sample.authority(sample.manager.id)).removed_at == NOON


async def test_only_an_access_manager_takes_authorities_over(sample: SampleCountry) -> None:  # D15
    with pytest.raises(NotAccessManagerError):
        await hand_over(sample, sample.manager.id, sample.other.id)
    for to_id in (sample.manager.id, 404):
        with pytest.raises(NotFoundError):
            await hand_over(sample, sample.manager.id, to_id)


async def test_an_access_manager_two_levels_below_takes_its_place(
    sample: SampleCountry,
) -> None:  # D15
    middle = await sample.write(
        lambda tx: an_authority(tx, access_manager=True, manager_id=sample.manager.id)
    )
    new = await sample.write(lambda tx: an_authority(tx, access_manager=True, manager_id=middle.id))

    changed = await hand_over(sample, sample.manager.id, new.id)

    assert changed == [sample.health.id, sample.labour.id, middle.id, new.id]
    assert (await sample.authority(middle.id)).manager_id == new.id
    assert (await sample.authority(new.id)).manager_id is None
