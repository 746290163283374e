"""Tests of what authorities hear when their coordinator ceases to coordinate (R31, R37, D18)."""

import pytest
from sqlalchemy import Connection

from core.administration import managed_authorities, modules
from core.administration.modules import ModuleEdit, module_values
from core.administration.notices import AuthorityEvent
from core.audit.rules import SYSTEM, Act
from core.authorities.rows import authorities, competences
from core.deliveries.rules import Delivery, DeliveryKind
from tests.core.administration.sample_changes import change_modules
from tests.core.administration.sample_country import SampleCountry
from tests.times import NOON


async def link_other_to_health(sample: SampleCountry) -> None:
    """Let Health coordinate two modules, and link the other authority to it in both."""

    def link(tx: Connection) -> None:
        for module in ("PQ", "PR"):
            authorities.set_coordinator(tx, sample.health.id, module, flag=True)
            competences.write_coordinators(tx, sample.other.id, module, {sample.health.id}, ())

    await sample.write(link)


async def notices_to_other(sample: SampleCountry) -> list[Delivery]:
    found = await sample.deliveries_of(DeliveryKind.AUTHORITY_NOTICE)
    return [notice for notice in found if notice.authority_id == sample.other.id]


async def withdraw(sample: SampleCountry) -> None:
    await sample.write(
        lambda tx: modules.withdraw_modules(tx, sample.health, ("PQ",), SYSTEM, NOON)
    )


async def remove(sample: SampleCountry) -> None:
    name, number = sample.health.official_name, sample.health.id
    await sample.write(lambda tx: managed_authorities.remove(tx, sample.karin, number, name, NOON))


@pytest.mark.parametrize("how", ["unflagged", "module withdrawn", "by a catalogue", "removed"])
async def test_authorities_that_lose_their_coordinator_are_notified(
    sample: SampleCountry, how: str
) -> None:
    """R31, D19: by mail to the address and to the administrators, and in their own trail."""
    await link_other_to_health(sample)

    if how == "unflagged":
        await change_modules(sample, sample.karin, "PQ", "PR", coordinating=("PR",))
    elif how == "module withdrawn":
        await change_modules(sample, sample.karin, "PR", coordinating=("PR",))
    else:
        await (withdraw if how == "by a catalogue" else remove)(sample)

    lost = ["PQ", "PR"] if how == "removed" else ["PQ"]
    notices = await notices_to_other(sample)
    signe = sample.signe.user_id
    assert [notice.recipient_id for notice in notices] == [signe, signe, None]
    assert notices[0].details == {
        "deed": AuthorityEvent.UNLINKED,
        "modules": lost,
        "coordinator": "Health Agency",
    }
    recorded = [
        event
        for event in await sample.audit_events()
        if event.act == Act.COORDINATORS_CHANGED and event.authority_id == sample.other.id
    ]
    assert [(event.actor, event.details["module"]) for event in recorded] == [
        (SYSTEM, module) for module in lost
    ]
    assert recorded[0].details["taken"] == [sample.health.id]
    left = await sample.read(lambda tx: competences.coordinators_of(tx, sample.other.id))
    assert set(left) == {"PQ", "PR"} - set(lost)


async def test_the_preview_names_the_authorities_that_lose_their_coordinator(
    sample: SampleCountry,
) -> None:  # R37, D18
    await link_other_to_health(sample)
    seen = module_values(["PQ", "PR"], ["PQ", "PR"])
    edit = ModuleEdit(sample.health.id, module_values(["PR"], ()), seen, since=0)

    _, effects = await sample.write(lambda tx: modules.preview_effects(tx, edit, sample.karin))

    assert effects.unlinked == ((sample.other.informal_title, ("PQ", "PR")),)


async def test_an_authority_is_notified_that_it_coordinates(sample: SampleCountry) -> None:  # R31
    await change_modules(sample, sample.karin, "PQ", "PR", coordinating=("PQ",))
    await change_modules(sample, sample.karin, "PQ", "PR")

    notices = await sample.deliveries_of(DeliveryKind.AUTHORITY_NOTICE)
    anna = sample.anna.user_id
    assert [notice.recipient_id for notice in notices] == [anna, anna, None] * 2
    assert (notices[0].details["coordinator_gained"], notices[0].details["coordinator_lost"]) == (
        ["PQ"],
        [],
    )
    assert (notices[3].details["coordinator_gained"], notices[3].details["coordinator_lost"]) == (
        [],
        ["PQ"],
    )


async def test_the_result_says_whether_an_administrator_is_notified(
    sample: SampleCountry,
) -> None:  # R31
    async def change(authority_id: int, *codes: str) -> tuple[bool, bool]:
        authority = await sample.authority(authority_id)
        seen = await sample.read(lambda tx: modules.current_values(tx, authority))
        edit = ModuleEdit(authority_id, module_values(codes, ()), seen, since=0)
        result = await sample.write(
            lambda tx: modules.change_modules(tx, edit, sample.karin, sample.rulebook, NOON)
        )
        return result.changed, result.notified

    assert await change(sample.health.id, "PQ", "PR", "SD") == (True, True)
    assert await change(sample.health.id, "PQ", "PR", "SD") == (False, False)
    # Karin is the only administrator of her own authority.
    assert await change(sample.manager.id, "PQ") == (True, False)
