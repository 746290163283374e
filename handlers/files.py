"""Sends text files to one Slack member, in direct messages from the bot."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from core.languages.texts import texts
from core.members.rules import MemberKey
from handlers.responses import SLACK_FAULTS, ResponseTarget, notice_view, refusal_view, success_view


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file, and the comment that is posted with it."""

    name: str
    title: str
    text: str
    comment: str
    # With a byte order mark, without which spreadsheets do not recognise UTF-8.
    encoding: str = "utf-8-sig"


async def send_file(
    target: ResponseTarget, member_key: MemberKey, file: TextFile, language: str
) -> None:
    """Send the file to the member in a DM, and show the result in a modal."""
    await send_files(target, member_key, _only(file), language)


async def send_files(
    target: ResponseTarget, member_key: MemberKey, files: AsyncIterator[TextFile], language: str
) -> None:
    """Send the files to the member, each as soon as it is made, and show the result in a modal.

    The modal opens first, because its trigger expires after three seconds.
    """
    _ = texts(language).gettext
    preparing = notice_view(":hourglass: " + _("The file is on its way."), language)
    view_id = await target.show(preparing)
    sent = _("The file is in the messages of the IMI app. Nobody else sees it.")
    result = success_view(sent, language)
    async for file in files:
        if not await upload_file(target.client, member_key, file):
            result = refusal_view(upload_failed_text(language), language)
            break
    with suppress(SlackApiError):
        await target.client.views_update(view_id=view_id, view=result)


async def _only(file: TextFile) -> AsyncIterator[TextFile]:
    yield file


async def upload_file(client: AsyncWebClient, member_key: MemberKey, file: TextFile) -> bool:
    """Upload the file into the member's direct messages; return True if Slack accepted it."""
    try:
        opened = await client.conversations_open(users=member_key.member_id)
        await client.files_upload_v2(
            channel=str(opened["channel"]["id"]),
            content=file.text.encode(file.encoding),
            filename=file.name,
            title=file.title,
            initial_comment=file.comment,
        )
    except SLACK_FAULTS:
        return False
    return True


def upload_failed_text(language: str) -> str:
    """Return the text that says that Slack did not accept the file."""
    return texts(language).gettext(
        "Slack did not accept the file. Try again. If the problem persists, contact"
        " your IT department."
    )
