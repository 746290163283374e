"""Finds the objects on a member's screen: modals, the Home tab, messages, and elements in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.block_kit.elements import elements
from sandbox.errors import NotFoundError

if TYPE_CHECKING:
    from sandbox.json_types import Json
    from sandbox.state.messages import Message
    from sandbox.state.views import OpenView
    from sandbox.state.workspace import Workspace


def open_modals(workspace: Workspace, member_id: str) -> list[Json]:
    """Return the view objects of the member's modals, the lowest first."""
    return [opened.json() for opened in workspace.views.stack(member_id)]


def field_errors(workspace: Workspace, member_id: str) -> dict[str, str]:
    """Return the errors that the member's topmost modal shows, by block id."""
    stack = workspace.views.stack(member_id)
    return dict(stack[-1].errors) if stack else {}


def home_tab(workspace: Workspace, member_id: str) -> Json | None:
    """Return the view object of the member's Home tab, None if the app published none."""
    home = workspace.views.home(member_id)
    return home.json() if home else None


def top_modal(workspace: Workspace, member_id: str, view_id: str = "") -> OpenView:
    """Return the member's topmost modal, or the one of that id; NotFoundError if none."""
    for opened in reversed(workspace.views.stack(member_id)):
        if view_id in {"", opened.id}:
            return opened
    raise NotFoundError(f"{member_id} has no modal open")


def element_named(
    blocks: list[Json], action_id: str, block_id: str = "", value: str | None = None
) -> tuple[Json, Json]:
    """Return the block and the element of an action id; NotFoundError if none or several.

    `block_id` chooses between elements of the same action id, and so does a button's `value`.
    """
    found = [
        (block, element)
        for block, element in elements(blocks)
        if element["action_id"] == action_id and block_id in {"", block["block_id"]}
    ]
    if len(found) > 1 and value is not None:
        found = [pair for pair in found if pair[1].get("value") == value]
    if len(found) != 1:
        raise NotFoundError(f"{len(found)} elements have the action id {action_id}")
    return found[0]


def container_of(
    workspace: Workspace, member_id: str, action_id: str, where: str | None
) -> OpenView | Message:
    """Return what contains the element: the top modal, else the Home tab, else the newest message.

    `where` limits the search: `modal`, `home`, the id of a channel, DM or member, or the `ts` of
    a message. NotFoundError if the member sees no such element.
    """
    for container in _containers(workspace, member_id, where):
        if any(element["action_id"] == action_id for _, element in elements(container.blocks)):
            return container
    raise NotFoundError(f"{member_id} sees no element with the action id {action_id}")


def _containers(
    workspace: Workspace, member_id: str, where: str | None
) -> list[OpenView | Message]:
    containers: list[OpenView | Message] = []
    if where in {None, "modal"}:
        containers += workspace.views.stack(member_id)[-1:]
    home = workspace.views.home(member_id)
    if home and where in {None, "home"}:
        containers.append(home)
    if where not in {"modal", "home"}:
        containers += _messages(workspace, member_id, where)
    return containers


def _messages(workspace: Workspace, member_id: str, where: str | None) -> list[Message]:
    conversations = workspace.conversations_of(member_id)
    messages = [
        message
        for conversation_id in conversations
        for message in workspace.messages(conversation_id)
    ]
    visible = [message for message in messages if message.is_visible_to(member_id)]
    newest = sorted(visible, key=lambda message: float(message.ts), reverse=True)
    if where is None:
        return newest
    if "." in where:
        return [message for message in newest if message.ts == where]
    conversation = workspace.conversation_id(where)
    return [message for message in newest if message.channel == conversation]
