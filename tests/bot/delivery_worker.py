"""Runs a delivery worker for tests, and registers the users to whom it sends."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from bot.delivery.worker import DeliveryWorker
from core.deliveries import notices
from core.deliveries.notices import Notice, NoticeType
from core.deliveries.rows import deliveries
from core.deliveries.rules import (
    Delivery,
    DeliveryDetails,
    DeliveryKind,
    DeliveryState,
    NewDelivery,
)
from core.passwords import rows as passwords
from core.passwords.hashing import Hasher
from core.schema.deliveries import deliveries as deliveries_table
from core.users.rows import users
from tests.factories import a_member, a_user, an_authority
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from core.rulebook import Rulebook
    from core.secret import Secret
    from core.store.store import Store
    from core.users.rules import User

PORTAL = "https://imi.authority.example"
HASHER = Hasher(memory_kib=64, rounds=1)
PASSWORD = re.compile(r"\w{4}(?:-\w{4}){5}")


class QuickHashing:
    """Makes cheap hashes off the event loop."""

    async def hash_of(self, password: Secret) -> str:
        return await asyncio.to_thread(HASHER.hash_of, password)


@dataclass(frozen=True, slots=True)
class Registry:
    """Registers users of one authority and reads their deliveries."""

    store: Store
    rulebook: Rulebook

    async def register(self, member_id: str | None = None, **changes: object) -> User:
        """Register a user, linked to the member if one is given, without the authority's notice."""

        def register(tx: Connection) -> User:
            authority = an_authority(tx, team_channel=changes.pop("team_channel", None))
            if member_id is not None:
                changes["member"] = a_member(tx, member_id).key
            user = a_user(tx, authority, self.rulebook, **changes)
            told = deliveries_table.c.kind == DeliveryKind.NOTICE
            tx.execute(delete(deliveries_table).where(told))
            return user

        return await self.store.write(register)

    async def user(self, user: User) -> User:
        """Return the user as stored now."""
        found = await self.store.read(lambda tx: users.find(tx, user.id))
        assert found is not None
        return found

    async def is_current_password(self, user: User, password: Secret) -> bool:
        """Return whether this is the user's password now."""
        current = await self.user(user)
        assert current.password_id is not None
        number = current.password_id
        digest = await self.store.read(lambda tx: passwords.hash_of(tx, number))
        return HASHER.matches(password, digest)

    async def delivery(self, user: User, kind: DeliveryKind) -> Delivery:
        """Return the newest delivery of the kind."""
        table = deliveries_table

        def newest(tx: Connection) -> Delivery | None:
            about = select(func.max(table.c.id)).where(table.c.user_id == user.id)
            return deliveries.find(tx, tx.scalar(about.where(table.c.kind == kind)) or 0)

        found = await self.store.read(newest)
        assert found is not None
        return found

    async def after(
        self, user: User, kind: DeliveryKind, *, attempts: int = 1, seconds: float = 20
    ) -> Delivery:
        """Wait until so many attempts have been made; return the delivery."""
        async with asyncio.timeout(seconds):
            # The database sends no event to wait for.
            while (delivery := await self.delivery(user, kind)).attempts < attempts:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return delivery

    async def settle_others(self, kind: DeliveryKind) -> None:
        """Settle the deliveries of all other kinds."""

        def settle(tx: Connection) -> None:
            others = [name for name in DeliveryKind if name != kind]
            table = deliveries_table
            tx.execute(
                table.update()
                .where(table.c.kind.in_(others))
                .values(state=DeliveryState.SENT, attempts=1)
            )

        await self.store.write(settle)

    async def change_member(self, member_id: str, **changes: object) -> None:
        """Save the member with these changes."""
        await self.store.write(lambda tx: a_member(tx, member_id, **changes))

    async def tell(
        self, what: NoticeType, user: User, by: User | None = None, **details: object
    ) -> None:
        """Queue the notices of this type."""
        told = Notice(what, user, None if by is None else by.id, 77, details)
        await self.store.write(lambda tx: notices.queue_notice(tx, told, NOON))

    async def queue(
        self,
        user: User,
        kind: DeliveryKind,
        event: str = "",
        details: DeliveryDetails | None = None,
    ) -> None:
        """Queue another delivery."""
        delivery = NewDelivery(
            kind, user.authority_id, user.id, serial=2, event=event, details=details or {}
        )
        await self.store.write(lambda tx: deliveries.add(tx, [delivery], NOON))


@asynccontextmanager
async def running_worker(
    dependencies: DeliveryDependencies, seconds: float = 5
) -> AsyncIterator[DeliveryWorker]:
    """Run a worker until the block ends."""
    worker = DeliveryWorker(dependencies)
    worker.start()
    try:
        yield worker
    finally:
        await worker.stop(seconds)


def password_in(text: str) -> str:
    """Return the only password in the text of a mail."""
    (found,) = set(PASSWORD.findall(text))
    return str(found)
