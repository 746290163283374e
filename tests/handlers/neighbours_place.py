"""The running product with the two authorities of `neighbours` in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from core.schema.users import users
from tests.factories import executing
from tests.handlers.neighbours import ALMA, members
from tests.handlers.neighbours_rows import Neighbours, found, move_in
from tests.handlers.test_isolation import waiting

if TYPE_CHECKING:
    from bot.cli.demo import Demo
    from core.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Place:
    """The product, and the numbers of both."""

    demo: Demo
    both: Neighbours

    @property
    def errors(self) -> dict[str, str]:
        """Return what stands at the fields of Alma's modal, by the field."""
        said = self.demo.slack.errors(ALMA)
        return {block.partition(":")[0]: text for block, text in said.items()}

    async def change(self, member: str, **values: object) -> None:
        """Change somebody in the database, behind everybody's back."""
        one = users.c.member_id == member
        await self.demo.product.store.write(executing(update(users).where(one).values(**values)))

    async def settled(self) -> None:
        """Wait until nothing is on its way."""
        while await self.demo.product.store.read(waiting):  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.05)


async def moved_in(demo: Demo, rulebook: Rulebook) -> Place:
    """Let both authorities move in, and wait until that is said."""
    for member in members():
        await demo.slack.join(member)
    now, store = demo.slack.clock.now(), demo.product.store
    await store.write(lambda tx: move_in(tx, rulebook, now))
    await Place(demo, Neighbours(0, 0, ())).settled()
    return Place(demo, await store.write(found))
