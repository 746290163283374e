"""The parts of a support bundle: versions, settings, findings, health and metrics.

No part holds a secret or personal data: values of settings are shown only if they are numbers or
one of a few words, and the database gives counts, names of jobs and kinds of errors.
"""

import json
import platform
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from importlib.metadata import distributions
from typing import Any

import aiohttp
from sqlalchemy import Connection

from bot.cli.doctor import examine
from bot.cli.running_bot import url_of
from bot.database import NotReadyError, open_database
from bot.settings.settings import Settings
from core.health import row_counts, service
from core.store import migration
from core.store.outages import DatabaseUnavailableError

TIMEOUT_SECONDS = 5
MASKED = "(set, not shown)"


def as_text(content: object) -> str:
    """Return the content as JSON that people can read."""
    return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"


def versions() -> str:
    """Return the versions of the product, of its tables, of Python and of every package."""
    packages = {each.name: each.version for each in distributions()}
    return as_text(
        {
            "imi-bot": packages.get("imi-bot"),
            "schema": migration.newest_version(),
            "python": platform.python_version(),
            "system": platform.platform(),
            "packages": dict(sorted(packages.items())),
        }
    )


def settings_overview(settings: Settings) -> str:
    """Return each setting with its value, or with only whether it is set and is not the default."""
    return as_text({name.upper(): _shown(settings, name) for name in Settings.model_fields})


def _shown(settings: Settings, name: str) -> object:
    value = getattr(settings, name)
    if isinstance(value, Enum | bool | int | float):
        return getattr(value, "value", value)
    if value in {None, ""}:
        return None
    if value == Settings.model_fields[name].default:
        return "(default)"
    return MASKED


async def findings(settings: Settings) -> str:
    """Return what `imi-bot doctor --json` prints, without names of channels and authorities."""
    found = await examine(settings)
    report = json.loads(found.without_names().as_json())
    # Their texts name authorities.
    report["warnings"] = [warning.check for warning in found.warnings]
    return as_text(report)


async def health(settings: Settings, now: datetime) -> str:
    """Return jobs, outbox, faults and counts of rows; or why the database does not give them."""

    def read(tx: Connection) -> dict[str, Any]:
        version = tx.dialect.server_version_info or ()
        return {
            "database": {"kind": tx.dialect.name, "version": ".".join(map(str, version))},
            "schema": migration.version_of(tx),
            "health": asdict(service.current_health(tx, now)),
            "rows": row_counts.rows_by_table(tx),
            "deliveries": row_counts.deliveries_by_state(tx),
        }

    try:
        async with open_database(settings, must_exist=True) as store:
            if not await store.read(migration.is_usable):
                found = await store.read(migration.version_of)
                return as_text({"schema": found, "problem": "of another version"})
            return as_text(await store.read(read))
    except (NotReadyError, DatabaseUnavailableError) as error:
        return as_text({"problem": str(error)})


async def page_of_the_running_bot(settings: Settings, path: str) -> str:
    """Return the answer of the bot that runs on this machine at the path, or that none runs."""
    token = settings.imi_metrics_token
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    url = url_of(settings.imi_http_host, settings.imi_http_port, path)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, headers=headers) as answer,
        ):
            return f"# status {answer.status}\n{await answer.text()}"
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return f"# No bot answers on this machine ({type(error).__name__}).\n"
