"""Tests of the data of an administrator's Home tab, on SQLite and PostgreSQL."""

import pytest
from sqlalchemy import Connection

from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.home.attention import MAX_SHOWN, AttentionKind, HomeRequest
from core.home.service import Overview, overview_for
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.users.principals import Principal
from core.users.rows import users
from tests.core.administration.sample_country import SampleCountry
from tests.factories import an_authority
from tests.times import NOON


def overview_of(tx: Connection, sample: SampleCountry, principal: Principal) -> Overview:
    me = users.require(tx, principal.user_id)
    authority = authorities.require(tx, principal.authority_id)
    return overview_for(tx, HomeRequest(me, authority, NOON), sample.rulebook)


async def test_home_shows_the_newest_users_and_the_open_requests(  # R20, R40, R57
    sample: SampleCountry,
) -> None:
    policy, source = sample.rulebook.policy, RequestSource.SLACK
    bo_id = sample.bo.user_id
    await sample.write(lambda tx: resets.request_reset(tx, bo_id, source, policy, NOON))

    home = await sample.read(lambda tx: overview_of(tx, sample, sample.anna))

    assert (home.me.id, home.authority) == (sample.anna.user_id, sample.health)
    assert {user.id for user in home.newest} == {sample.anna.user_id, bo_id}
    assert [user.id for _, user in home.attention.requests.items] == [bo_id]
    assert home.attention.too_few_administrators


async def test_of_many_lost_authorities_only_those_that_are_shown_are_read(
    sample: SampleCountry, monkeypatch: pytest.MonkeyPatch
) -> None:  # D12
    manager_id = sample.manager.id
    for _ in range(MAX_SHOWN + 1):
        await sample.write(lambda tx: an_authority(tx, manager_id=manager_id))
    read = []
    require = authorities.require

    def counted(tx: Connection, authority_id: int) -> Authority:
        read.append(authority_id)
        return require(tx, authority_id)

    monkeypatch.setattr(authorities, "require", counted)
    home = await sample.read(lambda tx: overview_of(tx, sample, sample.karin))

    lost = home.attention.without_administrator
    # The sample country has one already.
    assert (len(lost.items), lost.total) == (MAX_SHOWN, MAX_SHOWN + 2)
    assert len({*read} - {manager_id}) == MAX_SHOWN


async def test_a_kind_without_items_is_not_shown_alone(sample: SampleCountry) -> None:
    """When the last item of a kind is done, the whole tab is shown again."""

    def read(tx: Connection, only_kind: AttentionKind) -> Overview:
        me = users.require(tx, sample.anna.user_id)
        return overview_for(tx, HomeRequest(me, sample.health, NOON, only_kind), sample.rulebook)

    assert (await sample.read(lambda tx: read(tx, AttentionKind.REQUESTS))).only_kind is None
    bo_id, policy = sample.bo.user_id, sample.rulebook.policy
    await sample.write(
        lambda tx: resets.request_reset(tx, bo_id, RequestSource.SLACK, policy, NOON)
    )

    home = await sample.read(lambda tx: read(tx, AttentionKind.REQUESTS))

    assert home.only_kind == AttentionKind.REQUESTS
