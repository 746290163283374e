"""Tests of the data of an administrator's Home tab, on SQLite and PostgreSQL."""

import pytest

from core.errors import NotAdministratorError
from core.home.service import overview
from core.resets import service as resets
from core.resets.rules import RequestSource
from tests.core.administration.sample_country import SampleCountry
from tests.times import NOON


async def test_home_shows_the_newest_users_and_the_open_requests(  # R20, R40, R57
    sample: SampleCountry,
) -> None:
    policy, source = sample.rulebook.policy, RequestSource.SLACK
    bo_id = sample.bo.user_id
    await sample.write(lambda tx: resets.request_reset(tx, bo_id, source, policy, NOON))

    home = await sample.read(lambda tx: overview(tx, sample.anna, sample.rulebook, NOON))

    assert (home.me.id, home.authority) == (sample.anna.user_id, sample.health)
    assert {user.id for user in home.newest} == {sample.anna.user_id, bo_id}
    assert [user.id for _, user in home.attention.requests] == [bo_id]
    assert home.attention.administrators == 1


async def test_only_an_administrator_has_this_home(sample: SampleCountry) -> None:  # R38
    with pytest.raises(NotAdministratorError):
        await sample.read(lambda tx: overview(tx, sample.bo, sample.rulebook, NOON))
