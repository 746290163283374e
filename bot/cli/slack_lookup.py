"""Finds the Slack member or channel with the id that a command was given.

If there is none, the command ends with an error and advice.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer

from bot.cli.failures import failure, slack_error_text
from bot.settings.settings import Settings
from bot.slack.directory import SlackDirectory, open_directory
from bot.slack.errors import SlackRefused, SlackUnreachable
from core.errors import MemberRefusedError
from core.members.rules import Member, require_eligible
from core.secret import Secret
from handlers.refusal_texts import refusal_text

MEMBER_ID = re.compile(r"[UW][A-Z0-9]{2,19}")
CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,19}")
# As Slack writes a mention.
_MENTION = re.compile(r"<[@#]([A-Z0-9]+)(?:\|[^>]*)?>")
HOW_TO_FIND_A_MEMBER = (
    "A member's id begins with U or W. In Slack: the person's profile, the three dots, Copy member"
    " ID."
)
HOW_TO_FIND_A_CHANNEL = (
    "A channel's id begins with C or G. In Slack: the channel's name at the top; the id stands at"
    " the end of the tab About."
)
NOT_ASKED = "Slack could not be asked, so nothing was changed."


@asynccontextmanager
async def directory_or_exit(settings: Settings, advice: str) -> AsyncIterator[SlackDirectory]:
    """Open Slack's directory; if Slack refuses, end the command with its error and the advice."""
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        raise failure(f"{NOT_ASKED} SLACK_BOT_TOKEN is missing. {advice}")
    try:
        async with open_directory(Secret(token), settings.slack_api_url) as directory:
            yield directory
    except (SlackRefused, SlackUnreachable) as error:
        raise failure(f"{NOT_ASKED} {slack_error_text(error)}\n{advice}") from None


def member_id_in(text: str) -> str:
    """Return the id in what was typed: an id, or a mention copied from Slack."""
    typed = text.strip()
    mention = _MENTION.fullmatch(typed)
    return mention.group(1) if mention else typed.removeprefix("@").upper()


async def require_member(directory: SlackDirectory, typed: str, email: str, name: str) -> Member:
    """Return the member with the typed id, who can be a user; otherwise end the command.

    `email` is the user's address in IMI: the member who has it is offered. `name` is what the
    command calls the id.
    """
    member_id = member_id_in(typed)
    is_id = MEMBER_ID.fullmatch(member_id) is not None
    member = await directory.member(member_id) if is_id else None
    if member is None:
        known = "Slack has no such member." if is_id else "That is no id."
        offer = await _offer(directory, email, name)
        raise failure(f"{name} {typed}: {known} {offer or HOW_TO_FIND_A_MEMBER}")
    try:
        require_eligible(member, directory.team_id)
    except MemberRefusedError as refusal:
        offer = await _offer(directory, email, name)
        text = f"{name} {typed} ({member.real_name}): {refusal_text(refusal, 'en')}"
        raise failure(f"{text} {offer}".rstrip()) from None
    return member


async def confirm_member(
    directory: SlackDirectory, member: Member, email: str, name: str, *, yes: bool
) -> None:
    """Have a member confirmed whose address in Slack is not the user's; refuse if another has it.

    The username goes to this member, so that a wrong id hands it to somebody else.
    """
    if (member.email or "").casefold() == email.casefold():
        return
    offer = await _offer(directory, email, name)
    shown = f"{member.key.member_id} is {member.real_name} <{member.email or 'no address'}>"
    if offer:
        raise failure(f"{name}: in Slack {shown}, not {email}. {offer}")
    typer.echo(f"In Slack {shown}; nobody there has the address {email}.")
    if not yes:
        typer.confirm("Is this the person?", abort=True)


async def require_channel(directory: SlackDirectory, typed: str, name: str) -> str:
    """Return the id of a channel in which the bot can post; otherwise end the command."""
    mention = _MENTION.fullmatch(typed.strip())
    channel_id = mention.group(1) if mention else typed.strip()
    if not CHANNEL_ID.fullmatch(channel_id):
        raise failure(f"{name} {typed}: that is no id. {HOW_TO_FIND_A_CHANNEL}")
    channel = await directory.channel(channel_id)
    if channel is None:
        raise failure(
            f"{name} {typed}: Slack has no such channel, or it is private and the bot is not in"
            f" it; then type there: /invite @IMI. {HOW_TO_FIND_A_CHANNEL}"
        )
    if channel.archived:
        raise failure(f"{name} {typed}: #{channel.name} is archived. Choose another channel.")
    if not channel.bot_in:
        await directory.join(channel_id)
    typer.echo(f"In Slack {channel_id} is #{channel.name}; the bot is in it.")
    return channel_id


async def _offer(directory: SlackDirectory, email: str, name: str) -> str:
    member = await directory.member_with_address(email)
    if member is None:
        return ""
    return f"{member.real_name} has the address {email}. Write: {name} {member.key.member_id}"
