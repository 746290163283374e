"""Runs the product with the data of `two_authorities`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import update

from bot.demo.demo import RegisteredCountry, running_demo
from core.schema.users import users
from tests.factories import executing
from tests.handlers.stored_state import has_waiting_deliveries
from tests.handlers.two_authorities import ALMA, members
from tests.handlers.two_authorities_rows import TwoAuthorities, find_both, register_both

if TYPE_CHECKING:
    from bot.demo.demo import Demo, DemoOptions
    from core.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class IsolationDemo:
    """The product, and the ids of both authorities."""

    demo: Demo
    both: TwoAuthorities

    @property
    def errors(self) -> dict[str, str]:
        """Return the errors in Alma's modal by field."""
        shown_text = self.demo.slack.errors(ALMA)
        return {block.partition(":")[0]: text for block, text in shown_text.items()}

    async def change(self, member: str, **values: object) -> None:
        """Change the member's user directly in the database."""
        one = users.c.member_id == member
        await self.demo.product.store.write(executing(update(users).where(one).values(**values)))

    async def wait_until_delivered(self) -> None:
        """Wait until no delivery is waiting."""
        while await self.demo.product.store.read(has_waiting_deliveries):  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.05)


async def two_authorities_in(demo: Demo, rulebook: Rulebook) -> IsolationDemo:
    """Register both authorities, and wait until all deliveries are sent."""
    for member in members():
        await demo.slack.join(member)
    now, store = demo.slack.clock.now(), demo.product.store
    await store.write(lambda tx: register_both(tx, rulebook, now))
    await IsolationDemo(demo, TwoAuthorities(0, 0, ())).wait_until_delivered()
    return IsolationDemo(demo, await store.write(find_both))


async def options_with_two_authorities(
    demo_options: DemoOptions, rulebook: Rulebook
) -> tuple[DemoOptions, TwoAuthorities]:
    """Let both move in, stop the product, and return the manner that goes on from there."""
    async with running_demo(demo_options) as demo:
        isolation = await two_authorities_in(demo, rulebook)
    return replace(demo_options, registered_country=RegisteredCountry.of(demo)), isolation.both
