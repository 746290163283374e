"""`imi-bot user show` and `user list`: print users, with the states of account and password.

No secret is printed.
"""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli import user_link
from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.administration import registration as authority_registration
from core.authorities.rows import titles
from core.languages.names import full_name
from core.users.rows import queries, users
from core.users.rules import User
from core.users.status import account_state, blocked_until, shown_password_state

app = typer.Typer(help="Users.", no_args_is_help=True)

app.command("link")(user_link.link)


@app.callback()
def _user() -> None:
    """Users."""


@app.command()
def show(
    username: Annotated[str, typer.Argument(help="The username.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Show a user's status, password state and roles."""
    settings = settings_or_exit(LocalSettings)
    details = run_or_exit(lambda: _details(settings, username))
    if as_json:
        typer.echo(json.dumps(details, ensure_ascii=False, indent=2))
        return
    for name, value in details.items():
        typer.echo(f"{name}: {_text_of(name, value)}")


@app.command("list")
def list_users(
    authority: Annotated[str, typer.Option(help="Only of the authority with this name.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """List the users: username, name, states, Slack member, authority."""
    settings = settings_or_exit(LocalSettings)
    listed = run_or_exit(lambda: _listed(settings, authority))
    if as_json:
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for one in listed:
        typer.echo("  ".join(_text_of(name, value) for name, value in one.items()))
    typer.echo(f"{len(listed)} users.")


async def _listed(settings: Settings, authority: str) -> list[dict[str, object]]:
    async with open_ready_database(settings) as (store, _):
        now, name = datetime.now(UTC), authority
        return await store.read(lambda tx: _lines(tx, name, now))


def _lines(tx: Connection, official_name: str, now: datetime) -> list[dict[str, object]]:
    names = dict(titles.official_names(tx))
    if official_name:
        chosen = authority_registration.find_by_name(tx, official_name)
        if chosen is None:
            raise failure("--authority: no authority has this official name.")
        names = {chosen.id: chosen.official_name}
    acting = queries.acting_ids(tx)
    return [
        _line(user, name, now, can_act=user.id in acting)
        for authority_id, name in names.items()
        for user in queries.all_of(tx, authority_id)
    ]


def _line(user: User, authority: str, now: datetime, *, can_act: bool) -> dict[str, object]:
    return {
        "username": user.username,
        "name": full_name(user, "en"),
        "account": account_state(user.status).value,
        "password": shown_password_state(user.status, now).value,
        "administrator": user.administrator,
        "member": None if user.member is None else user.member.member_id,
        "active_in_slack": can_act,
        "authority": authority,
    }


def _text_of(name: str, value: object) -> str:
    """Return the value as people read it."""
    if value is None:
        return {
            "last_sign_in": "never",
            "password_until": "no password yet",
            "blocked_in_new_browsers_until": "not blocked",
        }.get(name, "–")
    if name == "administrator":
        return "administrator" if value else "–"
    if name == "active_in_slack":
        return "active in Slack" if value else "not active in Slack"
    return (", ".join(map(str, value)) or "–") if isinstance(value, list) else str(value)


async def _details(settings: Settings, username: str) -> dict[str, object]:
    async with open_ready_database(settings) as (store, _):
        user = await store.read(lambda tx: users.find_by_username(tx, username.strip().lower()))
    if user is None:
        raise failure("No user has this username. They are listed by: imi-bot user list")
    return user_details(user, datetime.now(UTC))


def user_details(user: User, now: datetime) -> dict[str, object]:
    """Return the details that may be shown: states as in D1, roles as `MODULE:ROLE`."""
    expires, signed_in = user.status.expires_at, user.last_signed_in_at
    blocked = blocked_until(user.status, now)
    return {
        "username": user.username,
        "name": full_name(user, "en"),
        "language": user.language,
        "account": account_state(user.status).value,
        "password": shown_password_state(user.status, now).value,
        "blocked_in_new_browsers_until": None if blocked is None else blocked.isoformat(),
        "password_until": None if expires is None else expires.isoformat(),
        "last_sign_in": None if signed_in is None else signed_in.isoformat(),
        "administrator": user.administrator,
        "roles": [str(role) for role in user.roles],
    }
