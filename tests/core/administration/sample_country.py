"""Creates an access manager, two authorities that it manages, and one that it does not manage."""

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
from core.schema.deliveries import deliveries as deliveries_table
from core.store.store import Store
from core.users.principals import Principal, principal_of
from core.users.rules import User
from tests.factories import a_user, an_administrator, an_authority

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SampleCountry:
    """The authorities and the users of the sample country.

    Karin administers `manager`, Anna `health`, Signe `other`; Bo is a user of `health`.
    `manager` manages the access of `health` and `labour`.
    """

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

    async def read(self, operation: Callable[[Connection], T]) -> T:
        return await self.store.read(operation)

    async def write(self, operation: Callable[[Connection], T]) -> T:
        return await self.store.write(operation)

    async def authority(self, authority_id: int) -> Authority:
        return await self.read(lambda tx: authorities.require(tx, authority_id))

    async def audit_events(self) -> list[AuditEvent]:
        entries = await self.read(lambda tx: list(audit_rows.since(tx)))
        return [entry.audit_event for entry in entries]

    async def deliveries_of(self, kind: DeliveryKind) -> list[Delivery]:
        table = deliveries_table
        query = select(table.c.id).where(table.c.kind == kind).order_by(table.c.id)

        def find_all(tx: Connection) -> list[Delivery]:
            found = [deliveries.find(tx, delivery_id) for delivery_id in tx.scalars(query).all()]
            return [delivery for delivery in found if delivery is not None]

        return await self.read(find_all)


async def create_sample_country(store: Store, rulebook: Rulebook) -> SampleCountry:
    """Write the sample country into the store."""

    def register_authorities(tx: Connection) -> tuple[Authority, ...]:
        manager = an_authority(tx, access_manager=True, modules=("PQ", "PR", "SD"))
        health = an_authority(tx, manager_id=manager.id, official_name="Health Agency")
        labour = an_authority(tx, manager_id=manager.id, modules=("PW",))
        return manager, health, labour, an_authority(tx)

    manager, health, labour, other = await store.write(register_authorities)

    def register_users(tx: Connection) -> tuple[Principal, Principal, User, Principal]:
        return (
            an_administrator(tx, manager, rulebook),
            an_administrator(tx, health, rulebook),
            a_user(tx, health, rulebook),
            an_administrator(tx, other, rulebook),
        )

    karin, anna, bo, signe = await store.write(register_users)
    return SampleCountry(
        store, rulebook, manager, health, labour, other, karin, anna, principal_of(bo), signe
    )
