"""`imi-bot doctor`: checks settings, database, Slack and mail, and prints the results."""

import asyncio
from collections.abc import AsyncIterator

import typer
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.clock_check import check_clock
from bot.cli.doctor_checks import CheckResult, check_channels, check_database, warnings_of
from bot.cli.failures import settings_or_exit
from bot.cli.mail_check import check_mail
from bot.cli.slack_lookup import HOW_TO_FIND_A_CHANNEL, HOW_TO_FIND_A_MEMBER
from bot.settings.settings import Settings
from bot.slack.advice import app_token_advice, bot_token_advice, unreachable_text
from bot.slack.client import slack_client
from bot.slack.manifest import required_scopes
from core.secret import Secret


def doctor() -> None:
    """Check settings, database, Slack and mail; exit code 1 if one of them is wrong."""
    settings = settings_or_exit()
    typer.echo("ok    settings")
    results = asyncio.run(_check(settings))
    for result in results:
        typer.echo(f"{'ok   ' if result.ok else 'wrong'} {result.text}")
    for warning in asyncio.run(warnings_of(settings)):
        typer.echo(f"warn  {warning}")
    if not all(result.ok for result in results):
        raise typer.Exit(1)


async def _check(settings: Settings) -> list[CheckResult]:
    results = [await check_database(settings)]
    results += [result async for result in _check_slack(settings)]
    results += await check_clock(settings)
    results += await check_channels(settings)
    return [*results, await check_mail(settings)]


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
        code = str(error.response["error"])
        return CheckResult(
            ok=False, text=f"slack: SLACK_BOT_TOKEN: {code}. {bot_token_advice(code)}"
        )
    except (SlackClientError, ClientError, OSError) as error:
        return _unreachable(error)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")}
    missing = sorted(required_scopes() - granted)
    if missing:
        scopes = ", ".join(missing)
        return CheckResult(
            ok=False, text=f"slack: the app lacks {scopes}; install it again from manifest.yml"
        )
    found = f"slack: {answer['team']}, every scope of the manifest"
    return CheckResult(
        ok=True, text=f"{found}\n      {HOW_TO_FIND_A_MEMBER}\n      {HOW_TO_FIND_A_CHANNEL}"
    )


def _unreachable(error: Exception) -> CheckResult:
    return CheckResult(ok=False, text=f"slack: {unreachable_text(type(error).__name__)}")


async def _check_app_token(client: AsyncWebClient, token: str) -> CheckResult:
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        code = str(error.response["error"])
        return CheckResult(
            ok=False, text=f"slack: SLACK_APP_TOKEN: {code}. {app_token_advice(code)}"
        )
    except (SlackClientError, ClientError, OSError) as error:
        return _unreachable(error)
    return CheckResult(ok=True, text="slack: Socket Mode opens")
