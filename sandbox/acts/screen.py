"""Finding things on a member's screen: modals, messages, and the elements in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import inputs
from sandbox.errors import NothingThereError
from sandbox.members import dm_id

if TYPE_CHECKING:
    from sandbox.messages import Message
    from sandbox.modals import OpenView
    from sandbox.shapes import Json
    from sandbox.workspace import Workspace


def top_modal(workspace: Workspace, member_id: str, view_id: str = "") -> OpenView:
    """Return the member's topmost modal, or the one of that id; NothingThereError if none."""
    for opened in reversed(workspace.modals.stack(member_id)):
        if view_id in {"", opened.id}:
            return opened
    raise NothingThereError(f"{member_id} has no modal open")


def element_named(
    blocks: list[Json], action_id: str, block_id: str = "", value: str | None = None
) -> tuple[Json, Json]:
    """Return the element of an action id with its block; NothingThereError if none or several.

    `block_id` chooses between elements of one action id, and so does a button's `value`.
    """
    found = [
        (block, element)
        for block, element in inputs.elements(blocks)
        if element["action_id"] == action_id and block_id in {"", block["block_id"]}
    ]
    if len(found) > 1 and value is not None:
        found = [pair for pair in found if pair[1].get("value") == value]
    if len(found) != 1:
        raise NothingThereError(f"{len(found)} elements have the action id {action_id}")
    return found[0]


def has_element(blocks: list[Json], action_id: str) -> bool:
    """Say whether an element of that action id is among the blocks."""
    return any(element["action_id"] == action_id for _, element in inputs.elements(blocks))


def holder_of(
    workspace: Workspace, member_id: str, action_id: str, where: str | None
) -> OpenView | Message:
    """Return what shows the element: the top modal, else the Home tab, else the newest message.

    `where` narrows it down: `modal`, `home`, a channel's, DM's or member's id, or a message's ts.
    """
    for holder in _holders(workspace, member_id, where):
        if has_element(holder.blocks, action_id):
            return holder
    raise NothingThereError(f"{member_id} sees no element with the action id {action_id}")


def visible_places(workspace: Workspace, member_id: str) -> list[str]:
    """Return the ids of the channels a member is in and of their DM with the app."""
    channels = workspace.channels.values()
    return [*(c.id for c in channels if member_id in c.members), dm_id(member_id)]


def _holders(workspace: Workspace, member_id: str, where: str | None) -> list[OpenView | Message]:
    holders: list[OpenView | Message] = []
    if where in {None, "modal"}:
        holders += workspace.modals.stack(member_id)[-1:]
    home = workspace.modals.home(member_id)
    if home and where in {None, "home"}:
        holders.append(home)
    if where not in {"modal", "home"}:
        holders += _messages(workspace, member_id, where)
    return holders


def _messages(workspace: Workspace, member_id: str, where: str | None) -> list[Message]:
    places = visible_places(workspace, member_id)
    seen = [m for place in places for m in workspace.messages(place) if m.is_visible_to(member_id)]
    newest = sorted(seen, key=lambda message: float(message.ts), reverse=True)
    if where is None:
        return newest
    if "." in where:
        return [message for message in newest if message.ts == where]
    place = workspace.place(where)
    return [message for message in newest if message.channel == place]
