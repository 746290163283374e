"""`imi-bot user link`: links one user to another Slack member, or many users from a file (D21).

The file is a CSV file with the members' old and new ids, for a move to another Slack workspace.
"""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.failures import failure, run_or_exit, settings_or_exit
from bot.cli.slack_lookup import (
    HOW_TO_FIND_A_MEMBER,
    MEMBER_ID,
    confirm_member,
    directory_or_exit,
    require_member,
)
from bot.database import open_ready_database
from bot.settings.local_settings import LocalSettings
from bot.settings.settings import Settings
from core.accounts import relinking, workspace_move
from core.accounts.workspace_move import MovedMember, MovePlan
from core.languages.names import full_name
from core.members.rules import Member
from core.users.rows import users
from core.users.rules import User

MAX_NAMED = 20
ADVICE = "Members are looked up there before they are linked. Fix that, and type the command again."
FORMAT = (
    "Write one member a row: the old id, a comma, semicolon or tab, and the new id; nothing else."
)


def link(
    username: Annotated[str, typer.Argument(help="The username.")] = "",
    member: Annotated[str, typer.Argument(help="The Slack id (U…) of the new account.")] = "",
    from_file: Annotated[
        Path | None, typer.Option(help="Moves all: a CSV file of old and new Slack ids.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report.")] = False,  # noqa: FBT002 - a flag
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Link a user to another Slack member, as after a return; with --from-file, all of them."""
    if (from_file is None) == (not username or not member):
        raise failure(
            "Write: imi-bot user link USERNAME MEMBER, or: imi-bot user link --from-file FILE"
        )
    settings = settings_or_exit(LocalSettings)
    if from_file is None:
        run_or_exit(
            lambda: _link_one(settings, username.strip().lower(), member, yes=yes, dry_run=dry_run)
        )
        return
    rows = _rows_in(from_file)
    run_or_exit(lambda: _move(settings, rows, dry_run=dry_run, yes=yes))


async def _link_one(
    settings: Settings, username: str, typed: str, *, yes: bool, dry_run: bool
) -> None:
    async with open_ready_database(settings) as (store, _):
        user = await store.read(lambda tx: users.find_by_username(tx, username))
        if user is None:
            raise failure("No user has this username. They are listed by: imi-bot user list")
        async with directory_or_exit(settings, ADVICE) as directory:
            member = await require_member(directory, typed, user.email, "MEMBER")
            await confirm_member(directory, member, user.email, "MEMBER", yes=yes)
        if dry_run:
            typer.echo(
                f"{full_name(user, 'en')} would be linked to {_shown(member)}. Nothing is changed."
            )
            return
        now = datetime.now(UTC)
        linked = await store.write(
            lambda tx: relinking.link_from_command_line(tx, username, member, now)
        )
    _report(user, linked, member)


def _report(before: User, after: User, member: Member) -> None:
    if before.member == after.member:
        typer.echo(f"{full_name(after, 'en')} is linked to {_shown(member)} already.")
        return
    typer.echo(f"{full_name(after, 'en')} is linked to {_shown(member)}.")
    if after.username_handed_over_at is None:
        typer.echo("The username goes out by Slack DM as soon as `imi-bot run` runs.")


async def _move(
    settings: Settings, rows: tuple[MovedMember, ...], *, dry_run: bool, yes: bool
) -> None:
    async with open_ready_database(settings) as (store, _):
        async with directory_or_exit(settings, ADVICE) as directory:
            present = await directory.members()
        planned = partial(
            workspace_move.plan, rows=rows, present=present, team_id=directory.team_id
        )
        expected = await store.read(planned)
        _require_faultless(expected)
        _print_plan(expected, directory.team)
        if dry_run or not expected.moves:
            typer.echo("Nothing is changed.")
            return
        if not yes:
            typer.confirm(f"Link {len(expected.moves)} to their new ids?", abort=True)
        done = await store.write(_carrying_out(planned, directory.team_id))
    _require_faultless(done)
    typer.echo(f"{len(done.moves)} linked. The ids of team channels are new too: /imi-authority.")


def _carrying_out(
    planned: Callable[[Connection], MovePlan], team_id: str
) -> Callable[[Connection], MovePlan]:
    """Return the operation that plans once more and carries out a plan without faults."""
    now = datetime.now(UTC)

    def carry_out(tx: Connection) -> MovePlan:
        move = planned(tx)
        if not move.faults:
            workspace_move.carry_out(tx, move, team_id, now)
        return move

    return carry_out


def _require_faultless(move: MovePlan) -> None:
    if move.faults:
        lines = [
            f"Row {moved.row} ({moved.old}, {moved.new}): {fault}." for moved, fault in move.faults
        ]
        raise failure("\n".join([*lines, "Nothing is changed."]))


def _print_plan(move: MovePlan, team: str) -> None:
    for user, member in move.moves[:MAX_NAMED]:
        old = "" if user.member is None else user.member.member_id
        typer.echo(f"{user.username}  {full_name(user, 'en')}: {old} → {_shown(member)}")
    if len(move.moves) > MAX_NAMED:
        typer.echo(f"and {len(move.moves) - MAX_NAMED} more")
    typer.echo(
        f"{len(move.moves)} to link to members of {team}, {move.done} linked already, "
        f"{move.no_users} in the file are no users of IMI."
    )
    if move.left_behind:
        typer.echo(
            f"{len(move.left_behind)} are linked to another workspace and not in the file; they"
            " cannot act until they are linked."
        )


def _rows_in(file: Path) -> tuple[MovedMember, ...]:
    """Return the rows of old and new ids; a first row without ids counts as their title."""
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise failure(f"{file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise failure(f"{file} is not in UTF-8. Save it as UTF-8.") from None
    lines = text.splitlines()
    delimiter = next((each for each in ";\t" if each in text), ",")
    rows, wrong = [], []
    for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), 1):
        ids = [cell.strip() for cell in cells]
        if not any(ids):
            continue
        if len(ids) == 2 and all(map(MEMBER_ID.fullmatch, ids)):  # noqa: PLR2004 - old and new
            rows.append(MovedMember(number, ids[0], ids[1]))
        elif number > 1 or any(map(MEMBER_ID.fullmatch, ids)):
            wrong.append(f"{file}, row {number}: these are not two Slack ids.")
    if wrong or not rows:
        raise failure("\n".join([*wrong[:MAX_NAMED], FORMAT, HOW_TO_FIND_A_MEMBER]))
    return tuple(rows)


def _shown(member: Member) -> str:
    return f"{member.key.member_id} ({member.real_name})"
