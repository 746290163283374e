"""Tests of loading a catalogue that drops items in use, on SQLite and PostgreSQL."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from core.accounts import removal
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act, ActorKind, AuditEvent
from core.authorities.rows import authorities, competences
from core.authorities.rules import Authority
from core.catalogue import rows as catalogues
from core.catalogue.load import CatalogueError, load, shipped
from core.catalogue.rules import Catalogue, Module
from core.catalogue_updates import rows, service
from core.catalogue_updates.rules import CatalogueItem, ItemKind, compare_catalogues, items_of
from core.catalogue_updates.service import CatalogueInUseError
from core.deliveries.rules import DeliveryKind
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.schema.authorities import authority_keywords
from core.schema.deliveries import deliveries as deliveries_table
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows import users
from core.users.rules import User
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON

ADMIN = '[[authority_roles]]\ncode = "ADMIN"\nname = { en = "A" }\nmin_holders = 1\n'
PQ = '[[modules]]\ncode = "PQ"\nname = { en = "P" }\n'
BASIC = '[[modules.roles]]\ncode = "BASIC"\nname = { en = "B" }\n'
NURSE = '[[modules.keywords]]\ncode = "NURSE"\nname = { en = "N" }\n'
WHOLE = shipped()
CODES = st.sets(st.sampled_from("ABCD"))
PQ_BASIC = CatalogueItem(ItemKind.ROLE, "PQ", "BASIC")


class Office:
    """An authority with PQ and PR, its administrator, and a user with PQ:BASIC."""

    def __init__(self, store: Store, authority: Authority, anna: Principal, bo: User) -> None:
        self.store, self.authority, self.anna, self.bo = store, authority, anna, bo

    async def load(self, text: str, *, withdraw: bool = False) -> bool:
        return await self.store.write(
            lambda tx: service.load_new(tx, text, NOON, withdraw=withdraw)
        )

    async def audit_events(self) -> list[AuditEvent]:
        entries = await self.store.read(lambda tx: list(audit_rows.since(tx)))
        return [entry.audit_event for entry in entries]

    async def roles(self) -> tuple[RoleKey, ...]:
        found = await self.store.read(lambda tx: users.find(tx, self.bo.id))
        assert found is not None
        return found.roles

    async def modules(self) -> tuple[str, ...]:
        found = await self.store.read(lambda tx: authorities.require(tx, self.authority.id))
        return found.modules

    async def count_deliveries(self, kind: DeliveryKind) -> int:
        table = deliveries_table
        query = table.select().where(table.c.kind == kind)
        return len(await self.store.read(lambda tx: tx.execute(query).all()))


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def register_people(tx: Connection) -> Office:
        catalogues.save(tx, WHOLE, NOON)
        authority = an_authority(tx)
        word = {"authority_id": authority.id, "module": "PQ", "keyword": "NURSE"}
        tx.execute(insert(authority_keywords).values(**word))
        anna, bo = an_administrator(tx, authority, rulebook), a_user(tx, authority, rulebook)
        return Office(store, authority, anna, bo)

    return await store.write(register_people)


async def test_a_catalogue_that_drops_items_in_use_is_refused(office: Office) -> None:  # D24
    before = await office.audit_events()

    with pytest.raises(CatalogueInUseError) as refused:
        await office.load(ADMIN)

    assert set(refused.value.in_use) == {
        CatalogueItem(ItemKind.MODULE, "PQ"),
        CatalogueItem(ItemKind.MODULE, "PR"),
        PQ_BASIC,
        CatalogueItem(ItemKind.KEYWORD, "PQ", "NURSE"),
    }
    assert set(refused.value.in_use.values()) == {1}
    assert await office.modules() == ("PQ", "PR")
    assert await office.audit_events() == before
    assert await office.store.read(catalogues.newest) == WHOLE


async def test_a_withdrawal_is_recorded_and_notified(office: Office) -> None:  # D13
    before = await office.count_deliveries(DeliveryKind.NOTICE)

    assert await office.load(ADMIN, withdraw=True)

    assert await office.modules() == ()
    assert await office.roles() == ()
    acts = [(event.act, event.actor.kind) for event in await office.audit_events()][-3:]
    assert acts == [
        (Act.ROLES_CHANGED, ActorKind.COMMAND_LINE),
        (Act.MODULES_WITHDRAWN, ActorKind.COMMAND_LINE),
        (Act.CATALOGUE_LOADED, ActorKind.COMMAND_LINE),
    ]
    assert await office.count_deliveries(DeliveryKind.NOTICE) == before + 2
    # To the address of the authority, and to its administrator by DM and by e-mail.
    assert await office.count_deliveries(DeliveryKind.AUTHORITY_NOTICE) == 3
    assert await office.store.read(catalogues.newest) == ADMIN


async def test_a_role_and_a_keyword_are_withdrawn_from_a_module_that_stays(office: Office) -> None:
    pr = PQ.replace("PQ", "PR")

    assert await office.load(ADMIN + PQ + pr, withdraw=True)

    assert await office.modules() == ("PQ", "PR")
    assert await office.roles() == ()
    found = await office.store.read(lambda tx: competences.keywords_of(tx, office.authority.id))
    assert found == {}
    last = (await office.audit_events())[-3:]
    assert [event.act for event in last] == [
        Act.ROLES_CHANGED,
        Act.KEYWORDS_CHANGED,
        Act.CATALOGUE_LOADED,
    ]
    assert (last[1].details["module"], last[1].details["taken"]) == ("PQ", ["NURSE"])


async def test_keywords_that_stay_are_neither_withdrawn_nor_recorded(office: Office) -> None:
    other = {"authority_id": office.authority.id, "module": "PR", "keyword": "DOCTOR"}
    await office.store.write(lambda tx: tx.execute(insert(authority_keywords).values(**other)))
    pr = PQ.replace("PQ", "PR") + NURSE.replace("NURSE", "DOCTOR")

    assert await office.load(ADMIN + PQ + pr, withdraw=True)

    found = await office.store.read(lambda tx: competences.keywords_of(tx, office.authority.id))
    assert found == {"PR": {"DOCTOR"}}
    changed = [event for event in await office.audit_events() if event.act is Act.KEYWORDS_CHANGED]
    assert [event.details["module"] for event in changed] == ["PQ"]


async def test_unused_items_are_dropped_without_withdrawal(office: Office) -> None:
    text = ADMIN + PQ + BASIC + NURSE + PQ.replace("PQ", "PR") + PQ.replace("PQ", "NEW")

    assert await office.load(text)

    assert await office.roles() == (RoleKey("PQ", "BASIC"),)
    loaded = (await office.audit_events())[-1]
    assert loaded.details["added"] == ["module NEW"]
    assert "module SD" in str(loaded.details["dropped"])
    assert not await office.load(text)


async def test_usage_and_affected_authorities_match_the_stored_data(office: Office) -> None:
    found = await office.store.read(rows.count_usage)

    assert found[PQ_BASIC] == 1
    assert found[CatalogueItem(ItemKind.ROLE, "", "ADMIN")] == 1
    nobody = await office.store.read(
        lambda tx: rows.affected_authorities(tx, {CatalogueItem(ItemKind.MODULE, "EC")})
    )
    assert nobody == ()
    for item in (
        PQ_BASIC,
        CatalogueItem(ItemKind.MODULE, "PR"),
        CatalogueItem(ItemKind.KEYWORD, "PQ", "NURSE"),
    ):
        find_affected = partial(rows.affected_authorities, items={item})
        assert await office.store.read(find_affected) == (office.authority.id,)


async def test_a_restored_user_does_not_get_a_dropped_role_back(  # D13
    office: Office, rulebook: Rulebook
) -> None:
    kept = ADMIN + PQ + NURSE + PQ.replace("PQ", "PR")
    bo = office.bo.id
    await office.store.write(lambda tx: removal.remove(tx, office.anna, bo, rulebook, NOON))

    assert await office.load(kept)
    assert await office.load(WHOLE)
    await office.store.write(lambda tx: removal.restore(tx, office.anna, bo, rulebook, NOON))

    assert await office.roles() == ()
    changed = [event for event in await office.audit_events() if event.act is Act.ROLES_CHANGED]
    assert [(event.user_id, event.details["taken"]) for event in changed] == [(bo, ["PQ:BASIC"])]


async def test_modules_are_withdrawn_from_an_authority_without_users_too(store: Store) -> None:
    def register_authority(tx: Connection) -> Authority:
        catalogues.save(tx, WHOLE, NOON)
        return an_authority(tx)

    authority = await store.write(register_authority)

    assert await store.write(lambda tx: service.load_new(tx, ADMIN, NOON, withdraw=True))

    left = await store.read(lambda tx: authorities.require(tx, authority.id))
    assert left.modules == ()


async def test_a_loaded_catalogue_that_cannot_be_read_is_replaced(store: Store) -> None:
    await store.write(lambda tx: catalogues.save(tx, "old", NOON))

    assert await store.write(lambda tx: service.load_new(tx, WHOLE, NOON))


async def test_a_catalogue_with_mistakes_is_not_loaded(office: Office) -> None:
    with pytest.raises(CatalogueError, match="line"):
        await office.load("modules = 1")

    assert await office.store.read(catalogues.newest) == WHOLE


def test_items_are_shown_by_kind_and_code() -> None:
    assert str(CatalogueItem(ItemKind.MODULE, "PQ")) == "module PQ"
    assert str(PQ_BASIC) == "role PQ:BASIC"
    assert str(CatalogueItem(ItemKind.KEYWORD, "", "HEALTH")) == "keyword HEALTH"


@given(CODES, CODES, CODES)
def test_every_difference_is_listed_once(before: set[str], after: set[str], used: set[str]) -> None:
    usage = {CatalogueItem(ItemKind.MODULE, code): 2 for code in used}

    found = compare_catalogues(_of(before), _of(after), usage)

    assert found.modules == used - after
    assert {item.module for item in found.added} == after - before
    assert {item.module for item in found.dropped} == before - after - used


def _of(codes: set[str]) -> Catalogue:
    whole = load(ADMIN, "a")
    modules = tuple(Module(code, {"en": code}, ()) for code in sorted(codes))
    return replace(whole, modules=modules)


def test_items_of_every_kind_are_listed() -> None:
    found = items_of(load(WHOLE, "catalogue.toml"))

    assert CatalogueItem(ItemKind.ROLE, "", ADMINISTRATOR.role) in found
    assert {item.kind for item in found} == set(ItemKind)
