"""`imi-bot doctor`: one line for each thing the product depends on, and an exit code."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import typer
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.failures import settings_or_exit
from bot.database import NotReadyError, open_database, require_rulebook
from bot.mail.smtp import MailRefused, MailUnreachable, mailer_from
from bot.settings.settings import Settings
from bot.slack.client import slack_client
from bot.slack.manifest import required_scopes
from core.catalogue.load import CatalogueError
from core.secret import Secret
from core.store.store import DatabaseUrlError

OPEN_METRICS = (
    "metrics: without IMI_METRICS_TOKEN this machine may read them, and so may whoever a proxy on "
    "it lets through"
)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was looked at, whether it is well, and what to do if not."""

    well: bool
    text: str


def doctor() -> None:
    """Check settings, database, Slack and mail; exit code 1 if a check fails."""
    settings = settings_or_exit()
    typer.echo("ok    settings")
    findings = asyncio.run(_look(settings))
    for finding in findings:
        typer.echo(f"{'ok   ' if finding.well else 'wrong'} {finding.text}")
    if settings.imi_trusted_proxies and settings.imi_metrics_token is None:
        typer.echo(f"warn  {OPEN_METRICS}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


async def _look(settings: Settings) -> list[CheckResult]:
    findings = [await _database(settings)]
    findings += [finding async for finding in _slack(settings)]
    return [*findings, await _mail(settings)]


async def _database(settings: Settings) -> CheckResult:
    try:
        async with open_database(settings) as store:
            await require_rulebook(store, settings)
    except (NotReadyError, DatabaseUrlError, CatalogueError) as error:
        return CheckResult(well=False, text=f"database: {error}")
    return CheckResult(well=True, text="database: tables and catalogue are of this version")


async def _slack(settings: Settings) -> AsyncIterator[CheckResult]:
    token = Secret(settings.slack_bot_token.get_secret_value())
    async with slack_client(token, settings.slack_api_url) as client:
        yield await _bot_token(client)
        if settings.slack_app_token is not None:
            yield await _app_token(client, settings.slack_app_token.get_secret_value())


async def _bot_token(client: AsyncWebClient) -> CheckResult:
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        return CheckResult(well=False, text=f"slack: SLACK_BOT_TOKEN: {error.response['error']}")
    except (SlackClientError, OSError) as error:
        return _unreachable(error)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")}
    lacking = sorted(required_scopes() - granted)
    if lacking:
        wanted = ", ".join(lacking)
        return CheckResult(
            well=False, text=f"slack: the app lacks {wanted}; install it anew from manifest.yml"
        )
    return CheckResult(well=True, text=f"slack: {answer['team']}, every scope of the manifest")


def _unreachable(error: Exception) -> CheckResult:
    kind = type(error).__name__
    return CheckResult(well=False, text=f"slack: SLACK_API_URL cannot be reached ({kind})")


async def _app_token(client: AsyncWebClient, token: str) -> CheckResult:
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return CheckResult(well=False, text=f"slack: SLACK_APP_TOKEN: {error.response['error']}")
    except (SlackClientError, OSError) as error:
        return _unreachable(error)
    return CheckResult(well=True, text="slack: Socket Mode opens")


async def _mail(settings: Settings) -> CheckResult:
    try:
        await mailer_from(settings).greeting()
    except (MailRefused, MailUnreachable) as error:
        return CheckResult(well=False, text=f"mail: IMI_SMTP_URL: {error}")
    return CheckResult(well=True, text="mail: the server greets")
