"""Fixtures: an authority, its administrator, and registering users in it."""

from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import Connection

from core.authorities.rules import Authority
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal
from core.users.rules import NewUser, User
from tests.core.accounts.registering import Register, register_by
from tests.factories import (
    an_administrator,
    an_authority,
)


@pytest.fixture
async def authority(store: Store) -> Authority:
    return await store.write(an_authority)


@pytest.fixture
async def anna(store: Store, authority: Authority, rulebook: Rulebook) -> Principal:
    return await store.write(lambda tx: an_administrator(tx, authority, rulebook, username="anna"))


@pytest.fixture
def registering(anna: Principal, rulebook: Rulebook) -> Register:
    numbers = count(1)

    def register(new_user: NewUser) -> Callable[[Connection], User]:
        key = f"V{next(numbers)}"
        return lambda tx: register_by(tx, anna, new_user, key, rulebook)

    return register
