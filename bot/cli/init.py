"""`imi-bot init`: creates or migrates the database tables, and loads the catalogue.

The catalogue lists the modules (areas of IMI), roles and keywords that authorities can have.
"""

from datetime import UTC, datetime

import typer

from bot.cli.catalogue import in_use_message
from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import configured_catalogue, open_database, prepare_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.catalogue.load import CatalogueError
from core.catalogue_updates.service import CatalogueInUseError
from core.store import migration


def init() -> None:
    """Create or migrate the tables and load the catalogue; running it again changes nothing."""
    settings = settings_or_exit(LocalSettings)
    run_or_exit(lambda: _init(settings))


async def _init(settings: Settings) -> None:
    try:
        text = configured_catalogue(settings)
    except CatalogueError as error:
        raise failure(f"IMI_CATALOGUE: {error}") from None
    async with open_database(settings) as store:
        try:
            before, changed = await prepare_database(store, text, datetime.now(UTC))
        except CatalogueInUseError as error:
            raise failure(in_use_message(error.in_use)) from None
    typer.echo(
        f"Tables: version {migration.newest_version()}" + (" (new)." if before is None else ".")
    )
    typer.echo("Catalogue: loaded." if changed else "Catalogue: as before.")
