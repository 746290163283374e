"""Registers users as an administrator does, for tests."""

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
from core.users.rules import NewUser, User, UserForm
from tests.times import NOON

Register = Callable[[NewUser], Callable[[Connection], User]]


def register_by(
    tx: Connection, principal: Principal, new_user: NewUser, form_id: str, rulebook: Rulebook
) -> User:
    form = form_of(new_user, form_id)
    return service.register_by_administrator(tx, principal, form, rulebook, NOON).user


async def refusal(store: Store, operation: Callable[[Connection], User]) -> tuple[InputError, ...]:
    with pytest.raises(FormError) as caught:
        await store.write(operation)
    return caught.value.errors


def form_of(new_user: NewUser, form_id: str) -> UserForm:
    """Return the form as an administrator fills it in for this user."""
    return UserForm(
        first_name=new_user.first_name,
        last_name=new_user.last_name,
        language=new_user.language,
        email=new_user.email.text,
        phone=new_user.phone or "",
        username=new_user.username,
        roles=tuple(map(str, new_user.roles)),
        member=new_user.member,
        form_id=form_id,
    )
