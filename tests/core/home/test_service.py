"""Tests of the data of an administrator's Home tab, on SQLite and PostgreSQL."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.errors import NobodyToAskError
from core.home.attention import MAX_SHOWN, AttentionKind, HomeRequest
from core.home.service import Overview, overview_for
from core.resets import rows as request_rows
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.resets.service import ResetDecision
from core.schema.users import users as users_table
from core.users.principals import Principal
from core.users.reset_permissions import reset_approvers_of_each
from core.users.rows import queries, users
from core.users.rules import User
from tests.core.administration.sample_country import SampleCountry
from tests.factories import a_member, an_administrator, an_authority
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


async def test_an_administrators_own_request_is_left_to_the_others(  # R67, D11
    sample: SampleCountry,
) -> None:
    policy, source, own_id = sample.rulebook.policy, RequestSource.SLACK, sample.anna.user_id

    def set_up(tx: Connection) -> Principal:
        key = a_member(tx, "U0ELSA").key
        elsa = an_administrator(tx, sample.health, sample.rulebook, member=key)
        resets.request_reset(tx, own_id, source, policy, NOON)
        table = users_table
        long_ago = NOON - timedelta(days=99)
        tx.execute(update(table).where(table.c.id == own_id).values(registered_at=long_ago))
        return elsa

    elsa = await sample.write(set_up)
    own = await sample.read(lambda tx: overview_of(tx, sample, sample.anna))
    hers = await sample.read(lambda tx: overview_of(tx, sample, elsa))
    managers = await sample.read(lambda tx: overview_of(tx, sample, sample.karin))

    totals = own.attention.totals
    assert totals[AttentionKind.REQUESTS] == totals[AttentionKind.NEVER_SIGNED_IN] == 0
    assert [user.id for _, user in hers.attention.requests.items] == [own_id]
    assert managers.attention.requests.total == 0


async def test_a_request_that_only_the_access_manager_may_approve_is_on_its_home(  # D11, D12
    sample: SampleCountry,
) -> None:
    policy, source = sample.rulebook.policy, RequestSource.SLACK
    for user_id in (sample.anna.user_id, sample.bo.user_id):
        await sample.write(
            lambda tx, user_id=user_id: resets.request_reset(tx, user_id, source, policy, NOON)  # type: ignore[misc]
        )

    managers, others = [
        await sample.read(lambda tx, who=who: overview_of(tx, sample, who))  # type: ignore[misc]
        for who in (sample.karin, sample.signe)
    ]

    # Anna decides on Bo's request: the access manager resets no ordinary user's password.
    ((request, user),) = managers.attention.requests.items
    assert (user.id, managers.attention.requests.total) == (sample.anna.user_id, 1)
    assert others.attention.requests.total == 0
    decision = ResetDecision(request.id, approve=True)
    await sample.write(lambda tx: resets.decide(tx, sample.karin, decision, policy, NOON))
    home = await sample.read(lambda tx: overview_of(tx, sample, sample.karin))
    assert home.attention.requests.total == 0


async def test_the_requests_on_home_are_those_of_which_the_reader_is_an_approver(
    sample: SampleCountry,
) -> None:  # D11
    """The condition in SQL and `reset_approvers` agree, whoever can act in Slack."""
    policy, source = sample.rulebook.policy, RequestSource.PORTAL

    def set_up(tx: Connection) -> list[User]:
        left = a_member(tx, "U0LEFT", deleted=True).key
        for authority, changes in (
            (sample.health, {}),
            (sample.labour, {"member": left}),
            (sample.labour, {"member": None}),
            (sample.other, {"member": None}),
        ):
            an_administrator(tx, authority, sample.rulebook, **changes)
        own, health, labour, other = (
            queries.all_of(tx, one.id)
            for one in (sample.manager, sample.health, sample.labour, sample.other)
        )
        for user in (*own, *health, *labour, *other):
            with suppress(NobodyToAskError):
                resets.request_reset(tx, user.id, source, policy, NOON)
        return [*own, *health, *labour, *other]

    everybody = await sample.write(set_up)

    def listed_and_asked(tx: Connection) -> list[tuple[list[int], list[int]]]:
        approvers, acting = reset_approvers_of_each(tx, everybody), queries.acting_ids(tx)
        found = []
        for reader in (one for one in everybody if one.administrator and one.id in acting):
            requests = request_rows.decidable_requests(tx, reader.id, reader.authority_id)
            listed = sorted(one.user_id for one in requests)
            found.append((listed, sorted(ids_asking(reader, approvers))))
        return found

    compared = await sample.read(listed_and_asked)
    assert [listed for listed, _ in compared] == [asked for _, asked in compared]
    assert [len(listed) for listed, _ in compared] == [2, 2, 2, 1]


def ids_asking(reader: User, approvers: dict[int, tuple[User, ...]]) -> list[int]:
    return [number for number, each in approvers.items() if reader.id in {one.id for one in each}]


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
