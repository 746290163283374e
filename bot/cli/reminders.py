"""`imi-bot reminders`: lists upcoming reminders of expiring passwords and queues the due ones."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.failures import run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.jobs.schedule import LARGE_BATCH, REMINDER_BATCH
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.languages.names import full_name
from core.reminders import service
from core.reminders.rules import MAILED_THRESHOLDS, PlannedReminder, Threshold
from core.reminders.service import UpcomingReminder

THRESHOLDS: dict[int, str] = {
    Threshold.DAY: "1 day before",
    Threshold.EXPIRY: "expiry",
    Threshold.TEMPORARY_EXPIRED: "temporary password unused, to the administrators",
}


def reminders(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list, queue nothing.")] = False,  # noqa: FBT002 - a flag
    days: Annotated[int, typer.Option(min=0, help="Also list those due within so many days.")] = 0,
) -> None:
    """List the reminders that are due within --days, and queue those that are due now."""
    settings = settings_or_exit(LocalSettings)
    until = datetime.now(UTC) + timedelta(days=days)
    run_or_exit(lambda: _list_until(settings, until))
    if not dry_run:
        queued = run_or_exit(lambda: _queue_due(settings))
        typer.echo(f"Settled as due now: {queued}. The running bot sends them.")


async def _list_until(settings: Settings, until: datetime) -> None:
    number = 0
    async with open_ready_database(settings) as (store, _):
        after: PlannedReminder | None = None
        while page := await store.read(_page_after(until, after)):
            for reminder in page:
                typer.echo(line_of(reminder))
            number, after = number + len(page), page[-1].due
    typer.echo(f"{number} until {until:%Y-%m-%d %H:%M} UTC.")


def line_of(reminder: UpcomingReminder) -> str:
    """Return the reminder's line: moment in UTC, user, threshold, channel."""
    channel = "e-mail" if reminder.user.member is None else "Slack"
    if reminder.user.member is not None and reminder.due.threshold in MAILED_THRESHOLDS:
        channel = "Slack and e-mail"
    days = reminder.due.threshold
    threshold = THRESHOLDS.get(days, f"{days} days before")
    name = full_name(reminder.user, "en")
    return f"{reminder.due.due_at:%Y-%m-%d %H:%M}  {name}  {threshold}  {channel}"


def _page_after(
    until: datetime, after: PlannedReminder | None
) -> Callable[[Connection], tuple[UpcomingReminder, ...]]:
    return lambda tx: service.upcoming(tx, until, after, LARGE_BATCH)


async def _queue_due(settings: Settings) -> int:
    queued = 0
    async with open_ready_database(settings) as (store, _):
        while batch := await store.write(
            lambda tx: service.queue_due(tx, datetime.now(UTC), REMINDER_BATCH)
        ):
            queued += batch
    return queued
