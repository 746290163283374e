"""Manages the tasks in which the European Commission translates informal titles (R29, D17).

An authority has an official name, which is never translated, and an informal title, which is.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rules import COMMISSION, Act, Actor, AuditEvent
from core.authorities.rows import authorities, titles
from core.authorities.rules import Authority
from core.authorities.titles import TitleTask, checked_translations, title_in
from core.authority_search import rows as search_index
from core.deliveries import service as deliveries
from core.deliveries.rules import DeliveryKind, NewDelivery
from core.errors import NotFoundError, TaskClosedError
from core.users.rules import User


def open_task(tx: Connection, old: Authority, new_title: str, by: User, now: datetime) -> TitleTask:
    """Open a task for the Commission to translate the new title.

    An open task of the same authority is updated to the new title instead. The translations of
    the old title are deleted, as they would name the authority wrongly.
    """
    titles.delete_translations(tx, old.id)
    already_open = titles.open_task_of(tx, old.id)
    if already_open is not None:
        titles.rename_task(tx, already_open.id, new_title)
        _queue(tx, already_open, by.id, DeliveryKind.TITLE_TASK_CLOSED, now)
        return _require(tx, already_open.id)
    number = titles.add_task(tx, TitleTask(0, old.id, old.informal_title, new_title, by.id, now))
    task = _require(tx, number)
    _record(tx, Actor.user(by.id), Act.TITLE_TASK_OPENED, task, now)
    _queue(tx, task, by.id, DeliveryKind.TITLE_TASK, now)
    return task


def require_open_task(tx: Connection, task_id: int) -> tuple[TitleTask, Authority]:
    """Return the open task and its authority.

    Raises:
        NotFoundError: there is no such task, or its authority is removed.
        TaskClosedError: the title is translated already.
    """
    task = _require(tx, task_id)
    if task.closed_at is not None:
        raise TaskClosedError("Translated already.")
    authority = authorities.find(tx, task.authority_id)
    if authority is None or authority.removed_at is not None:
        raise NotFoundError("The authority is gone.")
    return task, authority


def translate(
    tx: Connection, task_id: int, typed: Mapping[str, str], member_id: str, now: datetime
) -> TitleTask:
    """Store the typed titles by language, and close the task with the translating Slack member.

    Raises:
        NotFoundError: there is no such task, or its authority is removed.
        TaskClosedError: the title is translated already.
        FormError: a title is too long, or all are empty.
    """
    authority_id = titles.authority_of_task(tx, task_id)
    if authority_id is not None:
        # Locked before the task, as by an edit of the title, so that one waits for the other.
        authorities.lock_row(tx, authority_id)
    task, authority = require_open_task(tx, task_id)
    translations = checked_translations(typed)
    titles.write_translations(tx, authority.id, translations)
    titles.close_task(tx, task.id, member_id, now)
    search_index.index(tx, authority.id)
    _record(
        tx,
        COMMISSION,
        Act.TITLE_TRANSLATED,
        task,
        now,
        member=member_id,
        languages=sorted(translations),
    )
    _queue(tx, task, None, DeliveryKind.TITLE_TASK_CLOSED, now)
    return _require(tx, task.id)


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


def _queue(
    tx: Connection, task: TitleTask, by_user_id: int | None, kind: DeliveryKind, now: datetime
) -> None:
    new_delivery = NewDelivery(
        kind,
        task.authority_id,
        task.opened_by,
        by_user_id,
        event=task.event,
        details={"task": task.id},
    )
    deliveries.queue_again(tx, new_delivery, now)


def _record(
    tx: Connection, actor: Actor, act: Act, task: TitleTask, now: datetime, **more: object
) -> None:
    details = {"task": task.id, **more}
    audit.record(tx, AuditEvent(actor, act, task.authority_id, None, details), now)
