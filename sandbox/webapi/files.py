"""Simulates `files.getUploadURLExternal`, `files.completeUploadExternal` and `files.info`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.errors import ApiError
from sandbox.state.members import BOT_USER
from sandbox.state.messages import Message
from sandbox.webapi.channel_access import writable_channel

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.files import File
    from sandbox.webapi.context import ApiContext, Arguments

# Unlike `chat.postMessage`, this refuses a member's id: a DM has to be opened first.
CHANNEL_ID = re.compile(r"[CGDZ][A-Z0-9]+")


def upload_url(api: ApiContext, args: Arguments) -> Json:
    """Return the URL to which a file of `length` bytes can be uploaded."""
    name = args.text("filename")
    size = args.number("length", 0)
    if not size:
        raise ApiError.with_messages("invalid_arguments", ["[ERROR] must be more than 0: length"])
    files = api.workspace.files
    file, key = files.announce(name, size)
    return {"upload_url": f"{files.base_url}upload/v1/{key}", "file_id": file.id}


def complete_upload(api: ApiContext, args: Arguments) -> Json:
    """Finish uploads and share them in `channel_id`; without one they stay private."""
    files = [_finished(api, upload) for upload in _uploads(args)]
    channel_id = args.optional_text("channel_id")
    if channel_id:
        files = _shared(api, args, channel_id, files)
    for file in files:
        api.workspace.files.put(file)
    return {"files": [api.workspace.files.json(file) for file in files]}


def file_info(api: ApiContext, args: Arguments) -> Json:
    """Describe one file."""
    file = api.workspace.files.find(args.text("file"))
    if file is None:
        raise ApiError("file_not_found")
    pages = {"response_metadata": {"next_cursor": ""}}
    return {"file": api.workspace.files.json(file), "comments": [], **pages}


def _uploads(args: Arguments) -> list[Json]:
    uploads = args.json("files")
    if not isinstance(uploads, list) or not uploads:
        message = "[ERROR] must provide an array with at least 1 items [json-pointer:/files]"
        raise ApiError.with_messages("invalid_arguments", [message])
    if not all(
        isinstance(upload, dict) and isinstance(upload.get("id"), str) for upload in uploads
    ):
        message = "[ERROR] missing required field: id [json-pointer:/files]"
        raise ApiError.with_messages("invalid_arguments", [message])
    return uploads


def _finished(api: ApiContext, upload: Json) -> File:
    file = api.workspace.files.find(upload["id"])
    if file is None or file.user != BOT_USER:
        raise ApiError("file_not_found")
    return replace(file, title=str(upload.get("title") or file.name))


def _shared(api: ApiContext, args: Arguments, channel_id: str, files: list[File]) -> list[File]:
    if not CHANNEL_ID.fullmatch(channel_id):
        message = "[ERROR] input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$"
        raise ApiError.with_messages("invalid_arguments", [f"{message} [json-pointer:/channel_id]"])
    channel = writable_channel(api, channel_id)
    api.limits.count_message(channel)
    shared = [replace(file, channels=(*file.channels, channel)) for file in files]
    attached = [api.workspace.files.json(file) for file in shared]
    text = args.optional_text("initial_comment")
    thread = args.optional_text("thread_ts") or None
    api.workspace.post(Message("", channel, BOT_USER, text, thread_ts=thread, files=attached))
    return shared
