"""Files of ours that go to one person, by DM."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from core.languages.texts import texts
from core.members.rules import MemberKey
from handlers.responses import ResponseTarget, notice_view


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file, and what is said with it."""

    name: str
    title: str
    text: str
    comment: str
    # With the mark at its beginning, without which spreadsheets take UTF-8 for something else.
    encoding: str = "utf-8-sig"


async def send_file(place: ResponseTarget, who: MemberKey, file: TextFile, language: str) -> None:
    """Send the file to the member alone, and say so in a modal."""
    await send_files(place, who, _only(file), language)


async def send_files(
    place: ResponseTarget, who: MemberKey, files: AsyncIterator[TextFile], language: str
) -> None:
    """Send the files to the member alone, each as it is made, and say so in a modal.

    The modal comes first: what lets it open is gone after three seconds.
    """
    _ = texts(language).gettext
    preparing = notice_view(":hourglass: " + _("The file is on its way."), language)
    view_id = await place.show(preparing)
    said = _("The file is in your messages with the IMI app. Nobody else sees it.")
    async for file in files:
        if not await upload_file(place.client, who, file):
            said = upload_failed_text(language)
            break
    with suppress(SlackApiError):
        await place.client.views_update(view_id=view_id, view=notice_view(said, language))


async def _only(file: TextFile) -> AsyncIterator[TextFile]:
    yield file


async def upload_file(client: AsyncWebClient, who: MemberKey, file: TextFile) -> bool:
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


def upload_failed_text(language: str) -> str:
    """Return what to say where Slack did not take the file."""
    return texts(language).gettext(
        "Slack did not take the file. Try again; if it stays, ask whoever runs the bot."
    )
