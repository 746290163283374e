"""Tests of one Slack member whom two transactions save at the same moment, on PostgreSQL (D6)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from sqlalchemy import Connection

from core.members import service
from core.members.rules import Member
from core.members.service import NewZone, Saved
from tests import databases
from tests.factories import a_member


def set_up(tx: Connection) -> Member:
    databases.empty(tx)
    return a_member(tx, "U0BO", tz="Europe/Lisbon")


@pytest.mark.postgres
def test_the_time_zone_is_compared_with_the_one_that_is_replaced(postgres_url: str) -> None:
    """D6: the other transaction wrote a new zone, so going back to the first is a change too."""
    bo = databases.write_alone(postgres_url, set_up)
    moved = Event()

    def move(tx: Connection) -> tuple[Saved | NewZone, bool]:
        saved = service.save(tx, replace(bo, tz="Europe/Athens"))
        moved.set()
        return saved, databases.wait_for_a_blocked_transaction(tx)

    with ThreadPoolExecutor(1) as pool:
        moving = pool.submit(databases.write_alone, postgres_url, move)
        assert moved.wait(timeout=30)
        back = databases.write_alone(postgres_url, lambda tx: service.save(tx, bo))

    assert moving.result() == (NewZone("Europe/Lisbon"), True)
    assert back == NewZone("Europe/Athens")
