"""`imi-bot init`: bring the database to this version and load the catalogue."""

from datetime import UTC, datetime

import typer
from sqlalchemy import Connection

from bot.cli.catalogue import refusal
from bot.cli.common import carry_out, fail, settings_or_exit
from bot.database import open_database
from bot.settings.settings import Settings
from core.authority_search import rows
from core.catalogue.load import CatalogueError, load, shipped
from core.catalogue_updates import service as catalogues
from core.catalogue_updates.service import CatalogueInUseError
from core.store import migration
from core.store.store import Store


def init() -> None:
    """Create or migrate the tables and load the catalogue; may be run repeatedly."""
    settings = settings_or_exit()
    carry_out(lambda: _init(settings))


async def _init(settings: Settings) -> None:
    try:
        text = catalogue_text(settings)
    except (CatalogueError, OSError, UnicodeDecodeError) as error:
        raise fail(f"IMI_CATALOGUE: {error}") from None
    async with open_database(settings) as store:
        try:
            before, changed = await prepare(store, text, datetime.now(UTC))
        except CatalogueInUseError as error:
            raise fail(refusal(error.held)) from None
    typer.echo(f"Tables: version {migration.newest()}" + (" (new)." if before is None else "."))
    typer.echo("Catalogue: loaded." if changed else "Catalogue: as before.")


def catalogue_text(settings: Settings) -> str:
    """Return the text of the catalogue that is set, checked.

    Raises:
        CatalogueError: it has mistakes; each is named with its line.
        OSError, UnicodeDecodeError: it cannot be read.
    """
    if settings.imi_catalogue is None:
        return shipped()
    text = settings.imi_catalogue.read_text("utf-8")
    load(text, str(settings.imi_catalogue))
    return text


async def prepare(store: Store, catalogue: str, now: datetime) -> tuple[str | None, bool]:
    """Migrate and load; return the version before, and whether the catalogue is a new one.

    Raises:
        CatalogueInUseError: it drops what is in use.
    """

    def wish(tx: Connection) -> tuple[str | None, bool]:
        before = migration.version_of(tx)
        migration.upgrade(tx)
        rows.index_missing(tx)
        return before, catalogues.load_new(tx, catalogue, now)

    return await store.write(wish)
