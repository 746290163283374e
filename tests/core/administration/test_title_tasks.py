"""The Commission's queue of titles, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.administration import editing, title_tasks
from core.administration.editing import AuthorityEdit
from core.audit.rules import Act, ActorKind
from core.authorities.details import details_of, field_versions
from core.authorities.rows import authorities
from core.authorities.rows import titles as title_rows
from core.authorities.titles import TitleTask, checked_translations, target_languages, title_in
from core.deliveries.rules import DeliveryKind
from core.errors import FormError, NotFoundError, TaskClosedError
from core.languages.tags import LANGUAGES
from tests.core.administration.sample_country import Land
from tests.core.administration.test_editing import edit
from tests.times import NOON

MEMBER = "U0EUROPE"


async def tasks(land: Land) -> tuple[TitleTask, ...]:
    found, total = await land.look(lambda tx: title_rows.open_tasks(tx, 10))
    assert total == len(found)
    return found


async def translate(land: Land, task: TitleTask, **typed: str) -> TitleTask:
    return await land.act(lambda tx: title_tasks.translate(tx, task.id, typed, MEMBER, NOON))


async def translated(land: Land) -> dict[str, str]:
    return await land.look(lambda tx: title_rows.translations_of(tx, land.health.id))


async def test_a_substantial_change_asks_the_commission(land: Land) -> None:  # R27, R29, D17
    old = land.health.informal_title

    await edit(land, land.anna, land.health, substantial=True, informal_title="Care")

    (task,) = await tasks(land)
    assert (task.old_title, task.new_title, task.opened_by) == (old, "Care", land.anna.user_id)
    (said,) = await land.said(DeliveryKind.TITLE_TASK)
    assert (said.details, said.event) == ({"task": task.id}, task.event)
    assert Act.TITLE_TASK_OPENED in [one.act for one in await land.audit_events()]


@pytest.mark.parametrize(
    ("substantial", "changes"), [(False, {"informal_title": "Care"}), (True, {"place": "Fjordby"})]
)
async def test_the_tick_counts_only_where_the_title_changed(  # R27, R28, D17
    land: Land, *, substantial: bool, changes: dict[str, Any]
) -> None:
    await edit(land, land.anna, land.health, substantial=substantial, **changes)

    assert await tasks(land) == ()


async def test_translations_are_read_by_those_of_the_language(land: Land) -> None:  # R29, D17
    await edit(land, land.anna, land.health, substantial=True, informal_title="Care")
    (task,) = await tasks(land)

    closed = await translate(land, task, da=" Omsorg ", de="", fr="Soins")

    assert (closed.closed_by, closed.closed_at) == (MEMBER, NOON)
    assert await tasks(land) == ()
    assert await translated(land) == {"da": "Omsorg", "fr": "Soins"}
    health = await land.authority(land.health.id)
    titles = await translated(land)
    assert [title_in(health, titles, tag) for tag in ("da", "fr", "de")] == [
        "Omsorg",
        "Soins",
        "Care",
    ]
    last = (await land.audit_events())[-1]
    assert (last.act, last.actor.kind) == (Act.TITLE_TRANSLATED, ActorKind.COMMISSION)
    assert last.details["languages"] == ["da", "fr"]
    assert len(await land.said(DeliveryKind.TITLE_TASK_CLOSED)) == 1


async def test_of_two_who_translate_the_second_learns_it(land: Land) -> None:  # D17
    await edit(land, land.anna, land.health, substantial=True, informal_title="Care")
    (task,) = await tasks(land)
    await translate(land, task, da="Omsorg")

    with pytest.raises(TaskClosedError):
        await translate(land, task, da="Pleje")

    assert await translated(land) == {"da": "Omsorg"}


async def test_a_title_changed_again_is_one_task(land: Land) -> None:  # D17
    first = await edit(land, land.anna, land.health, substantial=True, informal_title="Care")
    await edit(land, land.anna, first, substantial=True, informal_title="Cure")

    (task,) = await tasks(land)
    assert task.new_title == "Cure"
    assert task.old_title == land.health.informal_title
    assert len(await land.said(DeliveryKind.TITLE_TASK)) == 1


async def test_a_title_of_before_is_no_translation_of_the_new_one(land: Land) -> None:  # R29
    await land.act(lambda tx: title_rows.write_translations(tx, land.health.id, {"da": "Gammel"}))

    first = await edit(land, land.anna, land.health, informal_title="Health.")
    assert await translated(land) == {"da": "Gammel"}
    await edit(land, land.anna, first, substantial=True, informal_title="Care")

    assert await translated(land) == {}


async def test_what_cannot_be_a_title_is_refused_at_its_language(land: Land) -> None:
    await edit(land, land.anna, land.health, substantial=True, informal_title="Care")
    (task,) = await tasks(land)

    for typed, field in (({"da": "x" * 201, "fr": "Soins"}, "title_da"), ({"da": " "}, "title_da")):
        with pytest.raises(FormError) as refusal:
            await translate(land, task, **typed)
        assert [error.field for error in refusal.value.errors] == [field]


async def test_a_task_of_nobody_is_not_found(land: Land) -> None:
    with pytest.raises(NotFoundError):
        await land.act(lambda tx: title_tasks.require_open_task(tx, 99))
    assert await land.look(lambda tx: title_tasks.find(tx, 99)) is None

    await edit(land, land.anna, land.health, substantial=True, informal_title="Care")
    (task,) = await tasks(land)
    later = NOON + timedelta(days=1)
    await land.act(lambda tx: authorities.remove(tx, land.health.id, land.karin.user_id, later))
    with pytest.raises(NotFoundError):
        await translate(land, task, da="Omsorg")


async def test_a_refused_edit_opens_no_task(land: Land) -> None:
    details = details_of(land.health)
    wish = AuthorityEdit(land.health.id, details, field_versions(details), substantial=True)

    with pytest.raises(FormError):
        await land.act(lambda tx: editing.edit(tx, wish, land.anna, NOON))

    assert await tasks(land) == ()


def test_a_title_is_translated_into_the_other_languages() -> None:  # D17, D20
    assert len(target_languages("da")) == len(LANGUAGES) - 1
    assert "da" not in target_languages("da")


@given(st.dictionaries(st.sampled_from(LANGUAGES), st.text(max_size=30), max_size=5))
def test_only_what_is_typed_becomes_a_translation(typed: dict[str, str]) -> None:
    try:
        found = checked_translations(typed)
    except FormError:
        return
    assert set(found) <= {tag for tag, text in typed.items() if text.strip()}
    assert all(found.values())
