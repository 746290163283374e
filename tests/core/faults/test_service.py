"""Tests of faults that several processes record, on SQLite and PostgreSQL."""

import asyncio
from datetime import timedelta
from functools import partial

from core.faults import rows, service
from core.faults.rules import InstallationFault, Service
from core.store.store import Store
from core.text_lengths import LONGEST_ERROR_NAME
from tests.times import NOON


async def test_a_fault_that_many_processes_record_at_once_is_new_to_one(store: Store) -> None:
    faults = [
        InstallationFault(Service.SLACK, "chat.postMessage", f"code{number}", NOON)
        for number in range(6)
    ]

    new = await asyncio.gather(
        *[store.write(partial(service.record_refusal, fault=fault)) for fault in faults]
    )

    assert sorted(new) == [False] * 5 + [True]
    assert await store.read(rows.all_faults) == (faults[new.index(True)],)


async def test_a_fault_that_is_refused_again_stays_as_it_began(store: Store) -> None:
    first = InstallationFault(Service.MAIL, "send", "x" * (LONGEST_ERROR_NAME + 1), NOON)
    later = InstallationFault(Service.MAIL, "connect", "other", NOON + timedelta(hours=1))
    assert await store.write(lambda tx: service.record_refusal(tx, first))
    await store.write(lambda tx: service.record_success(tx, Service.MAIL, NOON))

    assert not await store.write(lambda tx: service.record_refusal(tx, later))

    (fault,) = await store.read(rows.all_faults)
    assert (fault.step, fault.began_at, fault.worked_at) == ("send", NOON, None)
    assert fault.code == "x" * LONGEST_ERROR_NAME
