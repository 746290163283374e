"""Tests of a demotion concurrent with an act of the same administrator, on PostgreSQL (R38)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Connection

from core.errors import NotAdministratorError
from core.role_keys import ADMINISTRATOR
from core.roles import service
from core.roles.service import HolderEdit
from core.rulebook import Rulebook
from core.users.principals import Principal, principal_of
from core.users.rows import users
from core.users.rules import User
from tests import databases
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON


def set_up(tx: Connection, rulebook: Rulebook) -> tuple[Principal, User]:
    databases.empty(tx)
    authority = an_authority(tx)
    jonas = a_user(tx, authority, rulebook, roles=frozenset({ADMINISTRATOR}))
    return an_administrator(tx, authority, rulebook), jonas


@pytest.mark.postgres
def test_an_administrator_cannot_undo_a_demotion_that_is_being_committed(
    postgres_url: str, rulebook: Rulebook
) -> None:  # R38
    anna, jonas = databases.write_alone(postgres_url, lambda tx: set_up(tx, rulebook))
    demoted = Event()

    def demote(tx: Connection) -> bool:
        edit = HolderEdit(ADMINISTRATOR, frozenset(), frozenset({jonas.id}))
        service.change_holders(tx, edit, anna, rulebook, NOON)
        demoted.set()
        return databases.wait_for_a_blocked_transaction(tx)

    def take_back(tx: Connection) -> None:
        edit = HolderEdit(ADMINISTRATOR, frozenset({jonas.id}), frozenset())
        service.change_holders(tx, edit, principal_of(jonas), rulebook, NOON)

    with ThreadPoolExecutor(1) as pool:
        demotion = pool.submit(databases.write_alone, postgres_url, demote)
        assert demoted.wait(timeout=30)
        with pytest.raises(NotAdministratorError):
            databases.write_alone(postgres_url, take_back)
        assert demotion.result()

    found = databases.write_alone(postgres_url, lambda tx: users.find(tx, jonas.id))
    assert found is not None
    assert not found.administrator
