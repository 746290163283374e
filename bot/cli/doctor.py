"""`imi-bot doctor`: checks settings, database, Slack and mail, and prints the results."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import typer
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.clock_check import check_clock
from bot.cli.doctor_checks import Check, CheckResult, check_channels, check_database, warnings_of
from bot.cli.doctor_report import DoctorReport
from bot.cli.failures import settings_or_exit
from bot.cli.mail_check import check_mail
from bot.cli.slack_lookup import HOW_TO_FIND_A_CHANNEL, HOW_TO_FIND_A_MEMBER
from bot.settings.settings import Settings, SettingsError, read_settings
from bot.slack.advice import app_token_advice, bot_token_advice, unreachable_text
from bot.slack.connection import slack_client
from bot.slack.manifest import required_scopes
from core.secret import Secret

_HOW_TO_FIND = f"\n      {HOW_TO_FIND_A_MEMBER}\n      {HOW_TO_FIND_A_CHANNEL}"


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check settings, database, Slack and mail; exit code 1 if one of them is wrong."""
    report = _examine_or_exit(as_json=as_json)
    if as_json:
        typer.echo(report.as_json())
    else:
        _print(report)
    if not report.ok:
        raise typer.Exit(1)


async def examine(settings: Settings) -> DoctorReport:
    """Run all checks, and return what they found."""
    results = [CheckResult(Check.SETTINGS, ok=True, text="settings")]
    results.append(await check_database(settings))
    results += [result async for result in _check_slack(settings)]
    results += await check_clock(settings)
    results += await check_channels(settings)
    results.append(await check_mail(settings))
    return DoctorReport(tuple(results), tuple(await warnings_of(settings)))


def _examine_or_exit(*, as_json: bool) -> DoctorReport:
    if not as_json:
        settings = settings_or_exit()
        return asyncio.run(examine(settings))
    try:
        settings = read_settings()
    except SettingsError as error:
        # Each of its sentences names a setting; none quotes a value.
        return DoctorReport((CheckResult(Check.SETTINGS, ok=False, text=str(error)),), ())
    return asyncio.run(examine(settings))


def _print(report: DoctorReport) -> None:
    for result in report.results:
        typer.echo(f"{'ok   ' if result.ok else 'wrong'} {result.text}")
    for warning in report.warnings:
        typer.echo(f"warn  {warning.text}")


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
        text = f"slack: SLACK_BOT_TOKEN: {code}. {bot_token_advice(code)}"
        return CheckResult(Check.BOT_TOKEN, ok=False, text=text)
    except (SlackClientError, ClientError, OSError) as error:
        return _unreachable(Check.BOT_TOKEN, error)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")}
    missing = sorted(required_scopes() - granted)
    if missing:
        text = f"slack: the app lacks {', '.join(missing)}; install it again from manifest.yml"
        return CheckResult(Check.BOT_TOKEN, ok=False, text=text)
    text = f"slack: {answer['team']}, every scope of the manifest{_HOW_TO_FIND}"
    nameless_text = "slack: every scope of the manifest"
    return CheckResult(Check.BOT_TOKEN, ok=True, text=text, nameless_text=nameless_text)


def _unreachable(check: Check, error: Exception) -> CheckResult:
    return CheckResult(check, ok=False, text=f"slack: {unreachable_text(type(error).__name__)}")


async def _check_app_token(client: AsyncWebClient, token: str) -> CheckResult:
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        code = str(error.response["error"])
        text = f"slack: SLACK_APP_TOKEN: {code}. {app_token_advice(code)}"
        return CheckResult(Check.APP_TOKEN, ok=False, text=text)
    except (SlackClientError, ClientError, OSError) as error:
        return _unreachable(Check.APP_TOKEN, error)
    return CheckResult(Check.APP_TOKEN, ok=True, text="slack: Socket Mode opens")
