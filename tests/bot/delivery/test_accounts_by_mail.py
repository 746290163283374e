"""Tests of the delivery of temporary passwords by e-mail."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.worker import DeliveryWorker
from bot.mail.smtp import Mailer
from bot.settings.smtp_url import SmtpServer
from core.deliveries.rules import LEASE_TIME, DeliveryKind, DeliveryState, FailureReason
from core.languages.texts import texts
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.secret import Secret
from core.users.rows import sign_in_state
from tests.bot.delivery_worker import PORTAL, Registry, password_in, running_worker
from tests.bot.smtp_server import silent_smtp_server, stub_smtp_server
from tests.times import NOON

if TYPE_CHECKING:
    from bot.delivery.dependencies import DeliveryDependencies
    from sandbox import Sandbox


async def test_a_danish_user_gets_a_danish_mail_with_a_working_password(  # R68, D4, D20
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register(
        username="zyxwvut", language="da", first_name="Søren", last_name="Ærø"
    )

    async with running_worker(dependencies):
        await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    (mail,) = slack.mails
    assert mail.recipients == (user.email,)
    assert mail.headers["Content-Language"] == "da"
    assert mail.subject == texts("da").gettext("Your temporary password for IMI")
    for part in (mail.plain, mail.html):
        assert "Søren Ærø" in part
        assert PORTAL in part
        assert "9. mar. 2026 12.00 UTC" in part
        assert await registry.is_current_password(user, Secret(password_in(part)))
    assert "zyxwvut" not in mail.subject + mail.plain + mail.html + str(mail.headers)


async def test_a_user_with_a_chosen_password_gets_no_temporary_one(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register()
    choice = PasswordChoice(user.id, "digest", None)
    await registry.store.write(lambda tx: passwords.choose(tx, choice, Policy(), NOON))

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)
    assert slack.mails == []


async def test_a_temporary_password_is_mailed_to_an_unknown_time_zone(  # D4
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    """Each try would void the password before and mail none; the moment is in UTC (B05)."""
    user = await registry.register("U0ADA")
    await registry.change_member("U0ADA", tz="Etc/Unknown")

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert delivery.state == DeliveryState.SENT
    assert " UTC" in slack.mails[0].plain


async def test_a_mail_deferred_by_the_server_is_retried(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.mailbox.faults.add("defer")
    user = await registry.register()

    async with running_worker(dependencies) as worker:
        put_off = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
        slack.advance(timedelta(seconds=6))
        worker.wake()
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD, attempts=2)

    assert (put_off.state, put_off.reason) == (
        DeliveryState.WAITING,
        FailureReason.MAIL_UNREACHABLE,
    )
    assert delivery.state == DeliveryState.SENT
    assert await registry.is_current_password(user, Secret(password_in(slack.mails[0].plain)))


async def test_a_mail_refused_by_the_server_fails_permanently(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.mailbox.faults.add("refuse")
    user = await registry.register()

    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, FailureReason.MAIL_REFUSED)


async def test_a_second_mail_voids_the_first_password(  # D4
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    slack.mailbox.faults.add("drop_after_accept")
    user = await registry.register()

    async with running_worker(dependencies) as worker:
        await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
        slack.advance(timedelta(seconds=6))
        worker.wake()
        await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD, attempts=2)

    first, second = [Secret(password_in(mail.plain)) for mail in slack.mails]
    assert not await registry.is_current_password(user, first)
    assert await registry.is_current_password(user, second)


async def test_a_delivery_of_a_crashed_worker_is_sent_after_its_lease(  # D4
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> None:
    user = await registry.register()
    rung = asyncio.Event()
    async with silent_smtp_server(rung) as server:
        crashed = DeliveryWorker(
            replace(dependencies, mailer=Mailer(server, "a@b.example", dependencies.clock))
        )
        crashed.start()
        await asyncio.wait_for(rung.wait(), 5)
        await crashed.stop(0)
    lost = (await registry.user(user)).password_id

    slack.advance(LEASE_TIME + timedelta(seconds=1))
    async with running_worker(dependencies):
        delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert delivery.state == DeliveryState.SENT
    assert (await registry.user(user)).password_id != lost
    assert await registry.is_current_password(user, Secret(password_in(slack.mails[0].plain)))


async def test_a_password_voided_while_being_sent_is_sent_again(  # R68, D4
    registry: Registry, dependencies: DeliveryDependencies
) -> None:
    user = await registry.register()

    async def a_reset() -> None:
        await registry.store.write(lambda tx: sign_in_state.void_password(tx, user.id))

    async with stub_smtp_server() as office:
        office.meanwhile = a_reset
        server = SmtpServer("127.0.0.1", office.port, tls_by_upgrade=False)
        mailer = Mailer(server, "imi@authority.example", dependencies.clock)
        async with running_worker(replace(dependencies, mailer=mailer)):
            await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)
            delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert (delivery.serial, delivery.state) == (2, DeliveryState.SENT)
    _, second = office.mails
    assert await registry.is_current_password(user, Secret(password_in(second.decode())))
