"""Tests that the operator is told once of a fault of the installation, and once that it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from bot.jobs.operator_notices import OperatorNoticeJob
from bot.mail.smtp import Mailer
from bot.monitoring.installation_faults import InstallationFaults
from bot.monitoring.metrics import Metrics
from bot.settings.smtp_url import SmtpServer
from bot.slack.client import SlackSender
from bot.slack.heartbeat import Heartbeat
from bot.slack.rate_limits import RateLimiter
from bot.web.health_endpoints import HealthEndpoints
from bot.web.server import serving
from core.deliveries.rules import (
    FEWEST_ATTEMPTS,
    GIVE_UP_AFTER,
    DeliveryKind,
    DeliveryState,
    FailureReason,
)
from core.faults import rows
from core.faults.rules import Service
from core.health.rules import ProcessHealth
from core.languages.texts import texts
from core.schema.deliveries import deliveries
from core.secret import Secret
from handlers.health.views import job_name
from tests.bot.conftest import QUICK
from tests.bot.delivery_worker import running_worker
from tests.bot.smtp_server import stub_smtp_server
from tests.factories import executing
from tests.times import NOON

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.delivery.dependencies import DeliveryDependencies
    from core.store.store import Store
    from sandbox import Sandbox
    from sandbox.mailbox import Mail
    from tests.bot.delivery_worker import Registry

OPERATOR = "it@health.example"


@pytest.fixture
def faults(store: Store, slack: Sandbox) -> InstallationFaults:
    return InstallationFaults(store, slack.clock.now)


@pytest.fixture
def watched(
    dependencies: DeliveryDependencies,
    client: AsyncWebClient,
    slack: Sandbox,
    faults: InstallationFaults,
) -> DeliveryDependencies:
    """The worker's dependencies, whose calls to Slack are reported."""
    limiter, reporter = RateLimiter(QUICK, slack.clock.now), faults.reporter_of(Service.SLACK)
    return replace(dependencies, slack=SlackSender(client, limiter, reporter))


@pytest.fixture
def notices(dependencies: DeliveryDependencies) -> OperatorNoticeJob:
    return OperatorNoticeJob(dependencies.store, dependencies.mailer, dependencies.clock, OPERATOR)


def told(slack: Sandbox) -> list[Mail]:
    return [mail for mail in slack.mails if mail.recipients == (OPERATOR,)]


async def test_the_operator_is_told_once_and_gets_an_all_clear(
    registry: Registry, watched: DeliveryDependencies, slack: Sandbox, notices: OperatorNoticeJob
) -> None:
    """B06: one mail for many messages and tries, one when all of them went out."""
    slack.faults.add("chat.postMessage", "error:token_revoked", times=4)
    first = await registry.register("U0ADA")
    async with running_worker(watched) as worker:
        await registry.after(first, DeliveryKind.USERNAME)
        await notices.send()
        await notices.send()
        for attempts in (2, 3, 4):
            slack.advance(timedelta(minutes=11))
            worker.wake()
            await registry.after(first, DeliveryKind.USERNAME, attempts=attempts)
            await notices.send()
        (began,) = told(slack)
        slack.advance(timedelta(minutes=11))
        worker.wake()
        delivery = await registry.after(first, DeliveryKind.USERNAME, attempts=5)

    await notices.send()
    await notices.send()

    assert delivery.state == DeliveryState.SENT
    _, over = told(slack)
    assert began.subject == "imi-bot: Slack refuses it (token_revoked)"
    assert "token_revoked at chat.postMessage since 2026-03-02 12:00 UTC" in began.plain
    assert "imi-bot doctor" in began.plain
    assert over.subject == "imi-bot: Slack accepts it again"
    assert await registry.store.read(rows.all_faults) == ()


async def test_no_administrator_is_told_of_a_fault_that_whoever_runs_the_bot_must_mend(
    registry: Registry, watched: DeliveryDependencies, slack: Sandbox
) -> None:
    """B06: not each administrator is told, until the messages fail after four days."""
    slack.faults.add("chat.postMessage", "error:org_login_required", times=9)
    user = await registry.register("U0ADA")
    notice = select(func.count()).where(deliveries.c.kind == DeliveryKind.UNDELIVERED)

    async with running_worker(watched) as worker:
        waiting = await registry.after(user, DeliveryKind.USERNAME)
        before = await registry.store.read(lambda tx: tx.scalar(notice))
        slack.advance(GIVE_UP_AFTER)
        tried_often = update(deliveries).values(attempts=FEWEST_ATTEMPTS)
        await registry.store.write(executing(tried_often))
        worker.wake()
        failed = await registry.after(user, DeliveryKind.USERNAME, attempts=FEWEST_ATTEMPTS + 1)

    assert (waiting.state, waiting.reason) == (DeliveryState.WAITING, FailureReason.SLACK_FAULT)
    assert before == 0
    assert (failed.state, failed.reason) == (DeliveryState.FAILED, FailureReason.SLACK_FAULT)


async def test_a_short_fault_is_in_the_log_alone(
    registry: Registry, watched: DeliveryDependencies, slack: Sandbox, notices: OperatorNoticeJob
) -> None:
    slack.faults.add("chat.postMessage", "error:token_revoked", times=2)
    user = await registry.register("U0ADA")
    with capture_logs() as logs:
        async with running_worker(watched) as worker:
            for attempts in (1, 2, 3):
                await registry.after(user, DeliveryKind.USERNAME, attempts=attempts)
                slack.advance(timedelta(seconds=20))
                worker.wake()
        await notices.send()

    assert told(slack) == []
    assert [log["event"] for log in logs if "installation_fault" in log["event"]] == [
        "installation_fault",
        "installation_fault_over",
    ]


async def test_a_letter_that_cannot_be_sent_is_sent_the_next_time(
    faults: InstallationFaults, slack: Sandbox, notices: OperatorNoticeJob
) -> None:
    await faults.reporter_of(Service.SLACK).refused("chat.postMessage", "missing_scope")
    slack.mailbox.faults.add("defer")

    await notices.send()
    await notices.send()

    (letter,) = told(slack)
    assert "Install the app again from manifest.yml, on the app" in letter.plain


async def test_without_an_address_the_operator_reads_the_log(
    faults: InstallationFaults, slack: Sandbox, dependencies: DeliveryDependencies, store: Store
) -> None:
    notices = OperatorNoticeJob(store, dependencies.mailer, dependencies.clock, None)
    reporter = faults.reporter_of(Service.SLACK)
    with capture_logs() as logs:
        await reporter.refused("auth.test", "account_inactive")
        await reporter.refused("auth.test", "account_inactive")
    await notices.send()
    await reporter.worked("auth.test")
    await notices.send()

    assert [log["event"] for log in logs] == ["installation_fault"]
    assert slack.mails == []
    assert await store.read(rows.all_faults) == ()


async def test_only_the_refused_step_shows_that_a_fault_is_over(
    faults: InstallationFaults, slack: Sandbox, notices: OperatorNoticeJob, store: Store
) -> None:
    """A missing scope is not fixed by a method that does not need it."""
    reporter = faults.reporter_of(Service.SLACK)
    await reporter.refused("users.info", "missing_scope")
    await reporter.worked("chat.postMessage")
    await notices.send()
    await notices.send()

    assert len(await store.read(rows.all_faults)) == 1
    assert len(told(slack)) == 1


async def test_any_step_that_works_shows_that_a_refused_token_is_right_again(
    faults: InstallationFaults, store: Store
) -> None:
    """B06: a busy workspace may not see the refused step again for a day."""
    reporter = faults.reporter_of(Service.SLACK)
    await reporter.refused("users.list", "token_revoked")

    await reporter.worked("chat.postMessage")

    (fault,) = await store.read(rows.all_faults)
    assert fault.worked_at is not None


async def test_another_process_sees_that_a_fault_is_over(
    faults: InstallationFaults, slack: Sandbox, notices: OperatorNoticeJob, store: Store
) -> None:
    other = InstallationFaults(store, slack.clock.now).reporter_of(Service.SLACK)
    await other.worked("auth.test")
    await faults.reporter_of(Service.SLACK).refused("auth.test", "invalid_auth")
    slack.advance(timedelta(minutes=2))
    await other.worked("auth.test")
    await notices.send()

    assert await store.read(rows.all_faults) == ()


async def test_the_heartbeat_reports_that_slack_refuses_the_token(
    client: AsyncWebClient, faults: InstallationFaults, slack: Sandbox, store: Store
) -> None:
    """B06: somebody hears of it even while no message waits."""
    slack.faults.add("auth.test", "error:token_revoked")
    heartbeat = Heartbeat(client, slack.clock.now, faults.reporter_of(Service.SLACK))

    await heartbeat.probe()
    (fault,) = await store.read(rows.all_faults)
    await heartbeat.probe()
    (fixed,) = await store.read(rows.all_faults)

    assert (fault.step, fault.code, fault.worked_at) == ("auth.test", "token_revoked", None)
    assert fixed.worked_at is not None


async def test_readyz_and_the_metrics_show_the_fault(
    faults: InstallationFaults, store: Store
) -> None:
    """B06: the process still answers Slack and serves the portal, so it stays ready."""
    await faults.reporter_of(Service.SLACK).refused("chat.postMessage", "messages_tab_disabled")

    async def well() -> ProcessHealth:
        return ProcessHealth(NOON, NOON, 0)

    probes = HealthEndpoints(store, Metrics(), well, lambda: NOON, Secret("t" * 32))
    async with (
        serving(probes, "127.0.0.1", 0, "127.0.0.1") as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        async with session.get("/readyz") as ready:
            page = await ready.text()
        headers = {"Authorization": f"Bearer {'t' * 32}"}
        async with session.get("/metrics", headers=headers) as answer:
            metrics = await answer.text()

    assert ready.status == 200
    assert page == (
        "database: ok\nSlack: ok\n"
        "slack refuses the bot: messages_tab_disabled at chat.postMessage,"
        " since 2026-03-02T12:00Z\n"
    )
    assert 'imi_installation_fault{service_name="slack"} 1.0' in metrics
    assert 'imi_installation_fault{service_name="mail"} 0.0' in metrics


def test_the_job_has_a_readable_name(notices: OperatorNoticeJob) -> None:
    assert job_name(notices.job.name, texts("en")) != notices.job.name


@pytest.mark.parametrize(
    ("phase", "answer", "step", "code"),
    [
        ("MAIL", "530 5.7.57 Client not authenticated", "MAIL FROM", "530 5.7.57"),
        ("RCPT", "554 5.7.1 Relay access denied", "RCPT TO", "554 5.7.1"),
        ("DATA", "550 5.7.26 Unauthenticated", "DATA", "550 5.7.26"),
    ],
)
async def test_letters_that_the_mail_server_refuses_wait_and_go_out_by_themselves(
    registry: Registry,
    dependencies: DeliveryDependencies,
    faults: InstallationFaults,
    slack: Sandbox,
    *,
    phase: str,
    answer: str,
    step: str,
    code: str,
) -> None:
    """B07: it is about the sender, the relay or the letter, so nobody's address is blamed."""
    users = [await registry.register() for _ in range(3)]
    kind = DeliveryKind.TEMPORARY_PASSWORD
    async with stub_smtp_server() as office:
        office.answers[phase] = answer
        server = SmtpServer("127.0.0.1", office.port, tls_by_upgrade=False)
        reporter = faults.reporter_of(Service.MAIL)
        mailer = Mailer(server, "imi@health.example", slack.clock.now, reporter)
        notices = OperatorNoticeJob(registry.store, mailer, slack.clock.now, OPERATOR)
        async with running_worker(replace(dependencies, mailer=mailer)) as worker:
            waiting = [await registry.after(user, kind) for user in users]
            await notices.send()
            (fault,) = await registry.store.read(rows.all_faults)
            office.answers.clear()
            await notices.send()
            slack.advance(timedelta(minutes=1))
            worker.wake()
            sent = [await registry.after(user, kind, attempts=2) for user in users]
        await notices.send()

    assert {delivery.reason for delivery in waiting} == {FailureReason.MAIL_FAULT}
    assert (fault.service, fault.step, fault.code) == (Service.MAIL, step, code)
    assert {delivery.state for delivery in sent} == {DeliveryState.SENT}
    assert await registry.store.read(rows.all_faults) == ()
    to_operator = [mail for mail in office.mails if b"To: it@health.example" in mail]
    assert [b"refuses it" in mail for mail in to_operator] == [True, False]


async def test_a_full_mailbox_waits_without_telling_whoever_runs_the_bot(
    registry: Registry,
    dependencies: DeliveryDependencies,
    faults: InstallationFaults,
    slack: Sandbox,
) -> None:
    """B07: 552 5.2.2 passes, and no operator can fix it."""
    user = await registry.register()
    async with stub_smtp_server() as office:
        office.answers["RCPT"] = "552 5.2.2 Mailbox full"
        server = SmtpServer("127.0.0.1", office.port, tls_by_upgrade=False)
        reporter = faults.reporter_of(Service.MAIL)
        mailer = Mailer(server, "imi@health.example", slack.clock.now, reporter)
        async with running_worker(replace(dependencies, mailer=mailer)):
            delivery = await registry.after(user, DeliveryKind.TEMPORARY_PASSWORD)

    assert (delivery.state, delivery.reason) == (DeliveryState.WAITING, FailureReason.MAILBOX)
    assert await registry.store.read(rows.all_faults) == ()
