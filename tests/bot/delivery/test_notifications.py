"""Tests of notices about changed accounts, by DM, by mail and in the team channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.accounts import removal
from core.authorities.rows import authorities
from core.deliveries import service
from core.deliveries.notices import NoticeType
from core.deliveries.rows import deliveries, failures
from core.deliveries.rules import DeliveryKind, DeliveryState, FailureReason, Lane, NewDelivery
from core.languages.names import full_name
from core.users.rows import users
from tests.bot.delivery_worker import PORTAL, Registry, running_worker
from tests.factories import an_administrator
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from core.deliveries.rules import Delivery
    from core.users.principals import Principal
    from core.users.rules import User
    from sandbox import Sandbox

TO_BOTH = [NoticeType.ROLES_CHANGED, NoticeType.RESET, NoticeType.REMOVED, NoticeType.RESTORED]
TO_USER = [NoticeType.DETAILS_CHANGED, NoticeType.REQUEST_DECLINED, NoticeType.REQUEST_EXPIRED]


async def sent_notices(registry: Registry, user: User) -> tuple[Delivery, ...]:
    found = await registry.store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.NOTICE, user.id, "77")
    )
    assert all(one.state == DeliveryState.SENT for one in found), found
    return found


@pytest.mark.parametrize("what", [*TO_BOTH, *TO_USER])
async def test_a_linked_user_gets_the_notice_by_dm(  # D19
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, what: NoticeType
) -> None:
    user = await registry.register("U0ADA", username="zyxwvut", language="da")
    await registry.settle_others(DeliveryKind.NOTICE)
    by = await registry.register(first_name="Bo", last_name="Boss")
    await registry.settle_others(DeliveryKind.NOTICE)
    await registry.tell(what, user, by, given=["PQ:BASIC"], taken=[":ADMIN"])

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)

    (message,) = slack.messages("U0ADA")
    assert "zyxwvut" not in str(message)
    assert message.text in str(message.blocks)
    assert ("Bo Boss" in str(message.blocks)) == (what != NoticeType.REQUEST_EXPIRED)
    delivery = (await sent_notices(registry, user))[0]
    assert delivery.posted is not None
    assert delivery.posted.ts == message.ts


@pytest.mark.parametrize("what", [*TO_BOTH, NoticeType.REGISTERED])
async def test_the_authoritys_address_gets_notices_that_concern_it(  # R31, D19
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, what: NoticeType
) -> None:
    user = await registry.register("U0ADA", username="zyxwvut", last_name="Bly & Søn")
    await registry.settle_others(DeliveryKind.NOTICE)
    await registry.tell(what, user)

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)

    (mail,) = [mail for mail in slack.mails if "office" in mail.recipients[0]]
    assert "Bly & Søn" in mail.plain
    assert "Bly &amp; Søn" in mail.html
    assert "zyxwvut" not in str(mail)
    assert user.email not in mail.plain


@pytest.mark.parametrize("what", TO_USER)
async def test_private_notices_go_to_the_user_alone(  # R32, D19
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, what: NoticeType
) -> None:
    user = await registry.register()
    await registry.settle_others(DeliveryKind.NOTICE)
    await registry.tell(what, user, reason="Not you on the phone", fields=["email", "phone"])

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)

    (mail,) = slack.mails
    assert mail.recipients == (user.email,)
    assert "Reason: Not you on the phone" in mail.plain
    assert "Changed: e-mail address, telephone" in mail.plain
    assert PORTAL in mail.plain


@pytest.mark.parametrize("change", ["deactivate", "make_guest"])
async def test_a_user_who_left_slack_gets_the_notice_by_mail(  # R32, D19, D21
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, change: str
) -> None:
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.NOTICE)
    table = {"deactivate": "deleted", "make_guest": "guest"}
    await registry.change_member("U0ADA", **{table[change]: True})
    await registry.tell(NoticeType.REQUEST_EXPIRED, user)

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)

    assert slack.messages("U0ADA") == []
    assert [mail.recipients for mail in slack.mails] == [(user.email,)]
    by_dm, by_mail = await notices_of(registry, user)
    assert (by_dm.state, by_dm.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)
    assert by_mail.state == DeliveryState.SENT


async def notices_of(registry: Registry, user: User) -> tuple[Delivery, ...]:
    return await registry.store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.NOTICE, user.id, "77")
    )


async def test_a_linked_user_gets_the_notice_by_mail_too(  # R32, D19
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA", username="zyxwvut")
    await registry.settle_others(DeliveryKind.NOTICE)
    await registry.tell(NoticeType.DETAILS_CHANGED, user, fields=["phone"])

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)
        await slack.until(lambda: slack.mails and slack.messages("U0ADA"))

    (message,), (mail,) = slack.messages("U0ADA"), slack.mails
    assert mail.recipients == (user.email,)
    assert mail.subject == message.text == "Your details in IMI have been changed"
    assert "zyxwvut" not in str(mail)  # D10
    assert [one.lane for one in await notices_of(registry, user)] == [Lane.SLACK, Lane.MAIL]


@pytest.mark.parametrize("what", [*TO_BOTH, *TO_USER])
async def test_a_dm_about_a_password_has_a_button_to_the_portal(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, what: NoticeType
) -> None:
    user = await registry.register("U0ADA", language="da")
    await registry.settle_others(DeliveryKind.NOTICE)
    await registry.tell(what, user)

    async with running_worker(dependencies):
        await slack.until(lambda: slack.messages("U0ADA"))

    (message,) = slack.messages("U0ADA")
    others = {NoticeType.ROLES_CHANGED, NoticeType.REMOVED, NoticeType.DETAILS_CHANGED}
    assert (f"{PORTAL}/?lang=da" in str(message.blocks)) == (what not in others)


async def test_a_blocked_user_can_ask_for_a_reset_from_the_dm(  # D3, D11
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA", language="da")
    await registry.settle_others(DeliveryKind.NOTICE)
    await registry.tell(NoticeType.BLOCKED, user)

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)

    (message,) = slack.messages("U0ADA")
    ask, portal = message.blocks[-1]["elements"]
    assert (ask["action_id"], portal["action_id"]) == ("ask_reset", "open_portal")
    assert "/imi-reset" in str(message.blocks)
    # A stranger can cause the block, but no e-mail.
    assert slack.mails == []


async def test_a_mail_that_fails_does_not_repeat_the_dm(  # R32, D19
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.NOTICE)
    slack.mailbox.faults.add("refuse")
    await registry.tell(NoticeType.REQUEST_EXPIRED, user)

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)
        await slack.until(lambda: slack.messages("U0ADA"))

    by_dm, by_mail = await notices_of(registry, user)
    assert by_dm.state == DeliveryState.SENT
    assert (by_mail.state, by_mail.reason) == (DeliveryState.FAILED, FailureReason.MAIL_REFUSED)
    again = await registry.store.write(
        lambda tx: service.send_again_from_command_line(tx, by_mail.id, NOON)
    )
    async with running_worker(dependencies):
        await slack.until(lambda: slack.mails)
    assert again.lane == Lane.MAIL
    assert len(slack.messages("U0ADA")) == 1
    failed = await registry.store.read(lambda tx: failures.failed_of(tx, user.authority_id))
    assert failed == ()


async def test_a_dm_that_failed_is_sent_again_without_the_mail(  # R32, D19
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.NOTICE)
    await registry.tell(NoticeType.REQUEST_EXPIRED, user)
    by_dm, by_mail = await notices_of(registry, user)
    await registry.store.write(
        lambda tx: service.mark_failed(tx, by_dm, FailureReason.SLACK_FAULT, NOON)
    )

    again = await registry.store.write(
        lambda tx: service.send_again_from_command_line(tx, by_dm.id, NOON)
    )
    async with running_worker(dependencies):
        await slack.until(lambda: slack.mails and slack.messages("U0ADA"))
        await registry.after(user, DeliveryKind.NOTICE)

    assert (again.lane, again.serial, by_mail.serial) == (Lane.SLACK, 2, 1)
    assert len(slack.messages("U0ADA")) == len(slack.mails) == 1


@pytest.mark.parametrize("member_id", ["U0ADA", None])
async def test_a_notice_of_an_older_database_still_goes_out(  # R32, D19
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox, member_id: str | None
) -> None:
    """Such a notice has no e-mail beside it: it is the DM, or else the e-mail."""
    user = await registry.register(member_id)
    await registry.settle_others(DeliveryKind.NOTICE)
    if member_id is not None:
        await registry.change_member(member_id, deleted=True)
    details = {"what": NoticeType.REQUEST_EXPIRED}
    old = NewDelivery(
        DeliveryKind.NOTICE,
        user.authority_id,
        user.id,
        recipient_id=user.id,
        event="77",
        details=details,
    )
    await registry.store.write(lambda tx: deliveries.add(tx, [old], NOON))

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)

    assert [mail.recipients for mail in slack.mails] == [(user.email,)]


async def test_a_removed_user_still_gets_the_notice(  # D14, D19
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA")
    await registry.settle_others(DeliveryKind.NOTICE)
    await registry.store.write(lambda tx: users.remove(tx, user.id, None, NOON))
    await registry.tell(NoticeType.REMOVED, user)

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)

    assert len(slack.messages("U0ADA")) == 1


async def test_a_previous_address_is_notified_and_deleted(  # D9
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register("U0ADA", username="zyxwvut")
    await registry.settle_others(DeliveryKind.OLD_ADDRESS)
    await registry.queue(
        user, DeliveryKind.OLD_ADDRESS, event="3", details={"to": "old@home.example"}
    )

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.OLD_ADDRESS)

    (mail,) = slack.mails
    assert mail.recipients == ("old@home.example",)
    assert user.email not in str(mail)
    assert "zyxwvut" not in str(mail)
    assert (delivery.state, delivery.details) == (DeliveryState.SENT, {})


async def test_a_deleted_address_is_sent_nothing(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register()
    await registry.settle_others(DeliveryKind.OLD_ADDRESS)
    await registry.queue(user, DeliveryKind.OLD_ADDRESS, event="3")

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.OLD_ADDRESS)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)
    assert slack.mails == []


async def test_the_message_to_the_team_channel_only_names_the_removed_user(  # C5
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register(username="zyxwvut", team_channel="C0TEAM")
    await registry.settle_others(DeliveryKind.LEAVING)
    await registry.store.write(lambda tx: users.remove(tx, user.id, None, NOON))
    await registry.queue(user, DeliveryKind.LEAVING, event="3")

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.LEAVING)

    (message,) = slack.messages("C0TEAM")
    assert f"No longer a user in IMI: {full_name(user, 'en')}." in message.text
    assert "zyxwvut" not in str(message)
    assert user.email not in str(message)


async def test_without_a_team_channel_no_leaving_message_is_sent(
    registry: Registry, dependencies: DeliveryDependencies
) -> None:
    user = await registry.register()
    await registry.settle_others(DeliveryKind.LEAVING)
    await registry.queue(user, DeliveryKind.LEAVING, event="3")

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.LEAVING)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)


async def test_a_restored_user_is_announced_where_the_removal_was(  # C5, D14
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register(username="zyxwvut", team_channel="C0TEAM")
    anna = await an_administrator_of(registry, user)
    await registry.settle_others(DeliveryKind.LEAVING)
    rulebook = registry.rulebook
    await registry.store.write(lambda tx: removal.remove(tx, anna, user.id, rulebook, NOON))
    await registry.settle_others(DeliveryKind.LEAVING)
    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.LEAVING)

    await registry.store.write(lambda tx: removal.restore(tx, anna, user.id, rulebook, NOON))
    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.RETURNED)

    removed, restored = slack.messages("C0TEAM")
    assert "No longer a user in IMI" in removed.text
    assert f"A user in IMI again: {full_name(user, 'en')}." in restored.text
    assert "zyxwvut" not in str(restored)
    assert user.email not in str(restored)


async def test_a_removal_that_was_undone_at_once_is_not_announced(  # C5, D14
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register(team_channel="C0TEAM")
    anna = await an_administrator_of(registry, user)
    await registry.settle_others(DeliveryKind.LEAVING)
    rulebook = registry.rulebook
    await registry.store.write(lambda tx: removal.remove(tx, anna, user.id, rulebook, NOON))
    await registry.store.write(lambda tx: removal.restore(tx, anna, user.id, rulebook, NOON))

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.LEAVING)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)
    assert slack.messages("C0TEAM") == []


async def an_administrator_of(registry: Registry, user: User) -> Principal:
    def register(tx: Connection) -> Principal:
        return an_administrator(tx, authorities.require(tx, user.authority_id), registry.rulebook)

    return await registry.store.write(register)
