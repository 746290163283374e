"""Tests of the periodic review of authorities' data, on SQLite and PostgreSQL."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from core.administration import data_review
from core.audit.rules import Act
from core.deliveries.rules import DeliveryKind
from core.errors import NotAdministratorError
from core.schema.authorities import authorities
from tests.core.administration.sample_country import SampleCountry
from tests.factories import executing
from tests.times import NOON

HALF_A_YEAR = timedelta(days=183)


async def request_reviews(sample: SampleCountry, now: datetime, limit: int = 10) -> int:
    policy = sample.rulebook.policy
    return await sample.write(lambda tx: data_review.request_due_reviews(tx, policy, now, limit))


async def test_twice_a_year_every_administrator_is_asked_once(
    sample: SampleCountry,
) -> None:  # R2, R30
    assert await request_reviews(sample, NOON + timedelta(days=182)) == 0

    assert await request_reviews(sample, NOON + HALF_A_YEAR) == 4
    assert await request_reviews(sample, NOON + HALF_A_YEAR) == 0

    asked = {
        request.recipient_id for request in await sample.deliveries_of(DeliveryKind.DATA_REVIEW)
    }
    assert asked == {sample.karin.user_id, sample.anna.user_id, sample.signe.user_id}


async def test_an_unanswered_request_is_repeated_after_half_a_year(
    sample: SampleCountry,
) -> None:  # R2
    await request_reviews(sample, NOON + HALF_A_YEAR)

    assert await request_reviews(sample, NOON + 2 * HALF_A_YEAR) == 4


async def test_a_request_on_a_day_that_comes_twice_is_a_request_of_its_own(
    sample: SampleCountry,
) -> None:  # R2
    """The clock was ahead, the data was confirmed then, and the day comes once more."""
    await request_reviews(sample, NOON + HALF_A_YEAR)
    confirmed_long_ago = update(authorities).values(confirmed_at=NOON, review_requested_at=None)
    await sample.write(executing(confirmed_long_ago))

    assert await request_reviews(sample, NOON + HALF_A_YEAR) == 4

    assert len(await sample.deliveries_of(DeliveryKind.DATA_REVIEW)) == 2 * 3


async def test_a_confirmation_postpones_the_next_request(sample: SampleCountry) -> None:  # R2, R59
    later = NOON + HALF_A_YEAR
    confirmed = await sample.write(
        lambda tx: data_review.confirm(tx, sample.anna, sample.health.id, later)
    )

    assert confirmed.confirmed_at == later
    last = (await sample.audit_events())[-1]
    assert (last.act, last.actor.user_id) == (Act.DATA_CONFIRMED, sample.anna.user_id)
    assert await request_reviews(sample, later) == 3


async def test_requests_are_limited_per_call(sample: SampleCountry) -> None:
    assert await request_reviews(sample, NOON + HALF_A_YEAR, 3) == 3
    assert await request_reviews(sample, NOON + HALF_A_YEAR, 3) == 1


async def test_only_administrators_confirm_the_data(sample: SampleCountry) -> None:  # R38
    with pytest.raises(NotAdministratorError):
        await sample.write(lambda tx: data_review.confirm(tx, sample.bo, sample.health.id, NOON))
