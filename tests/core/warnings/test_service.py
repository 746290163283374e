"""What authorities lack, noticed and told in the rhythm of R39, on both databases."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from core.authorities.rules import Authority
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal
from core.warnings import rows, service
from core.warnings.rules import Gap, next_at, told_by
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON

HANDLER = RoleKey("PQ", "REQ_HANDLER")


@dataclass(frozen=True, slots=True)
class Office:
    """A new authority with one administrator."""

    store: Store
    rulebook: Rulebook
    authority: Authority
    anna: Principal

    async def lacking(self) -> frozenset[Gap]:
        return await self.store.read(lambda tx: service.lacking(tx, self.rulebook))

    async def look(self, days: float) -> None:
        """Let the job run, so many days after NOON."""
        now = NOON + timedelta(days=days)

        def wish(tx: Connection) -> None:
            new, over = service.difference(tx, service.lacking(tx, self.rulebook))
            service.notice(tx, new, now)
            service.forget(tx, over)
            service.tell_due(tx, now, 100)

        await self.store.write(wish)

    async def told(self) -> list[str]:
        """Return what the administrators were told of, by role."""
        table = deliveries.deliveries
        query = select(table.c.details, table.c.recipient_id).where(
            table.c.kind == DeliveryKind.WARNING
        )
        found = await self.store.read(lambda tx: tx.execute(query.order_by(table.c.id)).all())
        return [row.details["role"] for row in found]


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def wish(tx: Connection) -> tuple[Authority, Principal]:
        authority = an_authority(tx)
        return authority, an_administrator(tx, authority, rulebook)

    return Office(store, rulebook, *await store.write(wish))


async def test_a_lone_administrator_is_told_after_1_7_30_days_then_monthly(
    office: Office,
) -> None:  # R39
    heard: list[int] = []
    for day in range(125):
        await office.look(day)
        if (await office.told()).count("") > len(heard):
            heard.append(day)

    assert heard == [1, 7, 30, 60, 90, 120]


async def test_with_a_second_one_it_is_over(office: Office) -> None:  # R39
    await office.look(0)
    await office.store.write(
        lambda tx: a_user(tx, office.authority, office.rulebook, roles=frozenset({ADMINISTRATOR}))
    )
    await office.look(0.5)
    await office.look(2)

    assert "" not in await office.told()
    assert Gap(office.authority.id) not in await office.lacking()


async def test_after_an_outage_they_are_told_once(office: Office) -> None:  # R39
    await office.look(0)
    await office.look(40)
    await office.look(41)

    assert (await office.told()).count("") == 1


async def test_a_role_nobody_holds_is_told_until_somebody_does(office: Office) -> None:  # R62
    await office.look(0)
    await office.look(1)
    assert str(HANDLER) in await office.told()

    await office.store.write(
        lambda tx: a_user(tx, office.authority, office.rulebook, roles=frozenset({HANDLER}))
    )
    await office.look(2)
    await office.look(8)

    assert (await office.told()).count(str(HANDLER)) == 1


async def test_a_module_the_authority_has_not_lacks_nothing(
    store: Store, rulebook: Rulebook
) -> None:  # D13
    bare = await store.write(lambda tx: an_authority(tx, modules=()))

    found = await store.read(lambda tx: service.lacking(tx, rulebook))

    assert {lack.role for lack in found if lack.authority_id == bare.id} == {None}


async def test_what_is_known_is_not_written_twice(office: Office) -> None:
    lacks = await office.lacking()
    for _ in range(2):
        await office.store.write(lambda tx: service.notice(tx, lacks, NOON))

    assert {one.lack for one in await office.store.read(rows.known)} == lacks


def test_moments_follow_the_rhythm() -> None:  # R39
    days = [(next_at(NOON, told) - NOON).days for told in range(6)]

    assert days == [1, 7, 30, 60, 90, 120]
    assert told_by(NOON, NOON + timedelta(days=29)) == 2
    assert told_by(NOON, NOON) == 0
