"""Tests of two changes of one authority's modules at once, on SQLite and PostgreSQL."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from core.administration import modules
from core.administration.module_history import COORDINATING, HELD
from core.administration.modules import ModuleEdit, module_values
from core.audit.rows import entries
from core.audit.rules import SYSTEM
from core.authorities.rows import authorities
from core.errors import EditedMeanwhileError, FieldChange
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from core.users.principals import Principal
from tests.core.administration.sample_changes import change_modules
from tests.core.administration.sample_country import SampleCountry
from tests.core.memory_database import empty_database
from tests.factories import an_administrator, an_authority
from tests.times import NOON

# The modules that Karin's form showed.
SEEN = module_values(["PQ", "PR"], ())
CODES = ("PQ", "PR", "SD", "EC")
VALUES = st.dictionaries(st.sampled_from(CODES), st.sampled_from(("", HELD, COORDINATING)))


@pytest.fixture
async def cleo(sample: SampleCountry) -> Principal:
    """Return a second administrator of the access manager."""
    return await sample.write(
        lambda tx: an_administrator(
            tx, sample.manager, sample.rulebook, first_name="Cleo", last_name="Lind"
        )
    )


async def newest_entry(sample: SampleCountry) -> int:
    return (await sample.read(entries.chain_tip))[0]


async def values_of(sample: SampleCountry) -> dict[str, str]:
    health = await sample.authority(sample.health.id)
    return await sample.read(lambda tx: modules.current_values(tx, health))


async def save(sample: SampleCountry, by: Principal, change: Mapping[str, str]) -> None:
    """Save the change in a form that showed `SEEN`."""
    chosen = {code: value for code, value in {**SEEN, **change}.items() if value}
    edit = ModuleEdit(sample.health.id, chosen, SEEN, since=0)
    await sample.write(lambda tx: modules.change_modules(tx, edit, by, sample.rulebook, NOON))


async def test_changes_of_different_modules_are_both_kept(
    sample: SampleCountry, cleo: Principal
) -> None:
    """D23: Cleo's grant, flag and withdrawal stay beside Karin's grant."""
    await change_modules(sample, cleo, "PQ", "SD", coordinating=("PQ",))

    await change_modules(sample, sample.karin, "PQ", "PR", "EC", seen=SEEN)

    assert await values_of(sample) == {"PQ": COORDINATING, "SD": HELD, "EC": HELD}


async def test_the_same_change_from_both_is_no_conflict(
    sample: SampleCountry, cleo: Principal
) -> None:
    """D23: where both granted and withdrew the same, the second save has nothing to do."""
    since = await newest_entry(sample)
    await change_modules(sample, cleo, "PQ", "SD", coordinating=("SD",))
    newest = await newest_entry(sample)

    await change_modules(
        sample, sample.karin, "PQ", "SD", coordinating=("SD",), seen=SEEN, since=since
    )

    assert await newest_entry(sample) == newest


async def test_a_change_that_the_trail_does_not_have_names_nobody(  # D23
    sample: SampleCountry,
) -> None:
    await sample.write(lambda tx: authorities.grant_module(tx, sample.health.id, "SD", NOON))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await save(sample, sample.karin, {"SD": COORDINATING})

    assert refusal.value.changes == (FieldChange("SD", "", "", HELD),)


@pytest.mark.parametrize(
    ("theirs", "mine", "change"),
    [
        ({"PQ": COORDINATING}, {"PQ": ""}, FieldChange("PQ", "Cleo Lind", HELD, COORDINATING)),
        ({"PQ": ""}, {"PQ": COORDINATING}, FieldChange("PQ", "Cleo Lind", HELD, "")),
        ({"SD": HELD}, {"SD": COORDINATING}, FieldChange("SD", "Cleo Lind", "", HELD)),
    ],
)
async def test_another_change_of_the_same_module_is_refused(
    sample: SampleCountry,
    cleo: Principal,
    theirs: dict[str, str],
    mine: dict[str, str],
    change: FieldChange,
) -> None:
    """D23: the refusal says who changed which module, from what to what, and nothing is saved."""
    await save(sample, cleo, theirs)
    before = await values_of(sample)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await save(sample, sample.karin, mine)

    assert refusal.value.changes == (change,)
    assert await values_of(sample) == before


@pytest.mark.parametrize(
    ("there", "mine", "change"),
    [
        (("PQ", "PR", "SD"), ("PQ", "PR", "SD"), FieldChange("SD", "Cleo Lind", HELD, "")),
        (("PR",), ("PR",), FieldChange("PQ", "Cleo Lind", "", HELD)),
    ],
)
async def test_a_module_that_was_changed_and_changed_back_is_refused(
    sample: SampleCountry,
    cleo: Principal,
    there: tuple[str, ...],
    mine: tuple[str, ...],
    change: FieldChange,
) -> None:
    """D23: Cleo granted or withdrew the module, and then undid that."""
    since = await newest_entry(sample)
    await change_modules(sample, cleo, *there)
    await change_modules(sample, cleo, "PQ", "PR")

    with pytest.raises(EditedMeanwhileError) as refusal:
        await change_modules(sample, sample.karin, *mine, seen=SEEN, since=since)

    assert refusal.value.changes == (change,)
    since = await newest_entry(sample)
    await change_modules(sample, sample.karin, *mine, seen=SEEN, since=since)
    assert set(await values_of(sample)) == set(mine)


async def test_a_flag_that_was_set_back_is_refused(sample: SampleCountry, cleo: Principal) -> None:
    """D18, D23: the flag of a coordinator belongs to the module."""
    since = await newest_entry(sample)
    await change_modules(sample, cleo, "PQ", "PR", coordinating=("PR",))
    await change_modules(sample, cleo, "PQ", "PR")

    with pytest.raises(EditedMeanwhileError) as refusal:
        await change_modules(sample, sample.karin, "PQ", seen=SEEN, since=since)

    assert refusal.value.changes == (FieldChange("PR", "Cleo Lind", COORDINATING, HELD),)


async def test_the_product_is_not_named(sample: SampleCountry) -> None:
    """D23: what no administrator of the access manager changed is told without a name."""
    since = await newest_entry(sample)
    await sample.write(
        lambda tx: modules.withdraw_modules(tx, sample.health, ("PR",), SYSTEM, NOON)
    )

    with pytest.raises(EditedMeanwhileError) as refusal:
        await change_modules(
            sample, sample.karin, "PQ", "PR", coordinating=("PR",), seen=SEEN, since=since
        )

    assert refusal.value.changes == (FieldChange("PR", "", HELD, ""),)


async def test_the_preview_shows_what_will_be_written(
    sample: SampleCountry, cleo: Principal
) -> None:
    """D13, D23: a module that Cleo granted is not withdrawn, one that she withdrew not either."""
    await change_modules(sample, cleo, "PQ", "SD")
    edit = ModuleEdit(sample.health.id, module_values(["EC"], ()), SEEN, since=0)

    _, effects = await sample.read(lambda tx: modules.preview_effects(tx, edit, sample.karin))

    assert (effects.granted, effects.withdrawn) == (("EC",), ("PQ",))
    assert [keys for _, keys in effects.ending] == [(RoleKey("PQ", "BASIC"),)]


async def test_the_preview_is_refused_like_the_save(sample: SampleCountry, cleo: Principal) -> None:
    """D23: no effects are shown of a change that cannot be saved."""
    await change_modules(sample, cleo, "PQ", "PR", coordinating=("PQ",))
    edit = ModuleEdit(sample.health.id, module_values(["PR"], ()), SEEN, since=0)

    with pytest.raises(EditedMeanwhileError):
        await sample.read(lambda tx: modules.preview_effects(tx, edit, sample.karin))


@settings(max_examples=50)
@given(VALUES, VALUES)
def test_changes_of_different_modules_commute(
    rulebook: Rulebook, first: dict[str, str], second: dict[str, str]
) -> None:
    """D23: two changes that touch different modules lead to the same modules in either order."""
    second = {code: value for code, value in second.items() if code not in first}

    outcomes = [saved_in_order(rulebook, *order) for order in ((first, second), (second, first))]

    wanted = {code: value for code, value in {**SEEN, **first, **second}.items() if value}
    assert outcomes == [wanted, wanted]


def saved_in_order(rulebook: Rulebook, *changes: Mapping[str, str]) -> dict[str, str]:
    """Make these changes one after the other, each in a form that was opened before both."""
    with empty_database().begin() as tx:
        health, karin = a_managed_authority(tx, rulebook)
        since = entries.chain_tip(tx)[0]
        for change in changes:
            chosen = {code: value for code, value in {**SEEN, **change}.items() if value}
            edit = ModuleEdit(health, chosen, SEEN, since)
            modules.change_modules(tx, edit, karin, rulebook, NOON)
        return modules.current_values(tx, authorities.require(tx, health))


def a_managed_authority(tx: Connection, rulebook: Rulebook) -> tuple[int, Principal]:
    manager = an_authority(tx, access_manager=True)
    health = an_authority(tx, manager_id=manager.id)
    assert set(health.modules) == set(SEEN)
    return health.id, an_administrator(tx, manager, rulebook)
