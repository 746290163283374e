"""Tests of the queue of titles to translate, on SQLite and PostgreSQL."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from core.administration import editing, title_tasks
from core.administration.editing import AuthorityEdit
from core.administration.title_tasks import TitleEdit
from core.audit.rules import Act, ActorKind, texts_in
from core.authorities.details import details_of, field_versions, version_of
from core.authorities.rows import authorities
from core.authorities.rows import titles as title_rows
from core.authorities.titles import TitleTask, target_languages, title_in
from core.deliveries.rules import DeliveryKind
from core.errors import EditedMeanwhileError, FieldChange, FormError, NotFoundError, TaskClosedError
from core.languages.names import full_name
from core.languages.tags import LANGUAGES
from core.users.rows import users
from tests.core.administration.sample_changes import COMMISSION_MEMBER, edit, open_tasks, translate
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

    closed = await translate(sample, task, close=True, da=" Omsorg ", de="", fr="Soins")

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
    assert (last.details["before"], last.details["after"]) == (
        {"da": "", "fr": ""},
        {"da": "Omsorg", "fr": "Soins"},
    )
    assert len(texts_in(last.details, "left")) == len(LANGUAGES) - 3
    assert len(await sample.deliveries_of(DeliveryKind.TITLE_TASK_CLOSED)) == 1


async def fill_in(sample: SampleCountry, task: TitleTask, tag: str) -> TitleTask:
    """Type a title in one language, as somebody who opened the form just now."""
    typed = {tag: f"Title {tag}"}
    versions = {tag: version_of("")}
    title_edit = TitleEdit(task.id, task.new_title, typed, versions)
    return await sample.write(
        lambda tx: title_tasks.translate(tx, title_edit, COMMISSION_MEMBER, "en", NOON)
    )


async def test_a_task_stays_open_until_the_last_language_is_filled_in(
    sample: SampleCountry,
) -> None:
    """D17: what is filled in meanwhile counts at once; the task closes with the last language."""
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    others = target_languages(sample.health.text_language)

    for number, tag in enumerate(others):
        (task,) = await open_tasks(sample)
        task = await fill_in(sample, task, tag)
        assert (await translations(sample))[tag] == f"Title {tag}"
        left = await sample.read(partial(title_tasks.left_of, task=task))
        assert left == others[number + 1 :]

    assert (task.closed_by, await open_tasks(sample)) == (COMMISSION_MEMBER, ())


async def test_nothing_typed_changes_nothing_and_leaves_the_task_open(
    sample: SampleCountry,
) -> None:
    """D17: every field of the form is optional, so that an empty form is no error."""
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    before = len(await sample.audit_events())

    assert (await translate(sample, task, da=" ", de="\u200b")).closed_at is None

    assert await translations(sample) == {}
    assert len(await sample.audit_events()) == before


async def test_a_translation_can_be_corrected_and_deleted_while_the_task_is_open(
    sample: SampleCountry,
) -> None:
    """D17: a language whose translation was deleted is left again."""
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    await translate(sample, task, da="Omsorg", de="Plege")

    await translate(sample, task, await translations(sample), da="", de="Pflege")

    assert await translations(sample) == {"de": "Pflege"}
    left = await sample.read(partial(title_tasks.left_of, task=task))
    assert "da" in left


async def test_translators_who_fill_in_different_languages_are_both_kept(
    sample: SampleCountry,
) -> None:
    """D23: what only the other filled in, corrected or deleted stays."""
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    await translate(sample, task, da="Omsorg", sv="Vård")
    seen = await translations(sample)
    await translate(sample, task, seen, da="Omsorg", sv="", de="Pflege")

    await translate(sample, task, seen, da="Omsorg", sv="Vård", fr="Soins")

    assert await translations(sample) == {"da": "Omsorg", "de": "Pflege", "fr": "Soins"}


async def test_the_same_language_is_refused_with_who_and_what(sample: SampleCountry) -> None:
    """D23: the second translator reads who changed the title, from what, to what."""
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    await translate(sample, task, da="Omsorg")
    seen = await translations(sample)
    await translate(sample, task, seen, da="Pleje")

    with pytest.raises(EditedMeanwhileError) as refusal:
        await translate(sample, task, seen, da="Sundhed")

    assert refusal.value.changes == (FieldChange("title_da", COMMISSION_MEMBER, "Omsorg", "Pleje"),)
    assert await translations(sample) == {"da": "Pleje"}


async def test_translations_of_a_title_that_changed_meanwhile_are_refused(
    sample: SampleCountry,
) -> None:
    """D17, D23: they would name the authority wrongly."""
    first = await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    await edit(sample, sample.anna, first, substantial=True, informal_title="Cure")
    anna = await sample.read(lambda tx: users.require(tx, sample.anna.user_id))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await translate(sample, task, da="Omsorg")

    assert refusal.value.changes == (
        FieldChange("new_title", full_name(anna, "en"), "Care", "Cure"),
    )
    assert await translations(sample) == {}


async def test_a_translator_of_a_closed_task_is_refused(sample: SampleCountry) -> None:  # D17
    await edit(sample, sample.anna, sample.health, substantial=True, informal_title="Care")
    (task,) = await open_tasks(sample)
    await translate(sample, task, close=True, da="Omsorg")

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

    with pytest.raises(FormError) as refusal:
        await translate(sample, task, da="x" * 201, fr="Soins")

    assert [error.field for error in refusal.value.errors] == ["title_da"]


async def test_an_unknown_task_or_one_of_a_removed_authority_is_not_found(
    sample: SampleCountry,
) -> None:
    unknown = TitleEdit(99, "Care", {"da": "Omsorg"}, {})
    with pytest.raises(NotFoundError):
        await sample.write(lambda tx: title_tasks.require_open_task(tx, 99))
    with pytest.raises(NotFoundError):
        await sample.write(
            lambda tx: title_tasks.translate(tx, unknown, COMMISSION_MEMBER, "en", NOON)
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


async def test_an_empty_translation_deletes_the_one_before(sample: SampleCountry) -> None:  # D17
    number = sample.health.id
    for title in ("Gammel", ""):
        await sample.write(
            partial(title_rows.write_translations, authority_id=number, titles={"da": title})
        )

    assert await sample.read(lambda tx: title_rows.translations_of(tx, number)) == {}
