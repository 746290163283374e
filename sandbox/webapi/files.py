"""`files.getUploadURLExternal`, `files.completeUploadExternal` and `files.info`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.errors import ApiError
from sandbox.members import BOT_USER
from sandbox.messages import Message
from sandbox.webapi.chat import writable_place

if TYPE_CHECKING:
    from sandbox.files import File
    from sandbox.shapes import Json
    from sandbox.webapi.context import Api, Arguments

# A member's id is refused here, unlike in `chat.postMessage`: a DM has to be opened first.
PLACE = re.compile(r"[CGDZ][A-Z0-9]+")


def upload_url(api: Api, args: Arguments) -> Json:
    """Say where a file of `length` bytes can be uploaded."""
    name = args.text("filename")
    size = args.number("length", 0)
    if not size:
        raise ApiError.with_messages("invalid_arguments", ["[ERROR] must be more than 0: length"])
    shelf = api.workspace.files
    file, key = shelf.announce(name, size)
    return {"upload_url": f"{shelf.address}upload/v1/{key}", "file_id": file.id}


def complete_upload(api: Api, args: Arguments) -> Json:
    """Finish uploads, and share them in a place when one is named, else they stay private."""
    files = [_finished(api, wish) for wish in _wishes(args)]
    channel_id = args.optional_text("channel_id")
    if channel_id:
        files = _shared(api, args, channel_id, files)
    for file in files:
        api.workspace.files.put(file)
    return {"files": [api.workspace.files.json(file) for file in files]}


def file_info(api: Api, args: Arguments) -> Json:
    """Describe one file."""
    file = api.workspace.files.find(args.text("file"))
    if file is None:
        raise ApiError("file_not_found")
    pages = {"response_metadata": {"next_cursor": ""}}
    return {"file": api.workspace.files.json(file), "comments": [], **pages}


def _wishes(args: Arguments) -> list[Json]:
    wishes = args.json("files")
    if not isinstance(wishes, list) or not wishes:
        message = "[ERROR] must provide an array with at least 1 items [json-pointer:/files]"
        raise ApiError.with_messages("invalid_arguments", [message])
    if not all(isinstance(wish, dict) and isinstance(wish.get("id"), str) for wish in wishes):
        message = "[ERROR] missing required field: id [json-pointer:/files]"
        raise ApiError.with_messages("invalid_arguments", [message])
    return wishes


def _finished(api: Api, wish: Json) -> File:
    file = api.workspace.files.find(wish["id"])
    if file is None or file.user != BOT_USER:
        raise ApiError("file_not_found")
    return replace(file, title=str(wish.get("title") or file.name))


def _shared(api: Api, args: Arguments, channel_id: str, files: list[File]) -> list[File]:
    if not PLACE.fullmatch(channel_id):
        message = "[ERROR] input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$"
        raise ApiError.with_messages("invalid_arguments", [f"{message} [json-pointer:/channel_id]"])
    place = writable_place(api, channel_id)
    api.limits.count_message(place)
    shared = [replace(file, places=(*file.places, place)) for file in files]
    shown = [api.workspace.files.json(file) for file in shared]
    text = args.optional_text("initial_comment")
    thread = args.optional_text("thread_ts") or None
    said = Message("", place, BOT_USER, text, thread_ts=thread, files=shown)
    api.workspace.post(said)
    return shared
