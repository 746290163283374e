"""A small land for the tests of authorities: an access manager, two it looks after, and another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, select

from core.audit.rows import entries as audit_rows
from core.audit.rules import AuditEvent
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal, principal_of
from core.users.rules import User
from tests.factories import a_user, an_administrator, an_authority

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Land:
    """Karin administers the manager, Anna its `health`, Bo is a user there, Signe an other one."""

    store: Store
    rulebook: Rulebook
    manager: Authority
    health: Authority
    labour: Authority
    other: Authority
    karin: Principal
    anna: Principal
    bo: Principal
    signe: Principal

    async def look(self, wish: Callable[[Connection], T]) -> T:
        return await self.store.read(wish)

    async def act(self, wish: Callable[[Connection], T]) -> T:
        return await self.store.write(wish)

    async def authority(self, authority_id: int) -> Authority:
        return await self.look(lambda tx: authorities.require(tx, authority_id))

    async def audit_events(self) -> list[AuditEvent]:
        entries = await self.look(lambda tx: list(audit_rows.since(tx)))
        return [entry.audit_event for entry in entries]

    async def said(self, kind: DeliveryKind) -> list[Delivery]:
        table = deliveries.deliveries
        query = select(table.c.id).where(table.c.kind == kind).order_by(table.c.id)

        def find(tx: Connection) -> list[Delivery]:
            found = [deliveries.find(tx, number) for number in tx.scalars(query).all()]
            return [one for one in found if one is not None]

        return await self.look(find)


async def a_land(store: Store, rulebook: Rulebook) -> Land:
    """Found it."""

    def found(tx: Connection) -> tuple[Authority, ...]:
        manager = an_authority(tx, access_manager=True, modules=("PQ", "PR", "SD"))
        health = an_authority(tx, manager_id=manager.id, official_name="Health Agency")
        labour = an_authority(tx, manager_id=manager.id, modules=("PW",))
        return manager, health, labour, an_authority(tx)

    manager, health, labour, other = await store.write(found)

    def settle(tx: Connection) -> tuple[Principal, Principal, User, Principal]:
        return (
            an_administrator(tx, manager, rulebook),
            an_administrator(tx, health, rulebook),
            a_user(tx, health, rulebook),
            an_administrator(tx, other, rulebook),
        )

    karin, anna, bo, signe = await store.write(settle)
    return Land(
        store, rulebook, manager, health, labour, other, karin, anna, principal_of(bo), signe
    )
