"""Remembers the confirmations that people have open, so that they update themselves.

A confirmation shows the state of the messages to a user. It is known in the process that showed it,
and is updated when that process records how one of these messages was sent.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from core.members.rules import MemberKey
from handlers.json_types import Json

# The oldest ones are forgotten; most of them have been closed.
MOST_OPEN = 500


@dataclass(frozen=True, slots=True)
class OpenConfirmation:
    """A modal that `reader` has open, about the messages to the user; `occasion` is its type."""

    view_id: str
    reader: MemberKey
    user_id: int
    occasion: str
    client: AsyncWebClient


class OpenConfirmations:
    """The open confirmations by the id of their modal; the oldest first."""

    def __init__(self) -> None:
        self._by_view: dict[str, OpenConfirmation] = {}
        self._update: Callable[[OpenConfirmation], None] = _ignore

    def on_settled(self, update: Callable[[OpenConfirmation], None]) -> None:
        """Call `update` with each confirmation about a user to whom a message was sent."""
        self._update = update

    def watch(self, view: Json, view_id: str, reader: MemberKey, client: AsyncWebClient) -> None:
        """Remember the confirmation that the modal `view` shows, until it is closed."""
        metadata = json.loads(view["private_metadata"])
        user_id, occasion = metadata["user"], metadata["occasion"]
        self._by_view.pop(view_id, None)
        self._by_view[view_id] = OpenConfirmation(view_id, reader, user_id, occasion, client)
        if len(self._by_view) > MOST_OPEN:
            del self._by_view[next(iter(self._by_view))]

    def forget(self, view_id: str) -> None:
        """Forget a confirmation that was closed."""
        self._by_view.pop(view_id, None)

    def settled(self, user_ids: Collection[int]) -> None:
        """Update the confirmations about these users: their messages were sent, or were not."""
        for confirmation in tuple(self._by_view.values()):
            if confirmation.user_id in user_ids:
                self._update(confirmation)


def _ignore(_confirmation: OpenConfirmation) -> None:
    """Update nothing."""
