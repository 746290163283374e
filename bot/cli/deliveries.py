"""`imi-bot deliveries list` and `send-again`: list messages that wait or failed, resend some."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.deliveries import service
from core.deliveries.rows import failures as rows
from core.deliveries.rules import Delivery
from core.errors import RuleError
from core.languages.texts import texts
from core.store.store import Store
from core.users.rows import users
from handlers.refusal_texts import refusal_text
from handlers.ui.delivery_states import failure_line

app = typer.Typer(help="Messages that wait or failed.", no_args_is_help=True)
PAGE_SIZE = 500


@app.callback()
def _deliveries() -> None:
    """Messages that wait or failed."""


@app.command("list")
def list_deliveries(
    failed: Annotated[bool, typer.Option("--failed", help="Only those that failed.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """List the messages that wait or failed: number, time, state, user, kind and reason."""
    settings = settings_or_exit(LocalSettings)
    run_or_exit(lambda: _list(settings, failed_only=failed))


@app.command("send-again")
def send_again(
    numbers: Annotated[
        list[int] | None, typer.Argument(help="Numbers, as `imi-bot deliveries list` shows them.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that failed.")] = False,  # noqa: FBT002 - a flag
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Send messages again, as soon as `imi-bot run` runs; exit code 1 if one cannot be."""
    if bool(numbers) == failed:
        raise failure("Write: imi-bot deliveries send-again NUMBER…, or: send-again --failed")
    settings = settings_or_exit(LocalSettings)
    refused = run_or_exit(lambda: _send_again(settings, tuple(numbers or ()), yes=yes))
    if refused:
        raise typer.Exit(1)


async def _list(settings: Settings, *, failed_only: bool) -> None:
    number = 0
    async with open_ready_database(settings) as (store, _):
        after = 0
        while lines := await store.read(partial(_lines, after=after, failed_only=failed_only)):
            for line in lines.values():
                typer.echo(line)
            number, after = number + len(lines), max(lines)
    typer.echo(f"{number} messages.")


def _page(tx: Connection, after: int, *, failed_only: bool) -> tuple[Delivery, ...]:
    return rows.unsent_page(tx, after, PAGE_SIZE, failed_only=failed_only)


def _lines(tx: Connection, after: int, *, failed_only: bool) -> dict[int, str]:
    """Return the lines of the next page by the numbers of the messages; empty after the last."""
    page = _page(tx, after, failed_only=failed_only)
    found = users.find_all(tx, {delivery.user_id for delivery in page})
    usernames = {user.id: user.username for user in found}
    return {delivery.id: _line(delivery, usernames[delivery.user_id]) for delivery in page}


def _line(delivery: Delivery, username: str) -> str:
    message = failure_line(delivery, texts("en")) if delivery.reason else delivery.kind.value
    begin = f"{delivery.id}  {delivery.queued_at:%Y-%m-%d %H:%M}  {delivery.state}"
    return f"{begin}  {username}  {message}"


async def _send_again(settings: Settings, numbers: tuple[int, ...], *, yes: bool) -> int:
    """Queue the messages again; return how many were refused. Without numbers, all that failed."""
    async with open_ready_database(settings) as (store, _):
        chosen = numbers or tuple([number async for number in _failed_numbers(store)])
        if not numbers and chosen and not yes:
            typer.confirm(f"Send {len(chosen)} again?", abort=True)
        refused = 0
        for number in chosen:
            refused += not await _queue(store, number)
    typer.echo(f"{len(chosen) - refused} go out as soon as `imi-bot run` runs, {refused} do not.")
    return refused


async def _failed_numbers(store: Store) -> AsyncIterator[int]:
    after = 0
    while page := await store.read(partial(_page, after=after, failed_only=True)):
        for delivery in page:
            yield delivery.id
        after = page[-1].id


async def _queue(store: Store, number: int) -> bool:
    now = datetime.now(UTC)
    try:
        await store.write(lambda tx: service.send_again_from_command_line(tx, number, now))
    except RuleError as refusal:
        typer.echo(f"{number}: {refusal_text(refusal, 'en')}", err=True)
        return False
    return True
