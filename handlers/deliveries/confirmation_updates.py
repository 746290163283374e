"""Updates the open confirmations after a message to their user was sent, or was not."""

import asyncio

from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection

from core.deliveries import service
from core.errors import RuleError
from core.users.reset_permissions import managed_authority_of
from core.users.rows import users
from handlers.dependencies import Dependencies
from handlers.json_types import Json
from handlers.open_confirmations import OpenConfirmation
from handlers.request_context import RequestContext
from handlers.ui.user_confirmation import ConfirmationType, confirmation_type_of, confirmation_view

# Messages to a user that end within this time share an update.
GATHER_SECONDS = 0.3


class ConfirmationUpdates:
    """Redraws confirmations in the background, each at most once at a time."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._store = dependencies.store
        self._principals = dependencies.principals
        self._open = dependencies.open_confirmations
        self._scheduled: set[str] = set()
        self._open.on_settled(self.schedule)

    def schedule(self, confirmation: OpenConfirmation) -> None:
        """Redraw the confirmation soon; calls until then share that redraw."""
        if confirmation.view_id not in self._scheduled:
            self._scheduled.add(confirmation.view_id)
            self._dependencies.run_in_background(self._redraw(confirmation))

    async def _redraw(self, confirmation: OpenConfirmation) -> None:
        view_id = confirmation.view_id
        try:
            await asyncio.sleep(GATHER_SECONDS)
        finally:
            self._scheduled.discard(view_id)
        async with self._dependencies.view_locks.lock_of(view_id):
            try:
                view = await self._store.read(lambda tx: self._view(tx, confirmation))
                await confirmation.client.views_update(view_id=view_id, view=view)
            except (RuleError, SlackApiError):
                # The reader may not see it any more, or has closed it.
                self._open.forget(view_id)

    def _view(self, tx: Connection, confirmation: OpenConfirmation) -> Json:
        context = self._principals.known_context(tx, confirmation.reader)
        confirmation_type = confirmation_type_of(confirmation.occasion)
        return load_confirmation(tx, context, confirmation.user_id, confirmation_type)


def load_confirmation(
    tx: Connection, context: RequestContext, user_id: int, confirmation_type: ConfirmationType
) -> Json:
    """Return the confirmation with the state of the messages to the user at this moment."""
    newest = service.newest_about(tx, context.principal, user_id)
    user = users.require(tx, user_id)
    managed = managed_authority_of(tx, context.principal, user)
    return confirmation_view(user, newest, context.language, confirmation_type, managed)
