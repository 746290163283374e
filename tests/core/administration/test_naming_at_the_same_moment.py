"""Tests of looking for a new administrator while others write, on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Connection

from core.administration.administrator_naming import candidates, require_without_administrator
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.rulebook import Rulebook
from core.users.principals import Principal
from tests import databases
from tests.factories import a_user, an_administrator, an_authority

SECONDS = 5


def set_up(tx: Connection, rulebook: Rulebook) -> tuple[Principal, Authority]:
    databases.empty(tx)
    manager = an_authority(tx, access_manager=True)
    lost = an_authority(tx, manager_id=manager.id)
    a_user(tx, lost, rulebook)
    return an_administrator(tx, manager, rulebook), lost


@pytest.mark.postgres
@pytest.mark.parametrize(
    "look",
    [
        lambda tx, by, lost: candidates(tx, by, lost.id, ""),
        lambda tx, by, lost: require_without_administrator(tx, by, lost.id),
    ],
    ids=["candidates", "require_without_administrator"],
)
def test_looking_for_a_new_administrator_waits_for_no_writer(
    postgres_url: str,
    rulebook: Rulebook,
    look: Callable[[Connection, Principal, Authority], object],
) -> None:  # D12
    karin, lost = databases.write_alone(postgres_url, lambda tx: set_up(tx, rulebook))
    locked, looked = Event(), Event()

    def hold_both_rows(tx: Connection) -> bool:
        authorities.lock_row(tx, lost.id)
        authorities.lock_row(tx, karin.authority_id)
        locked.set()
        return looked.wait(SECONDS)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(databases.write_alone, postgres_url, hold_both_rows)
        assert locked.wait(timeout=30)
        assert databases.write_alone(postgres_url, lambda tx: look(tx, karin, lost))
        looked.set()
        assert holding.result()
