"""`imi-bot user show`: shows one user, without any secret."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.database import open_ready_database
from bot.settings.settings import Settings
from core.users.rows import users
from core.users.rules import User
from core.users.status import account_state, blocked_until, shown_password_state

app = typer.Typer(help="Users.", no_args_is_help=True)


@app.callback()
def _user() -> None:
    """Users."""


@app.command()
def show(
    username: Annotated[str, typer.Argument(help="The username.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Show a user's status, password state and roles."""
    settings = settings_or_exit()
    details = run_or_exit(lambda: _details(settings, username))
    if as_json:
        typer.echo(json.dumps(details, ensure_ascii=False, indent=2))
        return
    for name, value in details.items():
        typer.echo(f"{name}: {', '.join(value) if isinstance(value, list) else value}")


async def _details(settings: Settings, username: str) -> dict[str, object]:
    async with open_ready_database(settings) as (store, _):
        user = await store.read(lambda tx: users.find_by_username(tx, username.strip().lower()))
    if user is None:
        raise failure("No user has this username.")
    return user_details(user, datetime.now(UTC))


def user_details(user: User, now: datetime) -> dict[str, object]:
    """Return the details that may be shown: states as in D1, roles as `MODULE:ROLE`."""
    expires, signed_in = user.status.expires_at, user.last_signed_in_at
    blocked = blocked_until(user.status, now)
    return {
        "username": user.username,
        "name": user.full_name,
        "language": user.language,
        "account": account_state(user.status).value,
        "password": shown_password_state(user.status, now).value,
        "blocked_in_new_browsers_until": None if blocked is None else blocked.isoformat(),
        "password_until": None if expires is None else expires.isoformat(),
        "last_sign_in": None if signed_in is None else signed_in.isoformat(),
        "administrator": user.administrator,
        "roles": [str(role) for role in user.roles],
    }
