"""Tests of detecting leavers and asking administrators about them, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection

from core.accounts import removal
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.authorities.rules import Authority
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind
from core.errors import MemberFault, NotAdministratorError, NotFoundError
from core.leavers import rows, service
from core.leavers.rules import Leaver
from core.members.rules import Member
from core.policy import Policy
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries as deliveries_table
from core.store.store import Store
from core.users.principals import Principal, principal_of
from core.users.rules import User
from tests.factories import a_member, a_user, an_administrator, an_authority
from tests.times import NOON

POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Office:
    """An authority with two administrators and a user in Slack."""

    store: Store
    rulebook: Rulebook
    authority: Authority
    anna: Principal
    bea: Principal
    bo: User
    member: Member
    numbers: Iterator[int] = field(default_factory=count)

    async def notice(self, **changes: Any) -> None:  # noqa: ANN401 - any trait
        member = replace(self.member, **changes)
        await self.store.write(lambda tx: service.check_member(tx, member, NOON))

    async def lose_one(self, now: datetime) -> int:
        """Register a user, deactivate their Slack member then, and return the user's id."""
        number = next(self.numbers)

        def leave(tx: Connection) -> int:
            member = a_member(tx, f"U0X{number}", deleted=True)
            user = a_user(tx, self.authority, self.rulebook, member=member.key)
            service.check_member(tx, member, now)
            return user.id

        return await self.store.write(leave)

    async def count_questions(self) -> int:
        table = deliveries_table
        asked = table.select().where(table.c.kind == DeliveryKind.LEAVER)
        return await self.store.read(lambda tx: len(tx.execute(asked).all()))

    async def find_leaver(self) -> Leaver | None:
        return await self.store.read(lambda tx: rows.find(tx, self.bo.id))

    async def messages(self, kind: DeliveryKind, event: str) -> tuple[Delivery, ...]:
        return await self.store.read(lambda tx: deliveries.about_event(tx, kind, self.bo.id, event))

    async def acts(self) -> list[Act]:
        every = await self.store.read(lambda tx: list(audit_rows.since(tx)))
        return [one.audit_event.act for one in every]

    async def keep(self, by: Principal | None = None, user_id: int = 0) -> User:
        number = user_id or self.bo.id
        return await self.store.write(
            lambda tx: service.keep_user(tx, by or self.anna, number, POLICY, NOON)
        )


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def set_up(tx: Connection) -> tuple[Authority, Principal, Principal, User, Member]:
        authority = an_authority(tx)
        member = a_member(tx, "U0BO")
        return (
            authority,
            an_administrator(tx, authority, rulebook),
            an_administrator(tx, authority, rulebook),
            a_user(tx, authority, rulebook, member=member.key),
            member,
        )

    return Office(store, rulebook, *await store.write(set_up))


@pytest.mark.parametrize(
    ("change", "fault"), [("deleted", MemberFault.DEACTIVATED), ("guest", MemberFault.GUEST)]
)
async def test_the_administrators_are_asked_once(  # R65, D14
    office: Office, change: str, fault: MemberFault
) -> None:
    await office.notice(**{change: True})
    await office.notice(**{change: True})

    leaver = await office.find_leaver()
    assert leaver is not None
    expected = Leaver(
        office.bo.id, office.authority.id, fault, NOON, None, 1, entry_id=leaver.entry_id
    )
    assert leaver == expected
    sent = await office.messages(DeliveryKind.LEAVER, leaver.event)
    assert [one.recipient_id for one in sent] == [office.anna.user_id, office.bea.user_id]
    assert (await office.acts()).count(Act.LEAVER_NOTICED) == 1


async def test_a_deactivation_in_slack_removes_no_user(office: Office) -> None:  # D14
    await office.notice(deleted=True)

    assert Act.USER_REMOVED not in await office.acts()


async def test_a_member_who_is_no_user_is_no_leaver(office: Office, store: Store) -> None:
    stranger = await store.write(lambda tx: a_member(tx, "U0EVE", deleted=True))

    await store.write(lambda tx: service.check_member(tx, stranger, NOON))
    await office.notice()

    assert await office.find_leaver() is None
    assert Act.LEAVER_NOTICED not in await office.acts()


async def test_a_question_is_closed_when_the_member_is_back(office: Office) -> None:  # D14
    await office.notice(deleted=True)
    leaver = await office.find_leaver()
    assert leaver is not None

    await office.notice()

    assert await office.find_leaver() is None
    closed = await office.messages(DeliveryKind.LEAVER_CLOSED, leaver.event)
    assert [one.by_user_id for one in closed] == [None, None]


async def test_administrators_are_asked_again_a_month_after_keeping_a_user(
    office: Office,
) -> None:  # D14
    await office.notice(deleted=True)
    leaver = await office.find_leaver()
    assert leaver is not None

    await office.keep()

    kept = await office.find_leaver()
    assert kept is not None
    assert (kept.ask_at, kept.round) == (NOON + timedelta(days=30), 2)
    assert len(await office.messages(DeliveryKind.LEAVER_CLOSED, leaver.event)) == 2
    assert (await office.acts())[-1] == Act.LEAVER_KEPT
    assert await office.store.read(lambda tx: rows.awaiting_answer(tx, office.authority.id)) == ()

    for days, asked in ((29, 0), (30, 1), (31, 0)):
        moment = NOON + timedelta(days=days)
        number = await office.store.write(lambda tx, m=moment: service.ask_due(tx, m, 10))  # type: ignore[misc]
        assert number == asked
    assert len(await office.messages(DeliveryKind.LEAVER, kept.event)) == 2


async def test_a_removal_closes_the_question(office: Office) -> None:  # D14
    await office.notice(deleted=True)
    leaver = await office.find_leaver()
    assert leaver is not None

    await office.store.write(
        lambda tx: removal.remove(tx, office.anna, office.bo.id, office.rulebook, NOON)
    )

    assert await office.find_leaver() is None
    assert len(await office.messages(DeliveryKind.LEAVER_CLOSED, leaver.event)) == 2


async def test_a_member_who_leaves_and_is_back_within_a_second_counts_as_active(  # D14, B01
    office: Office,
) -> None:
    """Slack sends four events within one second; each is taken, and nobody is asked at the end."""
    for _ in range(2):
        await office.notice(deleted=True)
        await office.notice()

    assert await office.find_leaver() is None
    asked = await office.store.read(lambda tx: rows.awaiting_answer(tx, office.authority.id))
    assert asked == ()
    assert (await office.acts()).count(Act.LEAVER_NOTICED) == 2


async def test_every_question_can_be_answered_however_often_it_was_asked(  # D14, B01
    office: Office,
) -> None:
    for _ in range(3):
        await office.notice(deleted=True)
        await office.keep()
        await office.store.write(
            lambda tx: service.ask_due(tx, NOON + timedelta(days=POLICY.leaver_days), 10)
        )
        await office.keep()
        await office.notice()
    await office.notice(deleted=True)

    await office.store.write(
        lambda tx: removal.remove(tx, office.anna, office.bo.id, office.rulebook, NOON)
    )

    assert await office.find_leaver() is None


async def test_many_leavers_at_once_make_one_message_a_day(office: Office) -> None:  # D14
    for number in range(9):
        await office.lose_one(NOON + timedelta(minutes=number))

    assert await office.count_questions() == 2 * 5 + 2
    asked = await office.store.read(lambda tx: rows.awaiting_answer(tx, office.authority.id))
    assert len(asked) == 9


async def test_unanswered_questions_of_earlier_days_do_not_count(office: Office) -> None:  # D14
    for number in range(7):
        await office.lose_one(NOON + timedelta(days=number))

    assert await office.count_questions() == 2 * 7


async def test_many_kept_leavers_are_asked_about_in_one_message(office: Office) -> None:  # D14
    lost = [await office.lose_one(NOON + timedelta(days=number)) for number in range(7)]
    for user_id in lost:
        await office.keep(user_id=user_id)

    later = NOON + timedelta(days=POLICY.leaver_days)
    await office.store.write(lambda tx: service.ask_due(tx, later, 10))

    assert await office.count_questions() == 2 * 7 + 2 * 5 + 2


async def test_the_other_administrators_are_asked_about_an_administrator(office: Office) -> None:
    def leave(tx: Connection) -> str:
        member = a_member(tx, "U0CHIEF", deleted=True)
        chief = an_administrator(tx, office.authority, office.rulebook, member=member.key)
        service.check_member(tx, member, NOON)
        leaver = rows.find(tx, chief.user_id)
        assert leaver is not None
        sent = deliveries.about_event(tx, DeliveryKind.LEAVER, chief.user_id, leaver.event)
        return str(sorted(one.recipient_id or 0 for one in sent))

    sent = await office.store.write(leave)

    assert sent == str(sorted([office.anna.user_id, office.bea.user_id]))


async def test_only_a_leaver_with_an_open_question_can_be_kept(office: Office) -> None:
    with pytest.raises(NotFoundError):
        await office.keep()
    with pytest.raises(NotFoundError):
        await office.keep(user_id=999)
    with pytest.raises(NotAdministratorError):
        await office.keep(by=principal_of(office.bo))
    await office.store.write(lambda tx: service.close(tx, office.bo.id, None, NOON))


async def test_a_leaver_whom_another_process_just_noticed_is_asked_about_once(  # D14
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.notice(deleted=True)
    found = [None]
    find = rows.find
    # Until the lock is held, the question of the other process is not committed.
    monkeypatch.setattr(
        rows, "find", lambda tx, user_id: found.pop() if found else find(tx, user_id)
    )

    await office.notice(deleted=True)

    assert found == []
    assert (await office.acts()).count(Act.LEAVER_NOTICED) == 1


async def test_an_administrator_who_is_back_is_not_asked_about_themselves(  # D14
    office: Office,
) -> None:
    def leave(tx: Connection) -> Principal:
        member = a_member(tx, "U0CHIEF", deleted=True)
        chief = an_administrator(tx, office.authority, office.rulebook, member=member.key)
        service.check_member(tx, member, NOON)
        return chief

    chief = await office.store.write(leave)
    await office.keep(user_id=chief.user_id)
    later = NOON + timedelta(days=POLICY.leaver_days)

    def ask_again(tx: Connection) -> list[int]:
        # Saved by the chief's own command, before the leavers are looked through.
        a_member(tx, "U0CHIEF", seen_at=later)
        assert service.ask_due(tx, later, 10) == 1
        leaver = rows.find(tx, chief.user_id)
        assert leaver is not None
        sent = deliveries.about_event(tx, DeliveryKind.LEAVER, chief.user_id, leaver.event)
        return sorted({one.recipient_id for one in sent if one.recipient_id is not None})

    asked = await office.store.write(ask_again)

    assert asked == sorted([office.anna.user_id, office.bea.user_id])
