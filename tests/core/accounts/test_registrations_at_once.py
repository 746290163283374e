"""Tests of registrations in one authority at the same moment."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from core.authorities.rows import authorities
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal, lock_administered_authority
from core.users.rows import sign_in_state, users
from core.users.rules import NewUser, User
from tests import databases
from tests.core.accounts.registering import register_by
from tests.factories import a_new_user, an_administrator, an_authority
from tests.locked_rows import LOCK_NOT_AVAILABLE, beside, impatient


async def test_a_form_submitted_many_times_at_once_registers_one_user(  # R46
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    def register(tx: Connection, new_user: NewUser) -> User:
        return register_by(tx, anna, new_user, new_user.username, rulebook)

    for _ in range(10):
        same = partial(register, new_user=a_new_user())
        registered = await asyncio.gather(*[store.write(same) for _ in range(8)])

        assert len({user.id for user in registered}) == 1


def an_administrator_alone(postgres_url: str, rulebook: Rulebook) -> Principal:
    def set_up(tx: Connection) -> Principal:
        databases.empty(tx)
        return an_administrator(tx, an_authority(tx), rulebook)

    return databases.write_alone(postgres_url, set_up)


@pytest.mark.postgres
def test_a_registration_waits_for_no_other_in_its_authority(
    postgres_url: str, rulebook: Rulebook
) -> None:
    anna = an_administrator_alone(postgres_url, rulebook)

    registered = beside(
        postgres_url,
        lambda tx: lock_administered_authority(tx, anna, shared=True),
        impatient(lambda tx: register_by(tx, anna, a_new_user(), "V1", rulebook)),
    )

    assert isinstance(registered, User)


@pytest.mark.postgres
def test_a_change_of_an_authority_waits_for_a_registration(  # D12, D13, D14
    postgres_url: str, rulebook: Rulebook
) -> None:
    anna = an_administrator_alone(postgres_url, rulebook)

    with pytest.raises(DBAPIError) as caught:
        beside(
            postgres_url,
            lambda tx: lock_administered_authority(tx, anna, shared=True),
            impatient(lambda tx: authorities.lock_row(tx, anna.authority_id)),
        )

    assert getattr(caught.value.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE


@pytest.mark.postgres
def test_a_registration_waits_for_a_change_that_came_first(
    postgres_url: str, rulebook: Rulebook
) -> None:
    """A change never waits longer than for the registrations that came before it."""
    anna = an_administrator_alone(postgres_url, rulebook)
    changes: list[Future[None]] = []

    with ThreadPoolExecutor() as threads:

        def register_while_a_change_waits(tx: Connection) -> None:
            lock_administered_authority(tx, anna, shared=True)
            change = partial(authorities.lock_row, authority_id=anna.authority_id)
            changes.append(threads.submit(databases.write_alone, postgres_url, change))
            assert databases.wait_for_a_blocked_transaction(tx)

        with pytest.raises(DBAPIError) as caught:
            beside(
                postgres_url,
                register_while_a_change_waits,
                impatient(lambda tx: register_by(tx, anna, a_new_user(), "V1", rulebook)),
            )

        assert getattr(caught.value.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE
        assert changes[0].result() is None


@pytest.mark.postgres
@pytest.mark.parametrize(
    "lock",
    [
        users.lock,
        lambda tx, user_id: users.lock_all(tx, [user_id]),
        sign_in_state.lock_awaiting_password,
    ],
    ids=["lock", "lock_all", "lock_awaiting_password"],
)
def test_a_registration_waits_for_nothing_that_its_administrator_does(
    postgres_url: str, rulebook: Rulebook, lock: Callable[[Connection, int], object]
) -> None:
    # The deliveries of the registration refer to the administrator.
    anna = an_administrator_alone(postgres_url, rulebook)

    registered = beside(
        postgres_url,
        lambda tx: lock(tx, anna.user_id),
        impatient(lambda tx: register_by(tx, anna, a_new_user(), "V1", rulebook)),
    )

    assert isinstance(registered, User)
