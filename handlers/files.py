"""Files of ours that go to one person, by DM."""

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from core.languages.texts import texts
from core.members.rules import MemberKey


@dataclass(frozen=True, slots=True)
class File:
    """A text file, and what is said with it."""

    name: str
    title: str
    text: str
    comment: str


async def sent_as_file(client: AsyncWebClient, who: MemberKey, file: File) -> bool:
    """Send the file to the member alone, marked as UTF-8; say whether Slack took it."""
    try:
        place = await client.conversations_open(users=who.member_id)
        await client.files_upload_v2(
            channel=str(place["channel"]["id"]),
            content=file.text.encode("utf-8-sig"),
            filename=file.name,
            title=file.title,
            initial_comment=file.comment,
        )
    except SlackApiError:
        return False
    return True


def not_taken(language: str) -> str:
    """Return what to say where Slack did not take the file."""
    return texts(language).gettext(
        "Slack did not take the file. Try again; if it stays, ask whoever runs the bot."
    )
