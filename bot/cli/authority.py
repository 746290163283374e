"""`imi-bot authority`: registers an authority with its first user; hands authorities over."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.authority_hand_over import hand_over
from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.cli.slack_lookup import confirm_member, directory_or_exit, require_channel, require_member
from bot.database import open_ready_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.accounts import slack_members
from core.administration import registration as authority_registration
from core.administration.registration import AuthorityRegistrationRequest
from core.authorities.registration_form import AuthorityForm
from core.languages.names import full_name
from core.members.rules import Member
from core.store.store import Store
from core.users.rules import User, UserForm

_ACCESS_MANAGER = (
    "It manages the access of other authorities: its administrators register them in Slack."
)

WITHOUT_SLACK = (
    "Ids are looked up there before anything is registered. Fix that, or leave --member and"
    " --team-channel out: the first user is then linked at their first command in Slack by the"
    " confirmed address there, or later by: imi-bot user link"
)
NOT_LINKED = (
    "They are linked to Slack at their first command there, if their confirmed address in Slack is"
    " the one above; otherwise by: imi-bot user link USERNAME MEMBER"
)

app = typer.Typer(help="Authorities.", no_args_is_help=True)


app.command("hand-over")(hand_over)


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
    access_manager: Annotated[bool, typer.Option("--access-manager", help=_ACCESS_MANAGER)] = False,  # noqa: FBT002 - a flag
    team_channel: Annotated[
        str | None, typer.Option(help="Slack channel id (C…), looked up in Slack.")
    ] = None,
    managed_by: Annotated[
        str, typer.Option(help="Official name of the access manager that manages it.")
    ] = "",
    language: Annotated[str, typer.Option(help="The first user's working language.")] = "en",
    phone: Annotated[str, typer.Option(help="The first user's telephone number.")] = "",
    username: Annotated[str, typer.Option(help="The username; default: a proposed one.")] = "",
    member: Annotated[
        str | None, typer.Option(help="The first user's Slack id (U…), looked up in Slack.")
    ] = None,
    authority_language: Annotated[
        list[str] | None,
        typer.Option(help="The authority's working language; repeatable. Default: --language."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Register an authority with its first user, who gets every role (R6-R8)."""
    languages = tuple(authority_language or (language,))
    authority = AuthorityForm(
        official_name,
        informal_title or official_name,
        email,
        country,
        tuple(module or ()),
        access_manager,
        language=languages[0],
        languages=languages,
    )
    person = UserForm(first_name, last_name, language, user_email, phone, username)
    settings = settings_or_exit(LocalSettings)
    in_slack = _SlackIds(member, team_channel, yes)
    user = run_or_exit(lambda: _register(settings, authority, person, in_slack, managed_by))
    _print(user)


@dataclass(frozen=True, slots=True)
class _SlackIds:
    """The ids in Slack as typed; `yes` if a member with another address needs no confirmation."""

    member: str | None
    team_channel: str | None
    yes: bool


async def _register(
    settings: Settings,
    authority: AuthorityForm,
    person: UserForm,
    in_slack: _SlackIds,
    managed_by: str,
) -> User:
    async with open_ready_database(settings) as (store, rulebook):
        manager_id = await _find_manager_id(store, managed_by)
        channel, member = await _look_up(settings, in_slack, person.email)
        request = AuthorityRegistrationRequest(
            replace(authority, manager_id=manager_id, team_channel=channel),
            replace(person, member=None if member is None else member.key),
        )
        now = datetime.now(UTC)

        def register_authority(tx: Connection) -> User:
            if member is not None:
                slack_members.save_member(tx, member)
            return authority_registration.register_from_command_line(tx, request, rulebook, now)

        return await store.write(register_authority)


async def _look_up(
    settings: Settings, in_slack: _SlackIds, email: str
) -> tuple[str | None, Member | None]:
    """Return the team channel and the first user's member, as far as they were given."""
    if not in_slack.member and not in_slack.team_channel:
        return None, None
    channel = member = None
    async with directory_or_exit(settings, WITHOUT_SLACK) as directory:
        if in_slack.member:
            member = await require_member(directory, in_slack.member, email, "--member")
            await confirm_member(directory, member, email, "--member", yes=in_slack.yes)
        if in_slack.team_channel:
            channel = await require_channel(directory, in_slack.team_channel, "--team-channel")
    return channel, member


async def _find_manager_id(store: Store, official_name: str) -> int | None:
    """Return the access manager's id, None for an empty name; an unknown name ends the command."""
    if not official_name:
        return None
    manager = await store.read(lambda tx: authority_registration.find_by_name(tx, official_name))
    if manager is None or not manager.access_manager or manager.removed_at is not None:
        raise failure("--managed-by: no access manager has this official name.")
    return manager.id


def _print(user: User) -> None:
    typer.echo(f"Registered {full_name(user, 'en')} with every role.")
    typer.echo("The temporary password goes out by e-mail as soon as `imi-bot run` runs.")
    if user.member is None:
        typer.echo(f"Username: {user.username} (tell it in person or by phone, never by e-mail).")
        typer.echo(NOT_LINKED)
    else:
        typer.echo("The username goes out by Slack DM.")
