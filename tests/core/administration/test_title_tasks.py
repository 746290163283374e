"""Tests of the queue of titles to translate, on SQLite and PostgreSQL."""

from datetime import timedelta
from typing import Any

import pytest

from core.administration import editing, title_tasks
from core.administration.editing import AuthorityEdit
from core.audit.rules import Act, ActorKind
from core.authorities.details import details_of, field_versions
from core.authorities.rows import authorities
from core.authorities.rows import titles as title_rows
from core.authorities.titles import title_in
from core.deliveries.rules import DeliveryKind
from core.errors import FormError, NotFoundError, TaskClosedError
from tests.core.administration.sample_changes import (
    COMMISSION_MEMBER,
    edit,
    open_tasks,
    translate,
)
from tests.core.administration.sample_country import SampleCountry
from tests.times import NOON


async def translations(sample: SampleCountry) -> dict[str, str]:
    return await sample.read(lambda tx: title_rows.translations_of(tx, sample.health.id))


async def test_a_substantial_change_asks_the_commission(
    sample: SampleCountry,
) -> None:  # R27, R29, D17
    old = sample.health.informal_title

    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")

    (task,) = await open_tasks(sample)
    assert (task.old_title, task.new_title, task.opened_by) == (old, "Care", sample.anna.user_id)
    (delivery,) = await sample.deliveries_of(DeliveryKind.TITLE_TASK)
    assert (delivery.details, delivery.event) == ({"task": task.id}, task.event)
    assert Act.TITLE_TASK_OPENED in [event.act for event in await sample.audit_events()]


@pytest.mark.parametrize(
    ("substantial", "changes"), [(False, {"informal_title": "Care"}), (True, {"place": "Fjordby"})]
)
async def test_only_a_substantial_change_of_the_title_opens_a_task(  # R27, R28, D17
    sample: SampleCountry, *, substantial: bool, changes: dict[str, Any]
) -> None:
    await edit(sample, sample.anna, sample.health, substantial=substantial, **changes)

    assert await open_tasks(sample) == ()


async def test_readers_see_the_translation_in_their_language(
    sample: SampleCountry,
) -> None:  # R29, D17
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)

    closed = await translate(sample, task, da=" Omsorg ", de="", fr="Soins")

    assert (closed.closed_by, closed.closed_at) == (COMMISSION_MEMBER, NOON)
    assert await open_tasks(sample) == ()
    assert await translations(sample) == {"da": "Omsorg", "fr": "Soins"}
    health = await sample.authority(sample.health.id)
    titles = await translations(sample)
    assert [title_in(health, titles, tag) for tag in ("da", "fr", "de")] == [
        "Omsorg",
        "Soins",
        "Care",
    ]
    last = (await sample.audit_events())[-1]
    assert (last.act, last.actor.kind) == (Act.TITLE_TRANSLATED, ActorKind.COMMISSION)
    assert last.details["languages"] == ["da", "fr"]
    assert len(await sample.deliveries_of(DeliveryKind.TITLE_TASK_CLOSED)) == 1


async def test_the_second_of_two_translators_is_refused(sample: SampleCountry) -> None:  # D17
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    await translate(sample, task, da="Omsorg")

    with pytest.raises(TaskClosedError):
        await translate(sample, task, da="Pleje")

    assert await translations(sample) == {"da": "Omsorg"}


async def test_a_title_changed_twice_has_one_task(sample: SampleCountry) -> None:  # D17
    first = await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    await edit(sample, sample.anna, first, substantial=True, informal_title="Cure")

    (task,) = await open_tasks(sample)
    assert task.new_title == "Cure"
    assert task.old_title == sample.health.informal_title
    assert len(await sample.deliveries_of(DeliveryKind.TITLE_TASK)) == 1


async def test_translations_of_the_old_title_are_deleted(
    sample: SampleCountry,
) -> None:  # R29
    await sample.write(
        lambda tx: title_rows.write_translations(tx, sample.health.id, {"da": "Gammel"})
    )

    first = await edit(sample, sample.anna, sample.health, informal_title="Health.")
    assert await translations(sample) == {"da": "Gammel"}
    await edit(sample, sample.anna, first, substantial=True, informal_title="Care")

    assert await translations(sample) == {}


async def test_an_invalid_title_is_refused_at_its_language(sample: SampleCountry) -> None:
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)

    for typed, field in (({"da": "x" * 201, "fr": "Soins"}, "title_da"), ({"da": " "}, "title_da")):
        with pytest.raises(FormError) as refusal:
            await translate(sample, task, **typed)
        assert [error.field for error in refusal.value.errors] == [field]


async def test_an_unknown_task_or_one_of_a_removed_authority_is_not_found(
    sample: SampleCountry,
) -> None:
    with pytest.raises(NotFoundError):
        await sample.write(lambda tx: title_tasks.require_open_task(tx, 99))
    with pytest.raises(NotFoundError):
        await sample.write(
            lambda tx: title_tasks.translate(tx, 99, {"da": "Omsorg"}, COMMISSION_MEMBER, NOON)
        )
    assert await sample.read(lambda tx: title_tasks.find(tx, 99)) is None

    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    later = NOON + timedelta(days=1)
    await sample.write(
        lambda tx: authorities.remove(tx, sample.health.id, sample.karin.user_id, later)
    )
    with pytest.raises(NotFoundError):
        await translate(sample, task, da="Omsorg")


async def test_a_refused_edit_opens_no_task(sample: SampleCountry) -> None:
    details = details_of(sample.health)
    request = AuthorityEdit(sample.health.id, details, field_versions(details), substantial=True)

    with pytest.raises(FormError):
        await sample.write(lambda tx: editing.edit(tx, request, sample.anna, NOON))

    assert await open_tasks(sample) == ()
