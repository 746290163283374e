"""Tests of planning, rescheduling, cancelling and queueing reminders, on SQLite and PostgreSQL."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import Connection, event, func, select, update

from core.accounts import relinking, removal, slack_members
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import Authority
from core.deliveries.rules import DeliveryKind, Lane
from core.members import rows as member_rows
from core.members.rules import Member, MemberKey
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.reminders import rows, service, settlement
from core.reminders.rules import Threshold, due_at, expiry_thresholds, next_digest
from core.reminders.service import UpcomingReminder
from core.resets import service as resets
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.reminders import reminders
from core.schema.users import users as users_table
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows import users
from core.users.rules import User
from tests.factories import TEAM, a_member, a_user, an_administrator, an_authority, executing
from tests.times import NOON

POLICY = Policy()
THRESHOLDS = expiry_thresholds(POLICY)
# Six months after NOON (D5).
END = datetime.fromisoformat("2026-09-02T12:00+00:00")


@dataclass(frozen=True, slots=True)
class Office:
    """An authority with an administrator, and Bo, who lives in Copenhagen."""

    store: Store
    authority: Authority
    anna: Principal
    bo: User

    async def choose_password(self, now: datetime = NOON) -> int:
        """Let Bo choose a password; return its id."""
        choice = PasswordChoice(self.bo.id, "own", replaces_id=await self._current())
        await self.store.write(lambda tx: passwords.choose(tx, choice, POLICY, now))
        return await self._current() or 0

    async def give_temporary(self, now: datetime = NOON) -> None:
        """Give Bo a temporary password."""
        await self.store.write(
            lambda tx: passwords.give_temporary(tx, self.bo.id, "t", POLICY, now)
        )

    async def write_directly(self, **values: object) -> None:
        """Write Bo's columns, so that the reminders stay as they are."""
        table = users_table
        await self.store.write(
            executing(update(table).where(table.c.id == self.bo.id).values(values))
        )

    async def planned(self) -> dict[int, datetime]:
        """Return Bo's waiting reminders and when they are due."""
        waiting = await self.store.read(lambda tx: rows.waiting_of(tx, self.bo.id))
        return {one.threshold: one.due_at for one in waiting}

    async def queue(self, now: datetime, most: int = 500) -> int:
        """Let the job run once."""
        return await self.store.write(lambda tx: service.queue_due(tx, now, most))

    async def queued(self, kind: DeliveryKind = DeliveryKind.REMINDER) -> list[tuple[int, str]]:
        """Return the recipients and thresholds of the queued reminders."""
        table = deliveries_table
        query = select(table.c.recipient_id, table.c.event).where(
            table.c.kind == kind, table.c.lane == Lane.SLACK
        )
        found = await self.store.read(lambda tx: tx.execute(query.order_by(table.c.id)).all())
        return [(row.recipient_id, row.event.partition(":")[2]) for row in found]

    async def lanes(self) -> list[tuple[str, str]]:
        """Return the thresholds and lanes of the queued reminders."""
        table = deliveries_table
        query = select(table.c.event, table.c.lane).where(table.c.kind == DeliveryKind.REMINDER)
        found = await self.store.read(lambda tx: tx.execute(query.order_by(table.c.id)).all())
        return [(row.event.partition(":")[2], row.lane) for row in found]

    async def digests(self) -> list[tuple[int, str]]:
        """Return the recipients and days of the digests of unused temporary passwords."""
        table = deliveries_table
        query = select(table.c.recipient_id, table.c.event).where(
            table.c.kind == DeliveryKind.EXPIRY_DIGEST
        )
        found = await self.store.read(lambda tx: tx.execute(query.order_by(table.c.id)).all())
        return [(row.recipient_id, row.event) for row in found]

    async def _current(self) -> int | None:
        user = await self.store.read(lambda tx: users.find(tx, self.bo.id))
        return None if user is None else user.password_id


# The states of a user in which planned reminders are obsolete.
of_no_use = pytest.mark.parametrize(
    ("column", "value"), [("blocked_at", NOON), ("removed_at", NOON), ("password_id", 404)]
)


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def set_up(tx: Connection) -> tuple[Authority, Principal, User]:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        return authority, anna, a_user(tx, authority, rulebook, member=a_member(tx, "U0BO").key)

    return Office(store, *await store.write(set_up))


async def test_a_chosen_password_has_four_reminders(office: Office) -> None:  # R69, D6
    await office.choose_password()

    expected = {
        threshold: due_at(END, threshold, "Europe/Copenhagen", 9) for threshold in THRESHOLDS
    }
    assert await office.planned() == expected
    assert expected[7] == datetime.fromisoformat("2026-08-26T07:00+00:00")


async def test_the_days_and_the_hour_of_the_reminders_can_be_set(office: Office) -> None:  # D6
    set_policy = Policy(reminder_days=(30, 2), reminder_hour=6)
    choice = PasswordChoice(office.bo.id, "own", replaces_id=None)
    await office.store.write(lambda tx: passwords.choose(tx, choice, set_policy, NOON))

    assert await office.planned() == {
        threshold: due_at(END, threshold, "Europe/Copenhagen", 6) for threshold in (30, 2, 0)
    }


async def test_a_reminder_that_would_be_due_before_the_password_is_left_out(
    office: Office,
) -> None:  # D6
    short = Policy(password_months=1, reminder_days=(45, 31, 14))
    choice = PasswordChoice(office.bo.id, "own", replaces_id=None)
    await office.store.write(lambda tx: passwords.choose(tx, choice, short, NOON))

    assert set(await office.planned()) == {14, 0}


async def test_a_set_hour_stays_when_a_user_moves(office: Office) -> None:  # D6, D21
    choice = PasswordChoice(office.bo.id, "own", replaces_id=None)
    early = Policy(reminder_hour=6)
    await office.store.write(lambda tx: passwords.choose(tx, choice, early, NOON))

    def link_to_another_member(tx: Connection) -> None:
        key = a_member(tx, "U0NEW", tz=None).key
        relinking.relink(tx, users.require(tx, office.bo.id), key, COMMAND_LINE, NOON)

    def move(tx: Connection) -> None:
        member = cast("Member", member_rows.find(tx, MemberKey(TEAM, "U0NEW")))
        slack_members.save_member(tx, replace(member, tz="Asia/Tokyo"))

    await office.store.write(link_to_another_member)
    at_first = await office.planned()
    await office.store.write(move)

    # The zone of a new member is not known until Slack describes them.
    assert at_first == {one: due_at(END, one, "UTC", 6) for one in THRESHOLDS}
    assert await office.planned() == {one: due_at(END, one, "Asia/Tokyo", 6) for one in THRESHOLDS}


async def test_each_reminder_is_sent_once(office: Office) -> None:  # D6
    await office.choose_password()
    now = NOON
    while now < END + timedelta(days=30):
        now += timedelta(hours=7)
        await office.queue(now)
        await office.queue(now)

    assert await office.queued() == [(office.bo.id, one) for one in ("14", "7", "1", "0")]
    assert await office.planned() == {}


async def test_the_last_two_reminders_go_out_by_mail_as_well(office: Office) -> None:  # R70, C3, D6
    await office.choose_password()
    now = NOON
    while now < END + timedelta(days=2):
        now += timedelta(hours=7)
        await office.queue(now)

    expected = [("14", "slack"), ("7", "slack")]
    assert await office.lanes() == [
        *expected,
        *(("1", "slack"), ("1", "mail")),
        *(("0", "slack"), ("0", "mail")),
    ]


async def test_who_is_not_linked_gets_each_reminder_once_by_mail(office: Office) -> None:  # D6
    await office.choose_password()
    await office.write_directly(member_id=None)

    for threshold in THRESHOLDS:
        await office.queue(due_at(END, threshold, "Europe/Copenhagen", 9))

    # Without a Slack member the delivery itself is sent by e-mail.
    assert await office.lanes() == [(one, "slack") for one in ("14", "7", "1", "0")]


async def test_after_an_outage_only_the_latest_reminder_is_sent(office: Office) -> None:  # D6
    await office.choose_password()

    settled = await office.queue(END - timedelta(hours=20))

    assert settled == 3
    assert await office.queued() == [(office.bo.id, "1")]
    assert list(await office.planned()) == [Threshold.EXPIRY]


async def test_a_reminder_that_was_sent_does_not_replace_an_earlier_one(
    office: Office,
) -> None:  # D6
    await office.choose_password()
    of_last_day = update(reminders).where(reminders.c.threshold == int(Threshold.DAY))
    await office.store.write(executing(of_last_day.values(state="queued")))

    await office.queue(END - timedelta(hours=20))

    assert await office.queued() == [(office.bo.id, "7")]


async def test_a_changed_password_cancels_the_waiting_reminders(office: Office) -> None:  # D6
    await office.choose_password()
    await office.queue(END - timedelta(days=10))
    await office.choose_password(END - timedelta(days=9))

    await office.queue(END + timedelta(days=9))

    assert await office.queued() == [(office.bo.id, "14")]
    assert set(await office.planned()) == set(THRESHOLDS)


async def test_a_reset_cancels_the_waiting_reminders(office: Office) -> None:  # R68, D6
    await office.choose_password()
    await office.store.write(lambda tx: resets.reset(tx, office.anna, office.bo.id, NOON))

    assert await office.planned() == {}


async def test_a_new_time_zone_reschedules_the_reminders(office: Office) -> None:  # D6
    await office.choose_password()

    def move(tx: Connection) -> None:
        here = a_member(tx, "U0BO")
        slack_members.save_member(tx, replace(here, tz="America/Martinique"))

    await office.store.write(move)

    there = {threshold: due_at(END, threshold, "America/Martinique", 9) for threshold in THRESHOLDS}
    assert await office.planned() == there


async def test_a_new_time_zone_repeats_no_reminder(office: Office) -> None:  # D6
    await office.choose_password()
    morning = due_at(END, 7, "Europe/Copenhagen", 9)
    await office.queue(morning)
    await office.store.write(
        lambda tx: slack_members.save_member(
            tx, replace(a_member(tx, "U0BO"), tz="America/Martinique")
        )
    )

    await office.queue(morning + timedelta(hours=8))

    assert await office.queued() == [(office.bo.id, "7")]


async def test_a_member_without_a_user_reschedules_nothing(office: Office) -> None:
    await office.store.write(
        lambda tx: slack_members.save_member(tx, replace(a_member(tx, "U0OTHER"), tz="Asia/Tokyo"))
    )

    assert await office.planned() == {}


async def test_an_expired_temporary_password_is_notified_to_the_administrators(
    office: Office,
) -> None:  # D4
    await office.give_temporary()
    assert list(await office.planned()) == [Threshold.TEMPORARY_EXPIRED]

    digest = next_digest(NOON + timedelta(days=7), 9)
    await office.queue(digest - timedelta(seconds=1))
    assert await office.digests() == []
    await office.queue(digest)

    assert await office.digests() == [(office.anna.user_id, "2026-03-10")]
    assert await office.queued() == []


async def test_an_administrator_has_one_digest_a_day(
    office: Office, rulebook: Rulebook
) -> None:  # D4
    await office.give_temporary()

    def others(tx: Connection) -> None:
        for hours in (1, 2, 30):
            user = a_user(tx, office.authority, rulebook)
            passwords.give_temporary(tx, user.id, "t", POLICY, NOON + timedelta(hours=hours))

    await office.store.write(others)
    now = NOON
    while now < NOON + timedelta(days=11):
        now += timedelta(hours=1)
        await office.queue(now, most=1)

    assert await office.digests() == [
        (office.anna.user_id, "2026-03-10"),
        (office.anna.user_id, "2026-03-11"),
    ]


async def test_where_nobody_administers_the_authority_an_expiry_is_notified_to_nobody(
    office: Office,
) -> None:  # D4, D12
    await office.give_temporary()
    await office.store.write(lambda tx: users.remove(tx, office.anna.user_id, None, NOON))

    await office.queue(next_digest(NOON + timedelta(days=7), 9))

    assert await office.digests() == []


async def test_a_used_temporary_password_does_not_expire(office: Office) -> None:  # D2
    await office.give_temporary()
    await office.choose_password()

    await office.queue(NOON + timedelta(days=9))

    assert await office.digests() == []


async def test_a_removed_user_gets_no_reminder(office: Office, rulebook: Rulebook) -> None:  # D14
    await office.choose_password()
    await office.store.write(
        lambda tx: removal.remove(tx, office.anna, office.bo.id, rulebook, NOON)
    )

    await office.queue(END + timedelta(days=1))

    assert await office.queued() == []


async def test_a_restored_user_is_reminded_again_and_not_twice(
    office: Office, rulebook: Rulebook
) -> None:  # D14
    await office.choose_password(NOON - timedelta(days=170))
    end = datetime.fromisoformat("2026-03-13T12:00+00:00")
    await office.queue(NOON)
    await office.store.write(
        lambda tx: removal.remove(tx, office.anna, office.bo.id, rulebook, NOON)
    )
    await office.store.write(
        lambda tx: removal.restore(tx, office.anna, office.bo.id, rulebook, NOON)
    )

    await office.queue(end + timedelta(days=1))

    assert await office.queued() == [(office.bo.id, "14"), (office.bo.id, "0")]


@of_no_use
async def test_a_reminder_of_no_use_is_not_sent(
    office: Office, column: str, value: object
) -> None:  # D3, D6, D14
    await office.choose_password()
    await office.write_directly(**{column: value})

    settled = await office.queue(END)

    assert settled == 4
    assert await office.queued() == []
    assert await office.planned() == {}


async def test_a_thousand_due_reminders_are_queued_in_parts(
    office: Office, rulebook: Rulebook
) -> None:
    def set_up(tx: Connection) -> None:
        for _ in range(24):
            user = a_user(tx, office.authority, rulebook)
            passwords.choose(tx, PasswordChoice(user.id, "own", replaces_id=None), POLICY, NOON)

    await office.store.write(set_up)
    due = END - timedelta(days=13)

    settled = [await office.queue(due, most=10) for _ in range(4)]

    assert settled == [10, 10, 4, 0]
    assert len(await office.queued()) == 24


async def test_two_processes_queue_no_reminder_twice(office: Office, rulebook: Rulebook) -> None:
    def set_up(tx: Connection) -> None:
        for _ in range(12):
            user = a_user(tx, office.authority, rulebook)
            passwords.choose(tx, PasswordChoice(user.id, "own", replaces_id=None), POLICY, NOON)

    await office.store.write(set_up)

    await asyncio.gather(*[office.queue(END - timedelta(days=13), most=4) for _ in range(8)])
    while await office.queue(END - timedelta(days=13), most=4):
        continue

    sent = await office.queued()
    assert len(sent) == len(set(sent)) == 12


async def test_upcoming_reminders_are_listed_page_by_page(
    office: Office, rulebook: Rulebook
) -> None:
    def set_up(tx: Connection) -> None:
        for _ in range(5):
            user = a_user(tx, office.authority, rulebook)
            passwords.choose(tx, PasswordChoice(user.id, "own", replaces_id=None), POLICY, NOON)

    await office.store.write(set_up)
    until = END - timedelta(days=6)

    def pages(tx: Connection) -> list[UpcomingReminder]:
        seen: list[UpcomingReminder] = []
        while page := service.upcoming(tx, until, seen[-1].due if seen else None, 3):
            seen += page
        return seen

    seen = [(one.user.id, one.due.threshold) for one in await office.store.read(pages)]

    assert len(seen) == len(set(seen)) == 10
    assert {threshold for _, threshold in seen} == {14, 7}
    assert await office.queued() == []


@of_no_use
async def test_a_reminder_of_no_use_is_not_listed(
    office: Office, column: str, value: object
) -> None:  # D3, D6, D14
    await office.choose_password()
    await office.write_directly(**{column: value})

    assert await office.store.read(lambda tx: service.upcoming(tx, END, None, 9)) == ()


async def test_a_user_without_a_password_has_no_reminders(office: Office) -> None:
    await office.store.write(lambda tx: service.plan(tx, office.bo.id, POLICY))
    await office.store.write(lambda tx: service.plan(tx, 404, POLICY))

    counted = select(func.count()).select_from(reminders)
    assert await office.store.read(lambda tx: tx.scalar(counted)) == 0


async def test_all_reminders_of_a_password_are_due_when_it_expires(office: Office) -> None:
    await office.choose_password()

    planned = (await office.planned()).values()
    assert len(planned) == 4
    assert min(planned) > NOON
    assert max(planned) <= END


async def test_a_run_that_finds_nothing_due_makes_one_query(office: Office) -> None:
    await office.choose_password()
    asked = []

    def set_up(tx: Connection) -> int:
        event.listen(tx, "after_cursor_execute", lambda *_: asked.append(1))
        return service.queue_due(tx, NOON, 500)

    assert await office.store.write(set_up) == 0
    assert len(asked) == 1


async def test_a_reminder_that_was_sent_is_not_planned_again(office: Office) -> None:  # D6
    await office.choose_password()
    await office.queue(END + timedelta(days=1))

    await office.store.write(lambda tx: service.plan(tx, office.bo.id, POLICY))

    assert await office.planned() == {}


async def test_reminders_that_another_process_just_queued_are_left_alone(  # D6
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.choose_password()
    seen = await office.store.read(lambda tx: settlement.find_due(tx, END, 500))
    await office.queue(END)
    queued = await office.queued()
    # It saw them before the other process had committed, and waited for the lock.
    monkeypatch.setattr(settlement, "find_due", lambda _tx, _now, _most: seen)

    assert await office.queue(END) == 0

    assert await office.queued() == queued
