"""Registering users through the service, as an administrator does."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from core.accounts import registration as service
from core.errors import (
    FormError,
    InputError,
)
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal
from core.users.rules import NewUser, User
from tests.times import NOON

Register = Callable[[NewUser], Callable[[Connection], User]]


def register_by(
    tx: Connection, principal: Principal, new_user: NewUser, form_id: str, rulebook: Rulebook
) -> User:
    request = service.request_by_administrator(tx, principal, new_user, form_id)
    return service.register(tx, request, rulebook, NOON)


async def refusal(store: Store, operation: Callable[[Connection], User]) -> tuple[InputError, ...]:
    with pytest.raises(FormError) as caught:
        await store.write(operation)
    return caught.value.errors
