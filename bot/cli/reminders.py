"""`imi-bot reminders`: what will be said of passwords that expire, and when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.common import carry_out, settings_or_exit
from bot.database import open_ready_database
from bot.jobs.schedule import MANY
from bot.settings.settings import Settings
from core.reminders import service
from core.reminders.rules import PlannedReminder, Threshold
from core.reminders.service import UpcomingReminder
from core.store.store import Store

ABOUT = {
    Threshold.FORTNIGHT: "14 days before",
    Threshold.WEEK: "7 days before",
    Threshold.DAY: "1 day before",
    Threshold.EXPIRY: "expiry",
    Threshold.LAPSED: "temporary password unused, to the administrators",
}


def reminders(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list, queue nothing.")] = False,  # noqa: FBT002 - a flag
    days: Annotated[int, typer.Option(min=0, help="List so many days ahead.")] = 0,
) -> None:
    """List the reminders that are due within some days; without --dry-run, queue the due ones."""
    settings = settings_or_exit()
    until = datetime.now(UTC) + timedelta(days=days)
    carry_out(lambda: _list(settings, until))
    if not dry_run:
        queued = carry_out(lambda: _queue(settings))
        typer.echo(f"Settled as due now: {queued}. The running bot sends them.")


async def _list(settings: Settings, until: datetime) -> None:
    number = 0
    async with open_ready_database(settings) as (store, _):
        after: PlannedReminder | None = None
        while page := await store.read(_page(until, after)):
            for one in page:
                typer.echo(line_of(one))
            number, after = number + len(page), page[-1].due
    typer.echo(f"{number} until {until:%Y-%m-%d %H:%M} UTC.")


def line_of(one: UpcomingReminder) -> str:
    """Return the moment in UTC, what it is about, to whom, and by which way."""
    way = "e-mail" if one.user.member is None else "Slack"
    about = ABOUT[one.due.threshold]
    return f"{one.due.due_at:%Y-%m-%d %H:%M}  {one.user.full_name}  {about}  {way}"


def _page(
    until: datetime, after: PlannedReminder | None
) -> Callable[[Connection], tuple[UpcomingReminder, ...]]:
    return lambda tx: service.upcoming(tx, until, after, MANY)


async def _queue(settings: Settings) -> int:
    async with open_ready_database(settings) as (store, _):
        return await _queue_all(store)


async def _queue_all(store: Store) -> int:
    settled = 0
    while some := await store.write(lambda tx: service.queue_due(tx, datetime.now(UTC), MANY)):
        settled += some
    return settled
