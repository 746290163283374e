"""Tests of reminders and of notices about problems, through Slack and by mail."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from core.authorities.rows import authorities
from core.deliveries import service
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, FailureReason, NewDelivery
from core.languages.names import full_name
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.reminders import service as reminders
from core.role_keys import ADMINISTRATOR
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.users import users as users_table
from tests.bot.delivery_worker import PORTAL, Registry, running_worker
from tests.factories import a_member, a_user
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from core.users.rules import User
    from sandbox import Sandbox

POLICY = Policy()
END = datetime.fromisoformat("2026-09-02T12:00+00:00")
WEEK_BEFORE = datetime.fromisoformat("2026-08-26T07:00+00:00")


async def a_reader(registry: Registry, member_id: str | None = "U0ADA", **changes: object) -> User:
    """Register a user whose password was chosen at NOON, with no other delivery waiting."""
    user = await registry.register(member_id, **changes)

    def choose(tx: Connection) -> None:
        passwords.choose(tx, PasswordChoice(user.id, "own", replaces_id=None), POLICY, NOON)
        tx.execute(deliveries_table.update().values(state=DeliveryState.SENT, attempts=1))

    await registry.store.write(choose)
    return await registry.user(user)


async def queue_due(registry: Registry, slack: Sandbox, now: datetime) -> None:
    """Advance the clock to that moment and queue the due reminders."""
    slack.clock.advance(now - slack.clock.now())
    await registry.store.write(lambda tx: reminders.queue_due(tx, now, 100))


async def an_administrator_of(registry: Registry, user: User, member_id: str | None) -> User:
    def register(tx: Connection) -> User:
        here = authorities.require(tx, user.authority_id)
        member = None if member_id is None else a_member(tx, member_id).key
        anna = a_user(tx, here, registry.rulebook, member=member, roles=frozenset({ADMINISTRATOR}))
        tx.execute(deliveries_table.update().values(state=DeliveryState.SENT, attempts=1))
        return anna

    return await registry.store.write(register)


async def test_a_reminder_is_a_dm_with_one_button_and_the_date(  # R69, C3, D6
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await a_reader(registry, language="da")
    await queue_due(registry, slack, WEEK_BEFORE)

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.REMINDER)

    (message,) = slack.messages("U0ADA")
    assert delivery.state == DeliveryState.SENT
    assert message.text == "Dit password til IMI udløber snart"
    # In Copenhagen's time, in Danish.
    assert "2. sep. 2026 14.00" in json.dumps(message.blocks, ensure_ascii=False)
    (button,) = message.blocks[1]["elements"]
    assert button["url"] == f"{PORTAL}/?lang=da"
    assert slack.mails == []


async def test_a_user_without_slack_is_reminded_by_mail(  # R70, D6
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await a_reader(registry, None)
    await queue_due(registry, slack, WEEK_BEFORE + timedelta(hours=3))

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.REMINDER)

    (mail,) = slack.mails
    assert mail.recipients == (user.email,)
    assert mail.subject == "Your password for IMI expires soon"
    assert f"{PORTAL}/?lang=en" in mail.plain
    assert user.username not in mail.plain  # R55


async def test_on_the_last_day_a_linked_user_is_reminded_by_mail_too(  # R70, C3, D6
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await a_reader(registry)
    await queue_due(registry, slack, END - timedelta(hours=20))

    async with running_worker(dependencies):
        await slack.until(lambda: slack.mails and slack.messages("U0ADA"))

    (message,), (mail,) = slack.messages("U0ADA"), slack.mails
    assert mail.recipients == (user.email,)
    assert mail.subject == message.text


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-08-19T07:00", "That is in 14 days."),
        ("2026-08-26T07:00", "That is in 7 days."),
        ("2026-09-01T07:00", "That is tomorrow."),
        ("2026-09-02T07:00", "That is today."),
    ],
)
async def test_a_reminder_says_in_how_many_days_the_password_expires(  # R69, D6
    registry: Registry,
    dependencies: DeliveryDependencies,
    slack: Sandbox,
    now: str,
    expected: str,
) -> None:
    user = await a_reader(registry)
    await queue_due(registry, slack, datetime.fromisoformat(f"{now}+00:00"))

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.REMINDER)

    (message,) = slack.messages("U0ADA")
    assert f"expires on 2 Sept 2026, 14:00. {expected}" in message.blocks[0]["text"]["text"]


async def test_a_reminder_after_expiry_says_that_the_password_has_expired(  # D6
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await a_reader(registry)
    await queue_due(registry, slack, END + timedelta(days=2))

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.REMINDER)

    (message,) = slack.messages("U0ADA")
    assert message.text == "Your password for IMI has expired"


async def test_a_user_who_changed_the_password_meanwhile_is_not_reminded(  # D6
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await a_reader(registry)
    await queue_due(registry, slack, WEEK_BEFORE)

    def change(tx: Connection) -> None:
        choice = PasswordChoice(user.id, "new", replaces_id=user.password_id)
        passwords.choose(tx, choice, POLICY, NOON)

    await registry.store.write(change)
    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.REMINDER)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)
    assert slack.messages("U0ADA") == []


@pytest.mark.parametrize("column", ["blocked_at", "removed_at"])
async def test_a_blocked_or_removed_user_is_not_reminded(  # D3, D14
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, column: str
) -> None:
    user = await a_reader(registry)
    await queue_due(registry, slack, WEEK_BEFORE)
    table = users_table

    def set_column(tx: Connection) -> None:
        tx.execute(table.update().where(table.c.id == user.id).values({column: NOON}))

    await registry.store.write(set_column)
    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.REMINDER)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)


async def test_a_digest_names_each_expired_user_with_a_button(  # D4
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register()
    anna = await an_administrator_of(registry, user, "U0ADA")

    def expire(tx: Connection) -> list[User]:
        here = authorities.require(tx, user.authority_id)
        others = [a_user(tx, here, registry.rulebook, last_name=f"No{one}") for one in range(12)]
        for number, one in enumerate([*others, user]):
            made_at = NOON + timedelta(minutes=number)
            passwords.give_temporary(tx, one.id, "t", POLICY, made_at)
        tx.execute(deliveries_table.update().values(state=DeliveryState.SENT, attempts=1))
        return others

    others = await registry.store.write(expire)
    await queue_due(registry, slack, NOON + timedelta(days=8))

    async with running_worker(dependencies):
        await registry.after(anna, DeliveryKind.EXPIRY_DIGEST)

    (message,) = slack.messages("U0ADA")
    shown = json.dumps(message.blocks, ensure_ascii=False)
    assert message.text == "13 temporary passwords for IMI expired unused"
    buttons = [block["accessory"]["value"] for block in message.blocks if "accessory" in block]
    assert buttons == [f"reset:{one.id}" for one in [user, *reversed(others[3:])]]
    assert f"{full_name(user, 'en')} – expired on 9 Mar 2026, 13:12" in shown
    assert "There are 3 more users." in shown
    assert user.username not in shown


async def test_a_digest_about_users_who_were_reset_since_is_not_sent(  # D2, D4
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register()
    anna = await an_administrator_of(registry, user, "U0ADA")
    await registry.store.write(lambda tx: passwords.give_temporary(tx, user.id, "t", POLICY, NOON))
    await queue_due(registry, slack, NOON + timedelta(days=8))
    later = NOON + timedelta(days=8)
    await registry.store.write(lambda tx: passwords.give_temporary(tx, user.id, "t", POLICY, later))

    async with running_worker(dependencies):
        delivery = await registry.after(anna, DeliveryKind.EXPIRY_DIGEST)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)
    assert slack.messages("U0ADA") == []


async def test_a_notice_of_one_expiry_in_an_older_database_still_goes_out(  # D4
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register()
    anna = await an_administrator_of(registry, user, "U0ADA")
    await registry.store.write(lambda tx: passwords.give_temporary(tx, user.id, "t", POLICY, NOON))
    user = await registry.user(user)
    old = NewDelivery(
        DeliveryKind.TEMPORARY_EXPIRED,
        user.authority_id,
        user.id,
        recipient_id=anna.id,
        event=f"{user.password_id}:-1",
    )
    await registry.store.write(lambda tx: service.queue(tx, [old], NOON))

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.TEMPORARY_EXPIRED)

    (message,) = slack.messages("U0ADA")
    assert message.text == "A temporary password for IMI expired unused"
    assert full_name(user, "en") in json.dumps(message.blocks)
    (button,) = message.blocks[1]["elements"]
    assert (button["action_id"], button["value"]) == ("choose_user", f"reset:{user.id}")
    assert anna.id


def a_warning(role: str) -> Callable[[User], NewDelivery]:
    return lambda to: NewDelivery(
        DeliveryKind.WARNING,
        to.authority_id,
        to.id,
        recipient_id=to.id,
        event="lack1.1",
        details={"role": role},
    )


@pytest.mark.parametrize(
    ("role", "subject"),
    [
        ("", "Your authority needs another administrator in IMI"),
        ("PQ:REQ_HANDLER", "A role in IMI needs a holder"),
    ],
)
async def test_a_warning_has_a_button_to_close_the_gap(  # R39, R62
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, role: str, subject: str
) -> None:
    anna = await a_reader(registry, roles=frozenset({ADMINISTRATOR}))
    warning = a_warning(role)(anna)
    await registry.store.write(lambda tx: service.queue(tx, [warning], NOON))

    async with running_worker(dependencies):
        await registry.after(anna, DeliveryKind.WARNING)

    (message,) = slack.messages("U0ADA")
    assert message.text == subject
    assert message.blocks[1]["elements"][0]["value"] == (role or ":ADMIN")


async def test_a_refused_mail_is_notified_to_the_administrators(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.mailbox.faults.add("refuse")
    user = await registry.register()
    anna = await an_administrator_of(registry, user, "U0ADA")
    failed = await queue_another_password(registry, user)

    async with running_worker(dependencies):
        await slack.until(lambda: slack.messages("U0ADA"))
        told = await registry.after(user, DeliveryKind.UNDELIVERED)

    (message,) = slack.messages("U0ADA")
    shown = json.dumps(message.blocks)
    assert told.recipient_id == anna.id
    assert full_name(user, "en") in shown
    assert "the mail server refused the address; check it" in shown
    assert message.blocks[1]["elements"][0]["value"] == str(failed.id)


async def queue_another_password(registry: Registry, user: User) -> Delivery:
    """Queue another temporary password."""
    await registry.queue(user, DeliveryKind.TEMPORARY_PASSWORD)
    return await registry.delivery(user, DeliveryKind.TEMPORARY_PASSWORD)


async def test_many_failures_on_one_day_are_summed_up_in_one_message(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.mailbox.faults.add("refuse", times=20)
    user = await registry.register()
    await an_administrator_of(registry, user, "U0ADA")
    for number in range(9):
        await registry.queue(user, DeliveryKind.OLD_ADDRESS, f"e{number}", {"to": "old@x.example"})

    async with running_worker(dependencies):
        await slack.until(lambda: len(slack.messages("U0ADA")) == 6, 10)

    texts = [message.text for message in slack.messages("U0ADA")]
    assert sorted(set(texts)) == [
        "A message from IMI could not be delivered",
        "Several messages from IMI could not be delivered",
    ]
    assert texts.count("Several messages from IMI could not be delivered") == 1


async def test_a_failure_that_was_sent_again_is_not_notified(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    anna = await a_reader(registry)
    sent = await registry.delivery(anna, DeliveryKind.TEMPORARY_PASSWORD)
    notice = NewDelivery(
        DeliveryKind.UNDELIVERED,
        anna.authority_id,
        anna.id,
        recipient_id=anna.id,
        event="failed1",
        details={"delivery": sent.id},
    )
    await registry.store.write(lambda tx: service.queue(tx, [notice], NOON))

    async with running_worker(dependencies):
        delivery = await registry.after(anna, DeliveryKind.UNDELIVERED)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)
    assert slack.messages("U0ADA") == []


async def test_a_removed_administrator_is_sent_no_warning(  # D14
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    anna = await a_reader(registry)
    warning = a_warning("")(anna)
    table = users_table

    def queue_and_remove(tx: Connection) -> None:
        service.queue(tx, [warning], NOON)
        tx.execute(table.update().where(table.c.id == anna.id).values(removed_at=NOON))

    await registry.store.write(queue_and_remove)
    async with running_worker(dependencies):
        delivery = await registry.after(anna, DeliveryKind.WARNING)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)
    assert slack.messages("U0ADA") == []
