"""Tests of password resets and of requests for them, on SQLite and PostgreSQL."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from core.audit.rows import entries as audit_rows
from core.audit.rules import ANONYMOUS, Act, Actor, ActorKind
from core.authorities.rules import Authority
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, DeliveryState
from core.errors import (
    NobodyToAskError,
    NotAdministratorError,
    NotFoundError,
    OwnPasswordError,
    RequestClosedError,
    RuleError,
    TextTooLongError,
)
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.resets import rows, service
from core.resets.rules import RequestSource, ResetRequest, ResetRequestState
from core.resets.service import ResetDecision
from core.rulebook import Rulebook
from core.secret import Secret
from core.signin import service as signin
from core.store.store import Store
from core.text_lengths import LONGEST_REASON
from core.users.principals import Principal, principal_of
from core.users.rows import sign_in_state, users
from core.users.rules import User
from core.users.status import PasswordState, password_state
from tests.factories import a_user, an_administrator, an_authority, settle_sent
from tests.times import NOON

POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Office:
    """An authority with two administrators and a user with a password of their own."""

    store: Store
    rulebook: Rulebook
    authority: Authority
    anna: Principal
    bea: Principal
    bo: User

    async def ask(self, user: User | None = None, now: timedelta = timedelta(0)) -> ResetRequest:
        number = (user or self.bo).id
        return await self.store.write(
            lambda tx: service.request_reset(tx, number, RequestSource.SLACK, POLICY, NOON + now)
        )

    async def decide(
        self, request: ResetRequest, by: Principal, *, approve: bool, now: timedelta = timedelta(0)
    ) -> ResetRequest:
        decision = ResetDecision(request.id, approve, "" if approve else "Not you")
        return await self.store.write(
            lambda tx: service.decide(tx, by, decision, POLICY, NOON + now)
        )

    async def reset(self, by: Principal, user_id: int) -> User:
        return await self.store.write(lambda tx: service.reset(tx, by, user_id, NOON))

    async def user(self, user_id: int) -> User:
        found = await self.store.read(lambda tx: users.find(tx, user_id))
        assert found is not None
        return found

    async def acts(self) -> list[Act]:
        every = await self.store.read(lambda tx: list(audit_rows.since(tx)))
        return [one.audit_event.act for one in every]

    async def recipients_of(self, kind: DeliveryKind, event: str) -> list[int | None]:
        found = await self.store.read(
            lambda tx: deliveries.about_event(tx, kind, self.bo.id, event)
        )
        return [one.recipient_id for one in found]


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def set_up(tx: Connection) -> tuple[Authority, Principal, Principal, User]:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        bea = an_administrator(tx, authority, rulebook)
        bo = a_user(tx, authority, rulebook)
        passwords.give_temporary(tx, bo.id, "first", POLICY, NOON)
        current = users.require_in_authority(tx, bo.id, authority.id)
        passwords.choose(tx, PasswordChoice(bo.id, "own", current.password_id), POLICY, NOON)
        signin.open_session(tx, bo.id, Secret("token"), NOON)
        for one in deliveries.newest_about(tx, bo.id):
            settle_sent(tx, one)
        return authority, anna, bea, users.require_in_authority(tx, bo.id, authority.id)

    return Office(store, rulebook, *await store.write(set_up))


async def test_a_reset_voids_the_password_and_ends_sessions(office: Office) -> None:  # R16, R68, D4
    reset = await office.reset(office.anna, office.bo.id)

    assert reset.password_id is None
    assert password_state(reset.status, NOON) == PasswordState.TEMPORARY
    candidate = await office.store.read(lambda tx: signin.begin(tx, office.bo.username))
    assert candidate.digest is None
    with pytest.raises(RuleError):
        await office.store.read(
            lambda tx: signin.user_of_session(tx, Secret("token"), POLICY, NOON)
        )
    newest = await office.store.read(lambda tx: deliveries.newest_about(tx, office.bo.id))
    (mail,) = [one for one in newest if one.kind == DeliveryKind.TEMPORARY_PASSWORD]
    assert (mail.serial, mail.state) == (2, DeliveryState.WAITING)
    assert (await office.acts())[-1] == Act.PASSWORD_RESET


async def test_the_history_of_passwords_survives_a_reset(office: Office) -> None:  # R71, D7
    await office.reset(office.anna, office.bo.id)

    old = await office.store.read(
        lambda tx: passwords.hashes_not_to_reuse(tx, office.bo.id, POLICY)
    )
    assert old == ("own",)


async def test_a_reset_unblocks(office: Office) -> None:  # D3
    await office.store.write(lambda tx: sign_in_state.write_failures(tx, office.bo.id, 5, NOON))

    reset = await office.reset(office.anna, office.bo.id)

    assert (reset.status.blocked_at, reset.wrong_passwords) == (None, 0)


async def test_a_user_cannot_reset_their_own_password(office: Office) -> None:  # R67, D11
    with pytest.raises(OwnPasswordError):
        await office.reset(office.anna, office.anna.user_id)


async def test_only_an_administrator_resets(office: Office) -> None:  # D11
    with pytest.raises(NotAdministratorError):
        await office.reset(principal_of(office.bo), office.anna.user_id)


@pytest.mark.parametrize(
    ("manages", "is_manager", "administrator", "allowed"),
    [
        (True, True, True, True),
        (True, True, False, False),
        (True, False, True, False),
        (False, True, True, False),
    ],
)
async def test_an_access_manager_resets_administrators_only(  # D11, D15
    office: Office, *, manages: bool, is_manager: bool, administrator: bool, allowed: bool
) -> None:
    def register_both(tx: Connection) -> tuple[Principal, int]:
        manager = an_authority(tx, access_manager=is_manager)
        managed = an_authority(tx, manager_id=manager.id if manages else None)
        karin = an_administrator(tx, manager, office.rulebook)
        boss = an_administrator(tx, managed, office.rulebook)
        user = a_user(tx, managed, office.rulebook)
        return karin, boss.user_id if administrator else user.id

    karin, number = await office.store.write(register_both)

    if allowed:
        assert (await office.reset(karin, number)).password_id is None
    else:
        with pytest.raises(NotFoundError):
            await office.reset(karin, number)


@pytest.mark.parametrize("gone", ["removed", "never was"])
async def test_a_removed_or_unknown_user_cannot_be_reset(office: Office, gone: str) -> None:
    number = office.bo.id if gone == "removed" else 999
    await office.store.write(lambda tx: users.remove(tx, office.bo.id, None, NOON))

    with pytest.raises(NotFoundError):
        await office.reset(office.anna, number)
    with pytest.raises(NotFoundError):
        await office.store.write(
            lambda tx: service.request_reset(tx, number, RequestSource.SLACK, POLICY, NOON)
        )


async def test_a_request_reaches_every_administrator(office: Office) -> None:  # D11
    request = await office.ask()

    assert (request.state, request.source) == (ResetRequestState.OPEN, RequestSource.SLACK)
    assert await office.recipients_of(DeliveryKind.REQUEST, request.event) == [
        office.anna.user_id,
        office.bea.user_id,
    ]
    entry = (await office.store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert entry.audit_event.act == Act.RESET_REQUESTED
    assert entry.audit_event.actor == Actor.user(office.bo.id)


async def test_a_repeated_request_opens_no_second_one(office: Office) -> None:  # D11
    every = await asyncio.gather(*(office.ask() for _ in range(5)))

    assert len({one.id for one in every}) == 1
    assert (await office.acts()).count(Act.RESET_REQUESTED) == 1


async def test_an_expired_request_that_is_still_open_does_not_block_a_new_one(
    office: Office,
) -> None:
    first = await office.ask()

    again = await office.ask(now=timedelta(days=3))

    assert again.id != first.id
    assert (await office.acts())[-2:] == [Act.RESET_EXPIRED, Act.RESET_REQUESTED]


async def test_an_approval_resets_and_redraws_every_message(office: Office) -> None:  # D11
    request = await office.ask()

    closed = await office.decide(request, office.bea, approve=True)

    assert (closed.state, closed.decided_by) == (ResetRequestState.APPROVED, office.bea.user_id)
    assert (await office.user(office.bo.id)).password_id is None
    assert await office.recipients_of(DeliveryKind.REQUEST_CLOSED, request.event) == [
        office.anna.user_id,
        office.bea.user_id,
    ]
    assert (await office.acts())[-1] == Act.PASSWORD_RESET


async def test_a_declined_request_sends_the_reason(office: Office) -> None:  # D11
    request = await office.ask()

    closed = await office.decide(request, office.anna, approve=False)

    assert (closed.state, closed.reason) == (ResetRequestState.DECLINED, "Not you")
    assert (await office.user(office.bo.id)).password_id is not None
    entry = (await office.store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert entry.audit_event.act == Act.RESET_DECLINED
    (sent,) = await office.store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.NOTICE, office.bo.id, str(entry.id))
    )
    assert sent.details == {"what": "request_declined", "reason": "Not you"}


async def test_a_too_long_reason_is_refused(office: Office) -> None:  # D11
    request = await office.ask()
    long = ResetDecision(request.id, approve=False, reason="x" * (LONGEST_REASON + 1))

    with pytest.raises(TextTooLongError) as refused:
        await office.store.write(lambda tx: service.decide(tx, office.anna, long, POLICY, NOON))

    assert (refused.value.field, refused.value.most) == ("reason", LONGEST_REASON)
    assert (
        await office.decide(request, office.anna, approve=True)
    ).state == ResetRequestState.APPROVED


async def test_the_first_decision_counts(office: Office) -> None:  # D11
    request = await office.ask()

    outcomes = await asyncio.gather(
        office.decide(request, office.anna, approve=True),
        office.decide(request, office.bea, approve=False),
        return_exceptions=True,
    )

    names = sorted(type(one).__name__ for one in outcomes)
    assert names == ["RequestClosedError", "ResetRequest"]


async def test_an_expired_request_cannot_be_decided(office: Office) -> None:  # D11
    request = await office.ask()

    with pytest.raises(RequestClosedError):
        await office.decide(request, office.anna, approve=True, now=timedelta(days=3))


async def test_an_administrator_cannot_approve_their_own_request(
    office: Office,
) -> None:  # R67, D11
    anna = await office.user(office.anna.user_id)
    request = await office.ask(anna)

    with pytest.raises(OwnPasswordError):
        await office.decide(request, office.anna, approve=True)
    await office.decide(request, office.bea, approve=True)


async def test_an_unknown_request_cannot_be_decided(office: Office) -> None:
    request = await office.ask()

    with pytest.raises(NotFoundError):
        await office.decide(replace(request, id=999), office.anna, approve=True)
    with pytest.raises(NotAdministratorError):
        await office.decide(replace(request, id=999), principal_of(office.bo), approve=True)


async def test_a_reset_approves_the_open_request(office: Office) -> None:
    request = await office.ask()

    await office.reset(office.anna, office.bo.id)

    closed = await office.store.read(lambda tx: rows.find(tx, request.id))
    assert closed is not None
    assert closed.state == ResetRequestState.APPROVED


async def test_an_undecided_request_expires_and_the_user_is_notified(office: Office) -> None:  # D11
    request = await office.ask()

    def expire(tx: Connection) -> int:
        return service.expire_due(tx, POLICY, NOON + timedelta(days=3), 10)

    early = NOON + timedelta(days=2)
    assert await office.store.write(lambda tx: service.expire_due(tx, POLICY, early, 10)) == 0
    assert await office.store.write(expire) == 1
    assert await office.store.write(expire) == 0
    entry = (await office.store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert (entry.audit_event.act, entry.audit_event.actor.kind) == (
        Act.RESET_EXPIRED,
        ActorKind.SYSTEM,
    )
    assert await office.recipients_of(DeliveryKind.NOTICE, str(entry.id)) == [office.bo.id]
    assert len(await office.recipients_of(DeliveryKind.REQUEST_CLOSED, request.event)) == 2


async def test_a_removed_users_request_is_closed_without_a_notice(office: Office) -> None:  # D14
    request = await office.ask()

    await office.store.write(
        lambda tx: service.withdraw(tx, office.bo.id, office.anna.user_id, NOON)
    )
    await office.store.write(
        lambda tx: service.withdraw(tx, office.bo.id, office.anna.user_id, NOON)
    )

    closed = await office.store.read(lambda tx: rows.find(tx, request.id))
    assert closed is not None
    assert closed.state == ResetRequestState.EXPIRED


async def test_a_removed_user_gets_no_notice_of_an_expired_request(office: Office) -> None:  # D14
    await office.ask()
    await office.store.write(lambda tx: users.remove(tx, office.bo.id, None, NOON))

    late = NOON + timedelta(days=9)
    await office.store.write(lambda tx: service.expire_due(tx, POLICY, late, 10))

    entry = (await office.store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert await office.recipients_of(DeliveryKind.NOTICE, str(entry.id)) == []


async def test_an_only_administrators_request_goes_to_the_access_manager(  # D11
    store: Store, rulebook: Rulebook
) -> None:
    def set_up(tx: Connection) -> tuple[Principal, Principal, int]:
        manager = an_authority(tx, access_manager=True)
        alone = an_administrator(tx, an_authority(tx), rulebook)
        karin = an_administrator(tx, manager, rulebook)
        managed = an_authority(tx, manager_id=manager.id)
        return alone, karin, an_administrator(tx, managed, rulebook).user_id

    alone, karin, managed = await store.write(set_up)

    with pytest.raises(NobodyToAskError):
        await store.write(
            lambda tx: service.request_reset(tx, alone.user_id, RequestSource.SLACK, POLICY, NOON)
        )
    request = await store.write(
        lambda tx: service.request_reset(tx, managed, RequestSource.SLACK, POLICY, NOON)
    )
    sent = await store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.REQUEST, managed, request.event)
    )
    assert [one.recipient_id for one in sent] == [karin.user_id]


async def test_a_request_for_an_unknown_username_is_on_record(office: Office) -> None:  # D3, D22
    await office.store.write(
        lambda tx: service.request_reset_by_username(tx, "nobody", POLICY, NOON)
    )
    await office.store.write(
        lambda tx: service.request_reset_by_username(
            tx, f" {office.bo.username.upper()} ", POLICY, NOON
        )
    )

    stranger, known = (await office.store.read(lambda tx: list(audit_rows.since(tx))))[-2:]
    assert (stranger.audit_event.actor.kind, stranger.audit_event.user_id) == (
        ActorKind.ANONYMOUS,
        None,
    )
    assert (known.audit_event.actor, known.audit_event.user_id) == (ANONYMOUS, office.bo.id)
    assert known.audit_event.details["source"] == "portal"
