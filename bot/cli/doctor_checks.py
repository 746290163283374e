"""The checks of database and Slack channels for `imi-bot doctor`, and all warnings that it prints.

Tokens are checked in `doctor`, mail in `mail_check`, and the clock in `clock_check`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from sqlalchemy import Connection
from sqlalchemy import text as sql

from bot.cli.failures import expected_error_text
from bot.cli.slack_lookup import HOW_TO_FIND_A_CHANNEL
from bot.database import configured_catalogue, open_database, require_rulebook, unknown_audit_key
from bot.settings.checks import is_loopback_url
from bot.settings.settings import Settings
from bot.slack.directory import Channel, open_directory
from bot.slack.errors import SlackRefused, SlackUnreachable
from core.authorities.rows import authorities
from core.catalogue.load import CatalogueError
from core.schema.tables import TABLES
from core.secret import Secret
from core.store import migration
from core.store.dialect import is_postgres
from core.users.rows import linked, queries

MAX_NAMED = 5


class Check(StrEnum):
    """The names of checks and warnings in `imi-bot doctor --json`; they stay as they are."""

    SETTINGS = "settings"
    DATABASE = "database"
    AUDIT_KEY = "audit_key"
    BOT_TOKEN = "slack_bot_token"  # noqa: S105 - a name
    APP_TOKEN = "slack_app_token"  # noqa: S105 - a name
    AUDIT_CHANNEL = "audit_channel"
    COMMISSION_CHANNEL = "commission_channel"
    CLOCK = "clock"
    MAIL = "mail"
    PUBLIC_URL = "public_url"
    OTHER_WORKSPACE = "users_of_another_workspace"
    WITHOUT_ADMINISTRATOR = "authorities_without_administrator"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check; if it failed, the text says what to do.

    If the text names a channel or the workspace, `nameless_text` is the same without the name.
    """

    check: Check
    ok: bool
    text: str
    nameless_text: str | None = None

    def without_names(self) -> Self:
        """Return the result with a text that names no channel and no workspace."""
        return self if self.nameless_text is None else replace(self, text=self.nameless_text)


@dataclass(frozen=True, slots=True)
class DoctorWarning:
    """A problem that is no error of the set-up, but keeps users from working."""

    check: Check
    text: str


async def check_database(settings: Settings) -> CheckResult:
    """Check that the database can be read, is undamaged, and is of this version."""
    try:
        configured_catalogue(settings)
        async with open_database(settings, must_exist=True) as store:
            await require_rulebook(store, settings)
            problem = await store.read(_damage)
            unknown_key = await unknown_audit_key(store, settings)
    except CatalogueError as error:
        return CheckResult(Check.DATABASE, ok=False, text=f"database: IMI_CATALOGUE: {error}")
    except Exception as error:
        message = expected_error_text(error)
        if message is None:
            raise
        return CheckResult(Check.DATABASE, ok=False, text=f"database: {message}")
    if problem:
        return CheckResult(Check.DATABASE, ok=False, text=f"database: IMI_DATABASE_URL: {problem}.")
    if unknown_key is not None:
        return CheckResult(Check.AUDIT_KEY, ok=False, text=f"audit trail: {unknown_key}")
    text = "database: tables and catalogue are of this version"
    return CheckResult(Check.DATABASE, ok=True, text=text)


async def warnings_of(settings: Settings) -> list[DoctorWarning]:
    """Return warnings of problems that are no errors of the set-up, but keep users from working."""
    found = list(_warnings_of_settings(settings))
    try:
        team_id = await _team_id(settings)
        async with open_database(settings, must_exist=True) as store:
            found += await store.read(lambda tx: [*_warnings_of_users(tx, team_id)])
    except Exception as error:
        # The checks have reported this error already.
        if expected_error_text(error) is None:
            raise
    return found


async def check_channels(settings: Settings) -> list[CheckResult]:
    """Check that the channels in the settings exist and that the bot can see them."""
    named = {
        Check.AUDIT_CHANNEL: settings.imi_audit_channel,
        Check.COMMISSION_CHANNEL: settings.imi_commission_channel,
    }
    chosen = {check: channel_id for check, channel_id in named.items() if channel_id}
    if not chosen:
        return []
    results = []
    token = Secret(settings.slack_bot_token.get_secret_value())
    try:
        async with open_directory(token, settings.slack_api_url) as directory:
            for check, channel_id in chosen.items():
                results.append(_channel_result(check, await directory.channel(channel_id)))
    except (SlackRefused, SlackUnreachable):
        # The check of the token has reported this error already; earlier results are kept.
        pass
    return results


def _channel_result(check: Check, channel: Channel | None) -> CheckResult:
    setting = f"slack: IMI_{check.upper()}"
    if channel is None:
        problem = "Slack has no such channel, or it is private and the bot is not in it."
        return CheckResult(check, ok=False, text=f"{setting}: {problem} {HOW_TO_FIND_A_CHANNEL}")
    message = f" is archived. {HOW_TO_FIND_A_CHANNEL}" if channel.archived else ""
    return CheckResult(
        check,
        ok=not channel.archived,
        text=f"{setting}: #{channel.name}{message}",
        nameless_text=f"{setting}: the channel{message or ' is there'}",
    )


def _damage(tx: Connection) -> str | None:
    if lacking := migration.missing_columns(tx, TABLES):
        return f"the tables are not those of this version: {lacking[0]} is missing"
    if not is_postgres(tx) and tx.scalar(sql("PRAGMA quick_check(1)")) != "ok":
        return "the file is damaged. Stop the bot and restore the newest backup: imi-bot restore"
    return None


def _warnings_of_settings(settings: Settings) -> Iterator[DoctorWarning]:
    if is_loopback_url(settings.imi_public_url):
        yield DoctorWarning(
            Check.PUBLIC_URL,
            "portal: IMI_PUBLIC_URL is on this machine: the links in letters and messages open"
            " nowhere else",
        )


async def _team_id(settings: Settings) -> str:
    token = Secret(settings.slack_bot_token.get_secret_value())
    async with open_directory(token, settings.slack_api_url) as directory:
        return directory.team_id


def _warnings_of_users(tx: Connection, team_id: str) -> Iterator[DoctorWarning]:
    elsewhere = linked.elsewhere(tx, team_id)
    if elsewhere:
        yield DoctorWarning(
            Check.OTHER_WORKSPACE,
            f"users: {len(elsewhere)} are linked to another workspace and cannot act. Link them:"
            " imi-bot user link --from-file",
        )
    lost = queries.authorities_without_acting_administrator(tx)
    if lost:
        names = [authorities.require(tx, number).official_name for number in lost[:MAX_NAMED]]
        yield DoctorWarning(
            Check.WITHOUT_ADMINISTRATOR,
            f"users: {len(lost)} authorities have no administrator who can act in Slack, such as"
            f" {'; '.join(names)}. Link one: imi-bot user link",
        )
