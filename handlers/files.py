"""Files of ours that go to one person, by DM."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from core.languages.texts import texts
from core.members.rules import MemberKey
from handlers.responses import ResponseTarget, notice


@dataclass(frozen=True, slots=True)
class File:
    """A text file, and what is said with it."""

    name: str
    title: str
    text: str
    comment: str
    # With the mark at its beginning, without which spreadsheets take UTF-8 for something else.
    encoding: str = "utf-8-sig"


async def hand_over(place: ResponseTarget, who: MemberKey, file: File, language: str) -> None:
    """Send the file to the member alone, and say so in a modal."""
    await hand_over_all(place, who, _only(file), language)


async def hand_over_all(
    place: ResponseTarget, who: MemberKey, files: AsyncIterator[File], language: str
) -> None:
    """Send the files to the member alone, each as it is made, and say so in a modal.

    The modal comes first: what lets it open is gone after three seconds.
    """
    _ = texts(language).gettext
    preparing = notice(":hourglass: " + _("The file is on its way."), language)
    view_id = await place.show(preparing)
    said = _("The file is in your messages with the IMI app. Nobody else sees it.")
    async for file in files:
        if not await sent_as_file(place.client, who, file):
            said = not_taken(language)
            break
    with suppress(SlackApiError):
        await place.client.views_update(view_id=view_id, view=notice(said, language))


async def _only(file: File) -> AsyncIterator[File]:
    yield file


async def sent_as_file(client: AsyncWebClient, who: MemberKey, file: File) -> bool:
    """Send the file to the member alone, marked as UTF-8; say whether Slack took it."""
    try:
        place = await client.conversations_open(users=who.member_id)
        await client.files_upload_v2(
            channel=str(place["channel"]["id"]),
            content=file.text.encode(file.encoding),
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
