"""Tests of who is told that a message could not be delivered, on SQLite and PostgreSQL."""

from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, delete

from core.accounts import username_handover
from core.authorities.rules import Authority
from core.deliveries import service
from core.deliveries.rows import deliveries as rows
from core.deliveries.rules import Delivery, DeliveryKind, FailureReason, NewDelivery
from core.errors import NotFoundError
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries as deliveries_table
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows import roles, users
from core.users.rules import User
from tests.factories import a_user, an_administrator, an_authority, executing
from tests.times import NOON


@dataclass(frozen=True, slots=True)
class Country:
    """An access manager with two administrators, and an authority that it manages with one."""

    karin: Principal
    lars: Principal
    town: Authority
    ida: Principal


@pytest.fixture
async def country(store: Store, rulebook: Rulebook) -> Country:
    def register(tx: Connection) -> Country:
        manager = an_authority(tx, official_name="Manager", access_manager=True)
        town = an_authority(tx, official_name="Town", manager_id=manager.id)
        country = Country(
            an_administrator(tx, manager, rulebook, first_name="Karin"),
            an_administrator(tx, manager, rulebook, first_name="Lars"),
            town,
            an_administrator(tx, town, rulebook, first_name="Ida"),
        )
        tx.execute(delete(deliveries_table))
        return country

    return await store.write(register)


async def told_about(store: Store, new: NewDelivery) -> set[int | None]:
    """Let the delivery fail, and return the ids of those who are told."""

    def fail(tx: Connection) -> set[int | None]:
        rows.add(tx, [new], NOON)
        (failed,) = rows.newest_about(tx, new.user_id)
        service.mark_failed(tx, failed, FailureReason.MAIL_REFUSED, NOON)
        return {
            one.recipient_id
            for one in rows.about_event(
                tx, DeliveryKind.UNDELIVERED, new.user_id, f"failed{failed.id}"
            )
        }

    return await store.write(fail)


def password_of(user_id: int, authority: Authority, by: Principal | None) -> NewDelivery:
    by_user_id = None if by is None else by.user_id
    return NewDelivery(DeliveryKind.TEMPORARY_PASSWORD, authority.id, user_id, by_user_id)


async def test_the_access_manager_who_caused_a_message_is_told(  # R18, D19
    store: Store, country: Country
) -> None:
    new = password_of(country.ida.user_id, country.town, country.karin)

    assert await told_about(store, new) == {country.karin.user_id}


async def test_the_access_manager_is_told_if_nobody_else_is_left(  # R17, D12
    store: Store, country: Country
) -> None:
    new = password_of(country.ida.user_id, country.town, None)

    assert await told_about(store, new) == {country.karin.user_id, country.lars.user_id}


async def test_other_administrators_are_told_besides_who_caused_it(  # R18
    store: Store, country: Country, rulebook: Rulebook
) -> None:
    bo = await store.write(lambda tx: an_administrator(tx, country.town, rulebook))
    await store.write(executing(delete(deliveries_table)))

    by_karin = password_of(country.ida.user_id, country.town, country.karin)
    assert await told_about(store, by_karin) == {country.karin.user_id, bo.user_id}
    by_nobody = password_of(bo.user_id, country.town, None)
    assert await told_about(store, by_nobody) == {country.ida.user_id}


async def test_the_access_manager_is_not_told_about_ordinary_users(  # D11
    store: Store, country: Country, rulebook: Rulebook
) -> None:
    ada = await an_ordinary_user(store, country, rulebook)
    ida = country.ida.user_id
    await store.write(lambda tx: roles.revoke(tx, ida, users.require(tx, ida).roles))

    assert await told_about(store, password_of(ada.id, country.town, None)) == set()


async def an_ordinary_user(store: Store, country: Country, rulebook: Rulebook) -> User:
    def register(tx: Connection) -> User:
        user = a_user(tx, country.town, rulebook, roles=frozenset())
        tx.execute(delete(deliveries_table))
        return user

    return await store.write(register)


async def a_failed_password(store: Store, user_id: int, authority: Authority) -> Delivery:
    def fail(tx: Connection) -> Delivery:
        rows.add(tx, [password_of(user_id, authority, None)], NOON)
        (failed,) = rows.newest_about(tx, user_id)
        service.mark_failed(tx, failed, FailureReason.MAIL_REFUSED, NOON)
        return failed

    return await store.write(fail)


async def test_the_access_manager_sends_again_to_administrators_only(  # D11
    store: Store, country: Country, rulebook: Rulebook
) -> None:
    ada = await an_ordinary_user(store, country, rulebook)
    to_ida = await a_failed_password(store, country.ida.user_id, country.town)
    to_ada = await a_failed_password(store, ada.id, country.town)

    again = await store.write(lambda tx: service.send_again(tx, country.karin, to_ida.id, NOON))

    assert again.serial == to_ida.serial + 1
    with pytest.raises(NotFoundError):
        await store.write(lambda tx: service.send_again(tx, country.karin, to_ada.id, NOON))


async def test_an_authority_that_manages_another_one_has_no_access(  # D11, D15
    store: Store, country: Country, rulebook: Rulebook
) -> None:
    def register(tx: Connection) -> Principal:
        other = an_authority(tx, official_name="Other manager", access_manager=True)
        return an_administrator(tx, other, rulebook)

    stranger = await store.write(register)
    failed = await a_failed_password(store, country.ida.user_id, country.town)

    with pytest.raises(NotFoundError):
        await store.write(lambda tx: service.send_again(tx, stranger, failed.id, NOON))
    with pytest.raises(NotFoundError):
        await store.read(lambda tx: service.newest_about(tx, stranger, country.ida.user_id))
    with pytest.raises(NotFoundError):
        await store.write(
            lambda tx: username_handover.confirm_handover(tx, stranger, country.ida.user_id, NOON)
        )


async def test_the_access_manager_confirms_to_have_told_the_username(  # R54, D10
    store: Store, country: Country
) -> None:
    await store.write(
        lambda tx: username_handover.confirm_handover(tx, country.karin, country.ida.user_id, NOON)
    )

    ida = await store.read(lambda tx: users.require(tx, country.ida.user_id))
    assert ida.username_handed_over_at == NOON


async def test_the_access_manager_is_told_of_a_notice_that_nobody_else_can_send_again(  # R31
    store: Store, country: Country
) -> None:
    ida = country.ida.user_id
    new = NewDelivery(DeliveryKind.AUTHORITY_NOTICE, country.town.id, ida, recipient_id=ida)

    assert await told_about(store, new) == {country.karin.user_id, country.lars.user_id}
