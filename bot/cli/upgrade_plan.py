"""The plan of `imi-bot init`: which migrations run, where the backup goes, and what changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, make_url

from bot.database import NotReadyError, obstacle, open_database, sqlite_file
from bot.settings.settings import Settings
from core.catalogue import rows as catalogues
from core.store import migration
from core.store.migration import Migration

ROLLING = "Processes of the installed version keep working: replace them one after the other."
STOP_FIRST = "Stop every process of the installed version first: the new tables do not fit it."


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for a database; `version` is None if there are no tables yet."""

    version: str | None
    migrations: tuple[Migration, ...]
    new_catalogue: bool

    @property
    def is_of_a_newer_release(self) -> bool:
        """Return whether a newer imi-bot has migrated the database; then nothing is done."""
        return self.version is not None and migration.is_newer(self.version)

    @property
    def needs_backup(self) -> bool:
        """Return whether there are tables, and migrations will change them."""
        return self.version is not None and bool(self.migrations)


async def plan_of(settings: Settings, catalogue: str) -> Plan:
    """Return the plan of `imi-bot init`; change nothing, and make no new file.

    Raises:
        NotReadyError: the tables cannot be migrated; the text says why.
    """
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return Plan(None, migration.pending(None), new_catalogue=True)

    def plan(tx: Connection) -> Plan:
        version = migration.version_of(tx)
        if problem := obstacle(tx, version):
            raise NotReadyError(problem)
        changed = version is None or catalogues.newest(tx) != catalogue
        return Plan(version, migration.pending(version), changed)

    async with open_database(settings, must_exist=True) as store:
        return await store.read(plan)


def backup_file(settings: Settings, plan: Plan, now: datetime) -> Path | None:
    """Return the name of the new backup; None if no directory is known, as on PostgreSQL."""
    file = sqlite_file(settings)
    folder = settings.imi_backup_directory or (file and file.parent)
    if folder is None:
        return None
    stem = file.stem if file else make_url(settings.imi_database_url).database
    return folder / f"{stem}-{plan.version}-{now:%Y%m%dT%H%M%SZ}.backup.gz"


def plan_lines(plan: Plan, backup: Path | None) -> Iterator[str]:
    """Yield the plan, in sentences and a line for each migration."""
    newest = migration.newest_version()
    if plan.is_of_a_newer_release:
        yield newer_text(plan)
        return
    if plan.version is None:
        yield f"The database has no tables: version {newest} will be created."
    elif not plan.migrations:
        yield f"The database has version {newest}, as this imi-bot needs. No migration will run."
    else:
        yield from _migration_lines(plan)
        yield f"Backup before them: {backup or 'none'}"
    yield f"Catalogue: {'will be loaded' if plan.new_catalogue else 'as before'}."


def newer_text(plan: Plan) -> str:
    """Return that a newer release has migrated the database, which this one can use."""
    return f"Tables: version {plan.version}, of a newer imi-bot; this one works with them."


def _migration_lines(plan: Plan) -> Iterator[str]:
    needed = plan.migrations[-1].version
    yield f"The database has version {plan.version}; this imi-bot needs {needed}."
    yield "These migrations will run:"
    for each in plan.migrations:
        yield f"  {each.version}  {each.summary}"
    oldest = max(each.oldest_reader for each in plan.migrations)
    if str(plan.version) >= oldest:
        yield ROLLING
    else:
        yield STOP_FIRST
