"""Tests of detecting and reporting roles with too few holders, on SQLite and PostgreSQL."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from core.authorities.rules import Authority
from core.deliveries.rules import DeliveryKind
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.warnings import warnings
from core.store.store import Store
from core.users.principals import Principal
from core.warnings import rows, service
from core.warnings.rules import Gap
from tests.factories import a_user, an_administrator, an_authority, executing
from tests.times import NOON

HANDLER = RoleKey("PQ", "REQ_HANDLER")


@dataclass(frozen=True, slots=True)
class Office:
    """A new authority with one administrator."""

    store: Store
    rulebook: Rulebook
    authority: Authority
    anna: Principal

    async def gaps(self) -> frozenset[Gap]:
        return await self.store.read(lambda tx: service.current_gaps(tx, self.rulebook))

    async def run_job(self, days: float) -> None:
        """Run the warnings job the given number of days after NOON."""
        now = NOON + timedelta(days=days)

        def detect_and_warn(tx: Connection) -> None:
            new, closed = service.gap_changes(tx, service.current_gaps(tx, self.rulebook))
            service.record_new(tx, new, now)
            service.delete_closed(tx, closed)
            service.queue_due(tx, now, 100)

        await self.store.write(detect_and_warn)

    async def warned_roles(self) -> list[str]:
        """Return the codes of the gaps in the queued warnings."""
        table = deliveries_table
        query = select(table.c.details, table.c.recipient_id).where(
            table.c.kind == DeliveryKind.WARNING
        )
        found = await self.store.read(lambda tx: tx.execute(query.order_by(table.c.id)).all())
        return [row.details["role"] for row in found]


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def register_office(tx: Connection) -> tuple[Authority, Principal]:
        authority = an_authority(tx)
        return authority, an_administrator(tx, authority, rulebook)

    return Office(store, rulebook, *await store.write(register_office))


async def test_a_lone_administrator_is_warned_after_1_7_30_days_then_monthly(
    office: Office,
) -> None:  # R39
    days: list[int] = []
    for day in range(125):
        await office.run_job(day)
        if (await office.warned_roles()).count("") > len(days):
            days.append(day)

    assert days == [1, 7, 30, 60, 90, 120]


@pytest.mark.parametrize("managed", [False, True])
async def test_an_administrator_who_cannot_act_is_warned_where_nobody_else_is_told(
    store: Store, rulebook: Rulebook, *, managed: bool
) -> None:  # R39, D12
    """There is no access manager, or nobody administers it."""

    def register_office(tx: Connection) -> tuple[Authority, Principal]:
        manager_id = an_authority(tx, access_manager=True).id if managed else None
        authority = an_authority(tx, manager_id=manager_id)
        return authority, an_administrator(tx, authority, rulebook, member=None)

    office = Office(store, rulebook, *await store.write(register_office))
    await office.run_job(0)
    await office.run_job(1)

    assert "" in await office.warned_roles()


async def test_a_second_administrator_closes_the_gap(office: Office) -> None:  # R39
    await office.run_job(0)
    await office.store.write(lambda tx: an_administrator(tx, office.authority, office.rulebook))
    await office.run_job(0.5)
    await office.run_job(2)

    assert "" not in await office.warned_roles()
    assert Gap(office.authority.id) not in await office.gaps()


async def test_after_an_outage_there_is_one_warning(office: Office) -> None:  # R39
    await office.run_job(0)
    await office.run_job(40)
    await office.run_job(41)

    assert (await office.warned_roles()).count("") == 1


async def test_a_warning_of_a_day_that_comes_twice_is_a_warning_of_its_own(
    office: Office,
) -> None:  # R39
    """The clock was ahead, the warning's next time was put right, and the day comes once more."""
    await office.run_job(0)
    await office.run_job(60)
    put_right = update(warnings).values(next_at=NOON, notices_sent=1)
    await office.store.write(executing(put_right))

    await office.run_job(60)

    roles = await office.warned_roles()
    assert len(roles) == 2 * len(set(roles))


async def test_a_role_without_a_holder_is_warned_of_until_it_has_one(office: Office) -> None:  # R62
    await office.run_job(0)
    await office.run_job(1)
    assert str(HANDLER) in await office.warned_roles()

    await office.store.write(
        lambda tx: a_user(tx, office.authority, office.rulebook, roles=frozenset({HANDLER}))
    )
    await office.run_job(2)
    await office.run_job(8)

    assert (await office.warned_roles()).count(str(HANDLER)) == 1


async def test_roles_of_a_module_that_the_authority_does_not_have_are_no_gaps(
    store: Store, rulebook: Rulebook
) -> None:  # D13
    bare = await store.write(lambda tx: an_authority(tx, modules=()))

    found = await store.read(lambda tx: service.current_gaps(tx, rulebook))

    assert {gap.role for gap in found if gap.authority_id == bare.id} == {None}


async def test_a_known_gap_is_stored_once(office: Office) -> None:
    gaps = await office.gaps()
    for _ in range(2):
        await office.store.write(lambda tx: service.record_new(tx, gaps, NOON))

    assert {warning.gap for warning in await office.store.read(rows.all_warnings)} == gaps
