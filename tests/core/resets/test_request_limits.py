"""Limits of reset requests, and of the messages to administrators about them (D11)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.authorities.rules import Authority
from core.deliveries.rules import DeliveryKind
from core.errors import RequestPausedError
from core.policy import Policy
from core.resets import rows, service
from core.resets.rules import RequestSource, ResetRequest
from core.resets.service import ResetDecision
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries
from core.store.store import Store
from core.users.principals import Principal
from core.users.rules import User
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON

POLICY = Policy(requests_per_day=3)
SLACK, PORTAL = RequestSource.SLACK, RequestSource.PORTAL
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Office:
    """An authority with two administrators and eight users."""

    store: Store
    authority: Authority
    anna: Principal
    users: tuple[User, ...]

    async def ask(self, user: User, source: RequestSource, now: datetime = NOON) -> ResetRequest:
        return await self.store.write(
            lambda tx: service.request_reset(tx, user.id, source, POLICY, now)
        )

    async def ask_by_name(self, username: str, now: datetime = NOON) -> None:
        await self.store.write(
            lambda tx: service.request_reset_by_username(tx, username, POLICY, now)
        )

    async def decline(self, request: ResetRequest, now: datetime = NOON) -> None:
        decision = ResetDecision(request.id, approve=False)
        await self.store.write(lambda tx: service.decide(tx, self.anna, decision, POLICY, now))

    async def messages(self) -> list[dict[str, object]]:
        """Return the details of the messages about requests that the administrators get."""
        table = deliveries
        query = (
            select(table.c.details)
            .where(table.c.kind == DeliveryKind.REQUEST)
            .where(table.c.authority_id == self.authority.id)
            .order_by(table.c.id)
        )
        return await self.store.read(lambda tx: list(tx.scalars(query)))

    async def open(self) -> tuple[ResetRequest, ...]:
        return await self.store.read(lambda tx: rows.decidable_requests(tx, 0, self.authority.id))


async def an_office(store: Store, rulebook: Rulebook) -> Office:
    """Register the office."""

    def register(tx: Connection) -> Office:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        an_administrator(tx, authority, rulebook)
        users = tuple(a_user(tx, authority, rulebook) for _ in range(8))
        return Office(store, authority, anna, users)

    return await store.write(register)


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    return await an_office(store, rulebook)


@pytest.mark.parametrize("source", [SLACK, PORTAL])
async def test_after_a_decline_a_user_has_to_wait_a_day(  # D11
    office: Office, source: RequestSource
) -> None:
    bo = office.users[0]
    await office.decline(await office.ask(bo, source), NOON + HOUR)

    with pytest.raises(RequestPausedError) as refused:
        await office.ask(bo, source, NOON + DAY)

    assert refused.value.until == NOON + HOUR + DAY
    assert (await office.ask(bo, source, NOON + HOUR + DAY)).source == source


async def test_a_declined_stranger_does_not_silence_the_user_in_slack(
    office: Office,
) -> None:  # D11
    bo = office.users[0]
    await office.decline(await office.ask(bo, PORTAL))

    assert (await office.ask(bo, SLACK)).source == SLACK


async def test_a_user_declined_in_slack_cannot_ask_on_the_portal(office: Office) -> None:  # D11
    bo = office.users[0]
    await office.decline(await office.ask(bo, SLACK))

    with pytest.raises(RequestPausedError):
        await office.ask(bo, PORTAL)


async def test_a_decline_on_a_clock_that_was_ahead_silences_nobody(office: Office) -> None:
    bo = office.users[0]
    request = await office.ask(bo, SLACK)
    await office.decline(request, NOON + 2 * DAY)

    assert (await office.ask(bo, SLACK, NOON + HOUR)).id != request.id


async def test_a_pause_on_the_portal_is_silent(office: Office) -> None:  # D3, D11
    bo = office.users[0]
    await office.decline(await office.ask(bo, PORTAL))

    await office.ask_by_name(bo.username, NOON + HOUR)

    assert await office.open() == ()


async def test_an_expiry_during_a_pause_stays_written(office: Office) -> None:  # D11
    bo = office.users[0]
    await office.decline(await office.ask(bo, PORTAL))
    await office.ask(bo, SLACK)
    await office.store.write(lambda tx: service.expire_due(tx, POLICY, NOON + 3 * DAY, 10))

    entries = await office.store.read(lambda tx: list(audit_rows.since(tx)))
    assert entries[-1].audit_event.act == Act.RESET_EXPIRED


@pytest.mark.parametrize("source", [SLACK, PORTAL])
async def test_administrators_are_told_of_so_many_requests_a_day(  # D11
    office: Office, source: RequestSource
) -> None:
    for user in office.users[:5]:
        await office.ask(user, source)

    assert len(await office.open()) == 5
    assert len(await office.messages()) == 3 * 2
    await office.ask(office.users[5], source, NOON + DAY)
    assert len(await office.messages()) == 4 * 2


async def test_requests_of_strangers_use_up_nothing_of_those_in_slack(office: Office) -> None:
    for user in office.users[:5]:
        await office.ask(user, PORTAL)

    await office.ask(office.users[5], SLACK)

    assert len(await office.messages()) == 4 * 2
    assert (await office.open())[0].source == SLACK  # listed first


async def test_another_authority_is_told_of_its_own(office: Office, rulebook: Rulebook) -> None:
    for user in office.users[:5]:
        await office.ask(user, PORTAL)
    other = await an_office(office.store, rulebook)

    await other.ask(other.users[0], PORTAL)

    assert len(await other.messages()) == 2


async def test_simultaneous_requests_do_not_pass_the_limit(office: Office) -> None:  # D11
    await asyncio.gather(*(office.ask(user, PORTAL) for user in office.users))

    assert len(await office.messages()) == 3 * 2


async def test_the_last_message_of_the_day_says_that_it_is_the_last(office: Office) -> None:
    for user in office.users[:4]:
        await office.ask(user, PORTAL)

    last = ["last" in details for details in await office.messages()]

    assert last == [False, False, False, False, True, True]
