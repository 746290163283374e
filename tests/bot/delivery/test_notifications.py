"""Tests of notices about changed accounts, by DM, by mail and in the team channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.deliveries.notices import NoticeType
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, DeliveryState, FailureReason
from core.users.rows import users
from tests.bot.delivery_worker import PORTAL, Registry, running_worker
from tests.times import NOON

if TYPE_CHECKING:
    from bot.delivery.dependencies import DeliveryDependencies
    from core.deliveries.rules import Delivery
    from core.users.rules import User
    from sandbox import Sandbox

TO_BOTH = [NoticeType.ROLES_CHANGED, NoticeType.RESET, NoticeType.REMOVED, NoticeType.RESTORED]
TO_USER = [NoticeType.DETAILS_CHANGED, NoticeType.REQUEST_DECLINED, NoticeType.REQUEST_LAPSED]


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
    assert ("Bo Boss" in str(message.blocks)) == (what != NoticeType.REQUEST_LAPSED)
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
    await registry.tell(NoticeType.REQUEST_LAPSED, user)

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.NOTICE)

    assert slack.messages("U0ADA") == []
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

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.NO_USE)
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
    assert f"No longer a user in IMI: {user.full_name}." in message.text
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

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.NO_USE)
