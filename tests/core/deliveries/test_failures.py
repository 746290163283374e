"""Tests of counting the deliveries that failed, on SQLite and PostgreSQL."""

from datetime import datetime, timedelta

from sqlalchemy import update

from core.deliveries.rows import failures
from core.deliveries.rules import DeliveryState, FailureReason
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries
from core.store.store import Store
from tests.factories import a_user, an_authority, executing
from tests.times import NOON


async def test_the_failures_of_one_authority_or_of_all_are_counted(
    store: Store, rulebook: Rulebook
) -> None:
    """Failures elsewhere do not sum up an authority's notices in one message."""

    async def count(since: datetime, authority_id: int | None = None) -> int:
        return await store.read(lambda tx: failures.count_failed(tx, since, authority_id))

    here = await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook))
    there = await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook))
    failed = {"state": DeliveryState.FAILED, "reason": FailureReason.MAIL_FAULT, "done_at": NOON}
    await store.write(executing(update(deliveries).values(failed)))

    ours, theirs = await count(NOON, here.authority_id), await count(NOON, there.authority_id)

    assert ours > 0
    assert theirs > 0
    assert await count(NOON) == ours + theirs
    assert await count(NOON + timedelta(seconds=1)) == 0
