"""Tests of signing anew the checkpoints whose key was lost, on SQLite and PostgreSQL (D22)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from core.audit import service
from core.audit.adoption import adopt
from core.audit.rows import checkpoints, entries
from core.audit.rules import ANONYMOUS, Act
from core.audit.signing import TrailBrokenError
from core.secret import Secret
from core.store.store import Store
from tests.core.audit.growing import KEY, sign
from tests.times import NOON

LOST = Secret("the key that was lost")


def signed_entry(key: Secret, day: int = 0) -> Callable[[Connection], None]:
    """Return an operation that records an entry, and signs it with the key on that day."""

    def record_and_sign(tx: Connection) -> None:
        audit_event = service.event_about(ANONYMOUS, Act.SENT_AGAIN, authority_id=None)
        service.record(tx, audit_event, NOON)
        sign(tx, key, NOON + timedelta(days=day))

    return record_and_sign


async def test_only_checkpoints_that_no_key_signed_are_adopted(store: Store) -> None:  # D22
    await store.write(signed_entry(KEY))
    await store.write(signed_entry(LOST, day=1))
    valid, lost = await store.read(checkpoints.all_checkpoints)

    assert await store.write(lambda tx: adopt(tx, [KEY], NOON)) == (lost.number,)

    assert await store.read(lambda tx: checkpoints.find(tx, valid.number)) == valid
    last = (await store.read(lambda tx: list(entries.since(tx))))[-1].audit_event
    assert (last.act, last.details["numbers"]) == (Act.CHECKPOINTS_ADOPTED, [lost.number])


async def test_without_lost_keys_nothing_is_put_on_record(store: Store) -> None:  # D22
    await store.write(signed_entry(KEY))
    before = await store.read(lambda tx: list(entries.since(tx)))

    assert await store.write(lambda tx: adopt(tx, [KEY], NOON)) == ()

    assert await store.read(lambda tx: list(entries.since(tx))) == before


async def test_an_unreadable_checkpoint_prevents_the_adoption(  # D22
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.write(signed_entry(LOST))
    await store.write(signed_entry(LOST, day=1))
    before = await store.read(checkpoints.all_checkpoints)
    # The first is readable, the second is not.
    monkeypatch.setattr(checkpoints, "scan", lambda _tx: iter([before[0], before[1].number]))

    with pytest.raises(TrailBrokenError):
        await store.write(lambda tx: adopt(tx, [KEY], NOON))

    assert await store.read(checkpoints.all_checkpoints) == before
