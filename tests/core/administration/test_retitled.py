"""Tests of titles that change again while they wait to be translated (R29, D17)."""

from dataclasses import replace

import pytest

from core.administration import editing, managed_authorities, title_tasks
from core.administration.editing import AuthorityEdit
from core.administration.title_task_events import translations_before
from core.authorities.details import details_of, field_versions
from core.authorities.rows import authorities
from core.authorities.rows import titles as title_rows
from core.deliveries.rules import DeliveryKind
from core.errors import NotFoundError
from core.users.principals import Principal
from tests.core.administration.sample_changes import (
    LATER,
    details_with,
    edit,
    open_tasks,
    translate,
)
from tests.core.administration.sample_country import SampleCountry
from tests.factories import an_administrator
from tests.times import NOON


async def translations(sample: SampleCountry) -> dict[str, str]:
    return await sample.read(lambda tx: title_rows.translations_of(tx, sample.health.id))


async def a_second_administrator(sample: SampleCountry) -> Principal:
    return await sample.write(lambda tx: an_administrator(tx, sample.health, sample.rulebook))


async def test_a_corrected_title_is_the_one_to_translate(sample: SampleCountry) -> None:
    """R29: without a tick, what is translated already stays."""
    typo = await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Cqre")
    (task,) = await open_tasks(sample)
    await translate(sample, task, da="Omsorg")

    await edit(sample, sample.anna, typo, informal_title="Care")

    (task,) = await open_tasks(sample)
    assert (task.old_title, task.new_title) == (sample.health.informal_title, "Care")
    assert await translations(sample) == {"da": "Omsorg"}
    (redrawn,) = await sample.deliveries_of(DeliveryKind.TITLE_TASK_CLOSED)
    assert redrawn.details == {"task": task.id}


async def test_the_task_says_who_changed_the_title_last_and_when(sample: SampleCountry) -> None:
    """D17: who, when; the message that is redrawn is still the one of the first change."""
    eva = await a_second_administrator(sample)
    first = await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    await edit(sample, eva, first, substantial=True, informal_title="Cure")

    (task,) = await open_tasks(sample)
    assert (task.opened_by, task.opened_at) == (eva.user_id, LATER)
    (posted,) = await sample.deliveries_of(DeliveryKind.TITLE_TASK)
    (redrawn,) = await sample.deliveries_of(DeliveryKind.TITLE_TASK_CLOSED)
    assert (posted.user_id, posted.event) == (redrawn.user_id, redrawn.event)


@pytest.mark.parametrize("substantial", [True, False])
async def test_a_title_that_is_changed_back_is_not_asked_for(
    sample: SampleCountry, *, substantial: bool
) -> None:
    """R29: the translations of the old title, which were deleted, are right again."""
    old = sample.health.informal_title
    before = {"da": "Gammel", "de": "Alt"}
    await sample.write(lambda tx: title_rows.write_translations(tx, sample.health.id, before))
    first = await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    await translate(sample, task, da="Omsorg", fr="Soins")

    await edit(sample, sample.anna, first, substantial=substantial, informal_title=old)

    assert await open_tasks(sample) == ()
    assert await translations(sample) == before
    closed = await sample.read(lambda tx: title_rows.find_task(tx, task.id))
    assert closed is not None
    assert closed.withdrawn
    with pytest.raises(NotFoundError):
        await translate(sample, task, da="Pleje")


async def test_a_title_changed_again_after_that_is_asked_for(sample: SampleCountry) -> None:
    old = sample.health.informal_title
    first = await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    again = await edit(sample, sample.anna, first, substantial=True, informal_title=old)

    await edit(sample, sample.anna, again, substantial=True, informal_title="Cure")

    (task,) = await open_tasks(sample)
    assert (task.old_title, task.new_title) == (old, "Cure")
    assert len(await sample.deliveries_of(DeliveryKind.TITLE_TASK)) == 2


async def test_a_removed_authority_waits_for_no_translation(sample: SampleCountry) -> None:
    """R29, D14: its task is closed, and its message redrawn."""
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    name = sample.health.official_name

    await sample.write(
        lambda tx: managed_authorities.remove(tx, sample.karin, sample.health.id, name, NOON)
    )

    assert await open_tasks(sample) == ()
    closed = await sample.read(lambda tx: title_tasks.find(tx, task.id))
    assert closed is not None
    assert (closed.withdrawn, closed.closed_at) == (True, NOON)
    assert len(await sample.deliveries_of(DeliveryKind.TITLE_TASK_CLOSED)) == 1


async def test_a_task_left_open_by_an_earlier_removal_is_not_listed(
    sample: SampleCountry,
) -> None:  # D14
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    await sample.write(
        lambda tx: authorities.remove(tx, sample.health.id, sample.karin.user_id, NOON)
    )

    assert await open_tasks(sample) == ()


@pytest.mark.parametrize("title", ["Care", None])
async def test_a_tick_without_a_changed_title_is_said(
    sample: SampleCountry, title: str | None
) -> None:
    """R27, D17: the tick counts only where the title did change."""
    versions = field_versions(details_of(sample.health))
    typed = details_with(sample.health, informal_title=title or sample.health.informal_title)
    request = AuthorityEdit(sample.health.id, typed, versions, substantial=True)

    edited = await sample.write(lambda tx: editing.edit(tx, request, sample.anna, LATER))

    assert edited.unused_tick == (title is None)


async def test_without_its_entry_a_task_gives_no_translations_back(sample: SampleCountry) -> None:
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    unknown = replace(task, id=task.id + 1)

    assert await sample.read(lambda tx: translations_before(tx, unknown)) == {}
