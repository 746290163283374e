"""Tests of handing usernames over to their users, on SQLite and PostgreSQL."""

import pytest

from core.accounts import username_handover
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.errors import (
    NotFoundError,
)
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows import users
from tests.core.accounts.registering import Register
from tests.factories import (
    a_new_user,
    a_user,
    an_authority,
)
from tests.times import NOON


async def test_an_administrator_confirms_the_handover_of_the_username(  # R54, D10
    store: Store, anna: Principal, registering: Register
) -> None:
    made = await store.write(registering(a_new_user()))

    for _ in range(2):
        await store.write(lambda tx: username_handover.confirm_handover(tx, anna, made.id, NOON))

    found = await store.read(lambda tx: users.find(tx, made.id))
    assert found is not None
    assert found.username_handed_over_at == NOON
    entries = await store.read(lambda tx: list(audit_rows.since(tx)))
    assert [e.audit_event.act for e in entries].count(Act.USERNAME_TOLD) == 1


async def test_a_user_of_another_authority_is_not_found(
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:  # R12
    other = await store.write(an_authority)
    stranger = await store.write(lambda tx: a_user(tx, other, rulebook))

    with pytest.raises(NotFoundError):
        await store.write(
            lambda tx: username_handover.confirm_handover(tx, anna, stranger.id, NOON)
        )


async def test_a_revealed_username_is_on_record(store: Store, anna: Principal) -> None:  # D10
    revealed = await store.write(lambda tx: username_handover.reveal_username(tx, anna, NOON))

    assert revealed == "anna"
    entry = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert entry.audit_event.act == Act.USERNAME_REVEALED


async def test_an_unknown_user_has_no_username_to_reveal(store: Store, anna: Principal) -> None:
    ghost = Principal(anna.user_id + 999, anna.authority_id, "en", administrator=False)

    with pytest.raises(NotFoundError):
        await store.write(lambda tx: username_handover.reveal_username(tx, ghost, NOON))
