"""`imi-bot doctor`: checks settings, database, Slack and mail, and prints a line about each."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import typer
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.failures import settings_or_exit
from bot.cli.mail_check import check_mail
from bot.database import NotReadyError, open_database, require_rulebook
from bot.settings.settings import Settings
from bot.slack.client import slack_client
from bot.slack.manifest import required_scopes
from core.catalogue.load import CatalogueError
from core.secret import Secret
from core.store.store import DatabaseUrlError


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check; if it failed, the text says what to do."""

    ok: bool
    text: str


def doctor() -> None:
    """Check settings, database, Slack and mail; exit code 1 if one of them is wrong."""
    settings = settings_or_exit()
    typer.echo("ok    settings")
    results = asyncio.run(_check(settings))
    for result in results:
        typer.echo(f"{'ok   ' if result.ok else 'wrong'} {result.text}")
    if not all(result.ok for result in results):
        raise typer.Exit(1)


async def _check(settings: Settings) -> list[CheckResult]:
    results = [await _check_database(settings)]
    results += [result async for result in _check_slack(settings)]
    return [*results, await _check_mail(settings)]


async def _check_database(settings: Settings) -> CheckResult:
    try:
        async with open_database(settings) as store:
            await require_rulebook(store, settings)
    except (NotReadyError, DatabaseUrlError, CatalogueError) as error:
        return CheckResult(ok=False, text=f"database: {error}")
    return CheckResult(ok=True, text="database: tables and catalogue are of this version")


async def _check_slack(settings: Settings) -> AsyncIterator[CheckResult]:
    token = Secret(settings.slack_bot_token.get_secret_value())
    async with slack_client(token, settings.slack_api_url) as client:
        yield await _check_bot_token(client)
        if settings.slack_app_token is not None:
            yield await _check_app_token(client, settings.slack_app_token.get_secret_value())


async def _check_bot_token(client: AsyncWebClient) -> CheckResult:
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        return CheckResult(ok=False, text=f"slack: SLACK_BOT_TOKEN: {error.response['error']}")
    except (SlackClientError, OSError) as error:
        return _unreachable(error)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")}
    missing = sorted(required_scopes() - granted)
    if missing:
        scopes = ", ".join(missing)
        return CheckResult(
            ok=False, text=f"slack: the app lacks {scopes}; install it again from manifest.yml"
        )
    return CheckResult(ok=True, text=f"slack: {answer['team']}, every scope of the manifest")


def _unreachable(error: Exception) -> CheckResult:
    kind = type(error).__name__
    return CheckResult(ok=False, text=f"slack: SLACK_API_URL cannot be reached ({kind})")


async def _check_app_token(client: AsyncWebClient, token: str) -> CheckResult:
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return CheckResult(ok=False, text=f"slack: SLACK_APP_TOKEN: {error.response['error']}")
    except (SlackClientError, OSError) as error:
        return _unreachable(error)
    return CheckResult(ok=True, text="slack: Socket Mode opens")


async def _check_mail(settings: Settings) -> CheckResult:
    ok, text = await check_mail(settings)
    return CheckResult(ok=ok, text=text)
