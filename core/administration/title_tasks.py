"""Manages the tasks in which the European Commission translates informal titles (R29, D17)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from core.administration import title_task_events as events
from core.administration.field_history import DetailField, FieldHistory
from core.audit.rules import COMMISSION, Act, Actor, AuditEvent
from core.authorities.details import version_of
from core.authorities.rows import authorities, titles
from core.authorities.rules import Authority
from core.authorities.titles import TitleTask, checked_translations, title_in, untranslated_in
from core.authority_search import rows as search_index
from core.deliveries.rules import DeliveryKind
from core.errors import EditedMeanwhileError, NotFoundError, TaskClosedError
from core.languages.names import full_name
from core.merging import merge
from core.users.rows import users
from core.users.rules import User


@dataclass(frozen=True, slots=True)
class TitleEdit:
    """The titles that a translator typed, by language, and whether to close the task.

    `new_title` is the title that the form asked to translate, `versions` the version marks of the
    translations that it showed, by language; a language without one had no translation (D23).
    """

    task_id: int
    new_title: str
    typed: Mapping[str, str]
    versions: Mapping[str, str]
    close: bool = False


def open_task(tx: Connection, old: Authority, new_title: str, by: User, now: datetime) -> None:
    """Open a task for the Commission to translate the new title.

    An open task of the same authority is updated to the new title instead. The translations of
    the old title are deleted, as they would name the authority wrongly; the trail keeps them.
    """
    deleted = titles.translations_of(tx, old.id)
    titles.delete_translations(tx, old.id)
    if follow_title(tx, old, new_title, by, now):
        return
    number = titles.add_task(tx, TitleTask(0, old.id, old.informal_title, new_title, by.id, now))
    task = _require(tx, number)
    events.record(tx, Actor.user(by.id), Act.TITLE_TASK_OPENED, task, now, before=deleted)
    events.queue_message(tx, task, by.id, DeliveryKind.TITLE_TASK, now)


def follow_title(tx: Connection, old: Authority, new_title: str, by: User, now: datetime) -> bool:
    """Update the authority's open task to a title that was changed again, and who did it when.

    If that is the title from before the task, the task is closed, and the translations of that
    title are restored. Return whether there was an open task.
    """
    task = titles.open_task_of(tx, old.id)
    if task is None:
        return False
    if new_title == task.old_title:
        titles.delete_translations(tx, old.id)
        titles.write_translations(tx, old.id, events.translations_before(tx, task))
        withdraw(tx, old.id, by, now)
        return True
    titles.rename_task(tx, task.id, new_title, by.id, now)
    events.queue_message(tx, task, by.id, DeliveryKind.TITLE_TASK_CLOSED, now)
    return True


def withdraw(tx: Connection, authority_id: int, by: User, now: datetime) -> None:
    """Close the authority's open task, if it has one: nothing has to be translated any more."""
    task = titles.open_task_of(tx, authority_id)
    if task is not None:
        titles.close_task(tx, task.id, None, now)
        events.queue_message(tx, task, by.id, DeliveryKind.TITLE_TASK_CLOSED, now)


def require_open_task(tx: Connection, task_id: int) -> tuple[TitleTask, Authority]:
    """Return the open task and its authority.

    Raises:
        NotFoundError: there is no such task, its authority is removed, or the title does not have
            to be translated any more.
        TaskClosedError: the title is translated already.
    """
    task = _require(tx, task_id)
    if task.withdrawn:
        raise NotFoundError("Nothing is to be translated any more.")
    if task.closed_at is not None:
        raise TaskClosedError("Translated already.")
    authority = authorities.find(tx, task.authority_id)
    if authority is None or authority.removed_at is not None:
        raise NotFoundError("The authority is gone.")
    return task, authority


def translate(
    tx: Connection, edit: TitleEdit, member_id: str, language: str, now: datetime
) -> TitleTask:
    """Store the titles that the translating Slack member typed; they count at once.

    The task is closed once the title is translated into every other language, or if `edit.close`.
    Titles that only somebody else typed since the form was opened stay as they are (D23).
    `language` is the reader's, for the order of a name.

    Raises:
        NotFoundError: as `require_open_task`.
        TaskClosedError: the task was closed meanwhile.
        FormError: a title is too long or holds a web address.
        EditedMeanwhileError: since the form was opened, the title itself was changed, or somebody
            else typed another translation in the same language (D23).
    """
    authority_id = titles.authority_of_task(tx, edit.task_id)
    if authority_id is not None:
        # Locked before the task, as by an edit of the title, so that one waits for the other.
        authorities.lock_row(tx, authority_id)
    task, authority = require_open_task(tx, edit.task_id)
    current = titles.translations_of(tx, authority.id)
    new = _merged(tx, task, current, edit, language)
    titles.write_translations(tx, authority.id, new)
    left = untranslated_in(authority.text_language, {**current, **new})
    closed = edit.close or not left
    if closed:
        titles.close_task(tx, task.id, member_id, now)
    if new or closed:
        search_index.index(tx, authority.id)
        details = _translation_details(current, new, left if closed else ())
        act = Act.TITLE_TRANSLATED
        events.record(tx, COMMISSION, act, task, now, member=member_id, **details)
        events.queue_message(tx, task, None, DeliveryKind.TITLE_TASK_CLOSED, now)
    return _require(tx, task.id)


def left_of(tx: Connection, task: TitleTask) -> tuple[str, ...]:
    """Return the languages in which the task's title is not translated."""
    authority = authorities.require(tx, task.authority_id)
    return untranslated_in(authority.text_language, titles.translations_of(tx, authority.id))


def _merged(
    tx: Connection, task: TitleTask, current: Mapping[str, str], edit: TitleEdit, language: str
) -> dict[str, str]:
    """Return the typed titles that differ from the current ones, and that nobody else changed."""
    history = FieldHistory(tx, task.authority_id, partial(_translator_or_editor, tx, language))
    if edit.new_title != task.new_title:
        renamed = DetailField("new_title", key="informal_title")
        seen = version_of(edit.new_title)
        raise EditedMeanwhileError.of((history.change_of(renamed, now=task.new_title, seen=seen),))
    typed = checked_translations(edit.typed)
    seen_marks = {tag: edit.versions.get(tag, version_of("")) for tag in typed}
    typed_marks = {tag: version_of(title) for tag, title in typed.items()}
    now = {tag: current.get(tag, "") for tag in typed}
    merged = merge(seen_marks, typed_marks, {tag: version_of(now[tag]) for tag in typed})
    if merged.conflicts:
        raise EditedMeanwhileError.of(
            tuple(
                history.change_of(
                    DetailField(f"title_{tag}", Act.TITLE_TRANSLATED, key=tag),
                    now=now[tag],
                    seen=seen_marks[tag],
                )
                for tag in merged.conflicts
            )
        )
    kept = {tag: title for tag, title in typed.items() if tag not in merged.taken_over}
    return {tag: title for tag, title in kept.items() if title != now[tag]}


def _translator_or_editor(tx: Connection, language: str, event: AuditEvent) -> str:
    """Return the Slack id of a title's translator, or the name of the user who changed it."""
    if event.actor.user_id is None:
        return str(event.details.get("member", ""))
    return full_name(users.require(tx, event.actor.user_id), language)


def with_translated_title(tx: Connection, authority: Authority, language: str) -> Authority:
    """Return the authority with its informal title in the language, if it is translated (D17)."""
    title = title_in(authority, titles.translations_of(tx, authority.id), language)
    return replace(authority, informal_title=title)


def find(tx: Connection, task_id: int) -> TitleTask | None:
    """Return the task, or None."""
    return titles.find_task(tx, task_id)


def _require(tx: Connection, task_id: int) -> TitleTask:
    task = titles.find_task(tx, task_id)
    if task is None:
        raise NotFoundError("No such task.")
    return task


def _translation_details(
    before: Mapping[str, str], new: Mapping[str, str], left: tuple[str, ...]
) -> dict[str, object]:
    """Return the changed titles for the trail; `left` are the languages left as they are."""
    return {
        "languages": sorted(new),
        "before": {tag: before.get(tag, "") for tag in sorted(new)},
        "after": {tag: new[tag] for tag in sorted(new)},
        "left": list(left),
    }
