"""`imi-bot authority hand-over`: gives an access manager's authorities to another one (D15)."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.administration import hand_over as service
from core.administration.registration import find_by_name
from core.authorities.rules import Authority


def hand_over(
    old: Annotated[str, typer.Argument(help="Official name of the present access manager.")],
    new: Annotated[str, typer.Argument(help="Official name of the new access manager.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Let another access manager manage all authorities of this one, which can then be removed."""
    settings = settings_or_exit(LocalSettings)
    run_or_exit(lambda: _hand_over(settings, old, new, yes=yes))


async def _hand_over(settings: Settings, old: str, new: str, *, yes: bool) -> None:
    async with open_ready_database(settings) as (store, _):

        def find_managed(tx: Connection) -> tuple[int, int, tuple[Authority, ...]]:
            from_id, to_id = (_require(tx, name).id for name in (old, new))
            if from_id == to_id:
                raise failure("The present and the new access manager are the same.")
            return from_id, to_id, service.authorities_to_hand_over(tx, from_id, to_id)

        from_id, to_id, managed = await store.read(find_managed)
        if not managed:
            typer.echo(f"{old} manages no authority. Nothing is changed.")
            return
        for authority in managed:
            typer.echo(authority.official_name)
        if not yes:
            typer.confirm(f"Hand over {len(managed)} to {new}?", abort=True)
        now = datetime.now(UTC)
        changed = await store.write(lambda tx: service.hand_over(tx, from_id, to_id, now))
    typer.echo(f"Handed over: {len(changed)}.")


def _require(tx: Connection, official_name: str) -> Authority:
    authority = find_by_name(tx, official_name)
    if authority is None or authority.removed_at is not None or not authority.access_manager:
        raise failure(f"No access manager has this official name: {official_name}.")
    return authority
