"""Whether the data is still right, asked twice a year; on both databases."""

from datetime import datetime, timedelta

import pytest

from core.administration import data_review
from core.audit.rules import Act
from core.deliveries.rules import DeliveryKind
from core.errors import NotAdministratorError
from tests.core.administration.sample_country import Land
from tests.times import NOON

HALF_A_YEAR = timedelta(days=183)


async def ask(land: Land, now: datetime, most: int = 10) -> int:
    policy = land.rulebook.policy
    return await land.act(lambda tx: data_review.request_due_reviews(tx, policy, now, most))


async def test_twice_a_year_every_administrator_is_asked_once(land: Land) -> None:  # R2, R30
    assert await ask(land, NOON + timedelta(days=182)) == 0

    assert await ask(land, NOON + HALF_A_YEAR) == 4
    assert await ask(land, NOON + HALF_A_YEAR) == 0

    asked = {one.recipient_id for one in await land.said(DeliveryKind.STILL_RIGHT)}
    assert asked == {land.karin.user_id, land.anna.user_id, land.signe.user_id}


async def test_who_does_not_answer_is_asked_again_in_half_a_year(land: Land) -> None:  # R2
    await ask(land, NOON + HALF_A_YEAR)

    assert await ask(land, NOON + 2 * HALF_A_YEAR) == 4


async def test_a_yes_counts_from_then(land: Land) -> None:  # R2, R59
    later = NOON + HALF_A_YEAR
    made = await land.act(lambda tx: data_review.confirm(tx, land.anna, land.health.id, later))

    assert made.confirmed_at == later
    last = (await land.audit_events())[-1]
    assert (last.act, last.actor.user_id) == (Act.DATA_CONFIRMED, land.anna.user_id)
    assert await ask(land, later) == 3


async def test_they_are_asked_in_portions(land: Land) -> None:
    assert await ask(land, NOON + HALF_A_YEAR, 3) == 3
    assert await ask(land, NOON + HALF_A_YEAR, 3) == 1


async def test_who_administers_nothing_confirms_nothing(land: Land) -> None:  # R38
    with pytest.raises(NotAdministratorError):
        await land.act(lambda tx: data_review.confirm(tx, land.bo, land.health.id, NOON))
