"""`imi-bot audit …`: is the trail still what was written?"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.commands.opened import carry_out, fail, opened, settings_or_exit
from bot.config import Settings
from bot.keys import audit_keys
from core.audit import head_rows, rows
from core.audit.chain import Finding, Walk
from core.audit.heads import Head, is_ours
from core.store.store import Store

app = typer.Typer(help="The audit trail.", no_args_is_help=True)
console = Console(highlight=False, stderr=True)
PAGE = 5000


@app.callback()
def _audit() -> None:
    """The audit trail."""


@app.command()
def verify(
    head: Annotated[
        list[str], typer.Option("--head", help="NUMBER:SEAL, as posted in the channel.")
    ] = [],  # noqa: B006 - typer reads it, nobody changes it
) -> None:
    """Find what was altered, inserted, removed, reordered or cut off; exit code 1 if anything."""
    settings = settings_or_exit()
    posted = dict(_read(one) for one in head)
    number, findings, forged = carry_out(lambda: _verify(settings, posted))
    for one in forged:
        typer.echo(f"Head {one.number}: not signed with IMI_AUDIT_KEY.")
    for finding in findings:
        typer.echo(f"Entry {finding.number}: {finding.fault}.")
    typer.echo(f"{number} entries, {len(findings) + len(forged)} faults.")
    if findings or forged:
        raise typer.Exit(1)


async def _verify(
    settings: Settings, posted: dict[int, str]
) -> tuple[int, Sequence[Finding], Sequence[Head]]:
    async with opened(settings) as store:
        heads = await store.read(head_rows.every)
        forged = [one for one in heads if not is_ours(one, audit_keys(settings))]
        known = {one.number: one.seal for one in heads if one not in forged}
        walk = Walk({**known, **posted})
        await _walk(store, walk)
        return walk.number, walk.end(*await store.read(rows.newest)), forged


async def _walk(store: Store, walk: Walk) -> None:
    newest, _ = await store.read(rows.newest)
    last = 0
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Entries", total=newest)
        while page := await store.read(partial(rows.page, after=last, most=PAGE)):
            for entry in page:
                walk.take(entry)
            last = page[-1].id
            progress.update(task, completed=last)
            # Ctrl-C is heard between two pages.
            await asyncio.sleep(0)


def _read(text: str) -> tuple[int, str]:
    number, colon, seal = text.strip().strip("`").partition(":")
    if not (number.isdecimal() and colon and seal):
        raise fail(f"--head {text}: write NUMBER:SEAL, as it stands in the channel.")
    return int(number), seal
