"""`imi-bot authority register`: registers an authority with its first user."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from slack_sdk.errors import SlackApiError

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.settings.settings import Settings
from bot.slack.client import slack_client
from core.administration import registration as authority_registration
from core.administration.registration import AuthorityRegistrationRequest
from core.authorities.registration_form import AuthorityForm
from core.members.rules import MemberKey
from core.secret import Secret
from core.store.store import Store
from core.users.rules import User, UserForm

app = typer.Typer(help="Authorities.", no_args_is_help=True)


@app.callback()
def _authority() -> None:
    """Authorities."""


@app.command()
def register(  # noqa: PLR0913, PLR0917 - one parameter an option, as typer reads them
    official_name: Annotated[str, typer.Option(help="Official name; never translated.")],
    email: Annotated[str, typer.Option(help="The authority's e-mail address.")],
    country: Annotated[str, typer.Option(help="Two-letter code, such as DK.")],
    first_name: Annotated[str, typer.Option(help="The first user's first name.")],
    last_name: Annotated[str, typer.Option(help="The first user's last name.")],
    user_email: Annotated[str, typer.Option(help="The first user's own e-mail address.")],
    informal_title: Annotated[
        str, typer.Option(help="Short name; default: the official name.")
    ] = "",
    module: Annotated[list[str] | None, typer.Option(help="A module's code; repeatable.")] = None,
    access_manager: Annotated[bool, typer.Option("--access-manager")] = False,  # noqa: FBT002 - a flag
    team_channel: Annotated[str | None, typer.Option(help="Slack channel id (C…).")] = None,
    managed_by: Annotated[
        str, typer.Option(help="Official name of the access manager that manages it.")
    ] = "",
    language: Annotated[str, typer.Option(help="The first user's working language.")] = "en",
    phone: Annotated[str, typer.Option(help="The first user's telephone number.")] = "",
    username: Annotated[str, typer.Option(help="The username; default: a proposed one.")] = "",
    member: Annotated[str | None, typer.Option(help="The first user's Slack id (U…).")] = None,
) -> None:
    """Register an authority with its first user, who gets every role (R6-R8)."""
    authority = AuthorityForm(
        official_name,
        informal_title or official_name,
        email,
        country,
        tuple(module or ()),
        access_manager,
        team_channel,
    )
    person = UserForm(first_name, last_name, language, user_email, phone, username)
    settings = settings_or_exit()
    user = run_or_exit(lambda: _register(settings, authority, person, member, managed_by))
    _print(user)


async def _register(
    settings: Settings,
    authority: AuthorityForm,
    person: UserForm,
    member: str | None,
    managed_by: str,
) -> User:
    key = None
    if member is not None:
        key = MemberKey(await _require_team_id(settings), member)
    async with open_ready_database(settings) as (store, rulebook):
        manager_id = await _find_manager_id(store, managed_by)
        request = AuthorityRegistrationRequest(
            replace(authority, manager_id=manager_id), replace(person, member=key)
        )
        now = datetime.now(UTC)
        return await store.write(
            lambda tx: authority_registration.register_from_command_line(tx, request, rulebook, now)
        )


async def _find_manager_id(store: Store, official_name: str) -> int | None:
    """Return the access manager's id, None for an empty name; an unknown name ends the command."""
    if not official_name:
        return None
    manager = await store.read(lambda tx: authority_registration.find_by_name(tx, official_name))
    if manager is None or not manager.access_manager or manager.removed_at is not None:
        raise failure("--managed-by: no access manager has this official name.")
    return manager.id


async def _require_team_id(settings: Settings) -> str:
    token = Secret(settings.slack_bot_token.get_secret_value())
    async with slack_client(token, settings.slack_api_url) as client:
        try:
            return str((await client.auth_test())["team_id"])
        except SlackApiError as error:
            raise failure(f"SLACK_BOT_TOKEN: Slack says {error.response['error']}.") from None


def _print(user: User) -> None:
    typer.echo(f"Registered {user.full_name} with every role.")
    typer.echo("The temporary password goes out by e-mail as soon as `imi-bot run` runs.")
    if user.member is None:
        typer.echo(f"Username: {user.username} (tell it in person or by phone, never by e-mail).")
    else:
        typer.echo("The username goes out by Slack DM.")
