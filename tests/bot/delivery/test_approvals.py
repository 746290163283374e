"""Tests of questions to administrators, and of updating all copies after one answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from core.accounts import help_requests, reports
from core.deliveries.rows import deliveries
from core.deliveries.rules import (
    Delivery,
    DeliveryDetails,
    DeliveryKind,
    DeliveryState,
    FailureReason,
    NewDelivery,
)
from core.leavers import rows as leaver_rows
from core.leavers import service as leavers
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.resets.service import ResetDecision
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.members import members
from core.schema.resets import reset_requests
from core.schema.roles import user_roles
from core.schema.users import users as users_table
from core.users.principals import Principal, principal_of
from core.users.rows import users
from tests.bot.delivery_worker import Registry, running_worker
from tests.factories import a_member, a_user, an_administrator, an_authority, executing
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from core.users.rules import User
    from sandbox import Sandbox

DUTY = deliveries_table
FROM_THE_PORTAL = (
    "This request was made on the sign-in page, where anyone who knows the username can make one."
)


@dataclass(frozen=True, slots=True)
class ApprovalsFixture:
    """An authority with two administrators, Ada in Slack and Bo without it, and a user, Cai."""

    registry: Registry
    dependencies: DeliveryDependencies
    slack: Sandbox
    ada: Principal
    bo: Principal
    cai: User

    async def ask(self) -> int:
        """Let Cai request a reset; return the request's id."""
        policy = self.registry.rulebook.policy
        request = await self.registry.store.write(
            lambda tx: resets.request_reset(tx, self.cai.id, RequestSource.PORTAL, policy, NOON)
        )
        return request.id

    async def decide(self, request: int, *, approve: bool) -> None:
        decision = ResetDecision(request, approve, "" if approve else "Not you")
        policy = self.registry.rulebook.policy
        await self.registry.store.write(
            lambda tx: resets.decide(tx, self.ada, decision, policy, NOON)
        )

    async def notice(self, **changes: object) -> None:
        """Save Cai's Slack member with these changes."""

        def notice(tx: Connection) -> None:
            leavers.check_member(tx, a_member(tx, "U0GONE", **changes), NOON)

        await self.registry.store.write(notice)

    async def queue(
        self, kind: DeliveryKind, to: Principal, event: str, details: DeliveryDetails
    ) -> None:
        delivery = NewDelivery(
            kind,
            self.cai.authority_id,
            self.cai.id,
            recipient_id=to.user_id,
            event=event,
            details=details,
        )
        await self.registry.store.write(lambda tx: deliveries.add(tx, [delivery], NOON))

    async def send_due(self) -> None:
        """Let the worker try each waiting delivery once."""
        waiting = select(DUTY.c.id).where(
            DUTY.c.state == DeliveryState.WAITING, DUTY.c.attempts == 0
        )
        async with running_worker(self.dependencies):
            while await self.registry.store.read(lambda tx: tx.scalars(waiting).all()):
                await self.slack.until(lambda: True)

    async def deliveries_of(self, kind: DeliveryKind) -> list[Delivery]:
        """Return the deliveries of a kind."""
        numbers = select(DUTY.c.id).where(DUTY.c.kind == kind).order_by(DUTY.c.id)

        def read(tx: Connection) -> list[Delivery]:
            found = [deliveries.find(tx, number) for number in tx.scalars(numbers)]
            return [one for one in found if one is not None]

        return await self.registry.store.read(read)

    def dm(self) -> str:
        return str(self.slack.messages("U0ADA"))


@pytest.fixture
async def approvals(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> ApprovalsFixture:
    def register(tx: Connection) -> tuple[Principal, Principal, User]:
        rulebook, authority = registry.rulebook, an_authority(tx, team_channel=None)
        cai = {"first_name": "Cai", "last_name": "Krag", "member": a_member(tx, "U0GONE").key}
        ada = a_member(tx, "U0ADA").key
        return (
            an_administrator(tx, authority, rulebook, member=ada, first_name="Ada"),
            an_administrator(tx, authority, rulebook, language="da", first_name="Bo", member=None),
            a_user(tx, authority, rulebook, **cai),
        )

    found = await registry.store.write(register)
    await registry.settle_others(DeliveryKind.REQUEST)
    return ApprovalsFixture(registry, dependencies, slack, *found)


async def test_a_reset_request_reaches_administrators_by_dm_or_mail(
    approvals: ApprovalsFixture,
) -> None:  # D11
    await approvals.ask()

    await approvals.send_due()

    assert "Request for a new password: *Cai Krag*" in approvals.dm()
    assert "reset_approve" in approvals.dm()
    assert FROM_THE_PORTAL in approvals.dm()
    (mail,) = approvals.slack.mails
    assert "Cai Krag" in mail.plain
    assert "Denne anmodning er sendt fra loginsiden" in mail.plain
    assert {row.state for row in await approvals.deliveries_of(DeliveryKind.REQUEST)} == {
        DeliveryState.SENT
    }


async def test_each_copy_of_a_request_shows_who_decided(approvals: ApprovalsFixture) -> None:  # D11
    request = await approvals.ask()
    await approvals.send_due()

    await approvals.decide(request, approve=False)
    await approvals.send_due()

    assert "Declined by: Ada" in approvals.dm()
    assert "reset_approve" not in approvals.dm()
    assert {row.state for row in await approvals.deliveries_of(DeliveryKind.REQUEST_CLOSED)} == {
        DeliveryState.SENT
    }


async def demote(approvals: ApprovalsFixture) -> None:
    whose = user_roles.c.user_id == approvals.ada.user_id
    await approvals.registry.store.write(executing(delete(user_roles).where(whose)))


async def link_elsewhere(approvals: ApprovalsFixture) -> None:
    changed = users_table.update().where(users_table.c.id == approvals.ada.user_id)
    await approvals.registry.store.write(executing(changed.values(member_id="U0ELSE")))
    await approvals.registry.store.write(lambda tx: a_member(tx, "U0ELSE"))


async def become_a_guest(approvals: ApprovalsFixture) -> None:
    await approvals.registry.change_member("U0ADA", guest=True)


async def lose_the_link(approvals: ApprovalsFixture) -> None:
    changed = users_table.update().where(users_table.c.id == approvals.ada.user_id)
    await approvals.registry.store.write(executing(changed.values(member_id=None, team_id=None)))


async def delete_members(approvals: ApprovalsFixture) -> None:
    await approvals.registry.store.write(executing(delete(members)))


@pytest.mark.parametrize(
    "change", [demote, link_elsewhere, become_a_guest, lose_the_link, delete_members]
)
async def test_former_administrators_see_only_that_the_request_is_closed(  # D11, D21
    approvals: ApprovalsFixture, change: Callable[[ApprovalsFixture], Awaitable[None]]
) -> None:
    request = await approvals.ask()
    await approvals.send_due()
    await change(approvals)

    decision = ResetDecision(request, approve=False, reason="Not you")
    policy = approvals.registry.rulebook.policy
    await approvals.registry.store.write(
        lambda tx: resets.decide(tx, approvals.bo, decision, policy, NOON)
    )
    await approvals.send_due()

    assert "A request for a new password has been closed." in approvals.dm()
    assert [word for word in ("Cai", "Bo ", "Not you", "reset_") if word in approvals.dm()] == []


async def test_a_demoted_administrator_is_not_asked(approvals: ApprovalsFixture) -> None:  # D11
    await approvals.ask()
    await demote(approvals)

    await approvals.send_due()

    assert "Request for a new password" not in approvals.dm()


async def test_a_decided_request_is_not_sent(approvals: ApprovalsFixture) -> None:  # D11
    request = await approvals.ask()
    await approvals.decide(request, approve=True)

    await approvals.send_due()

    deliveries_of = [
        (row.state, row.reason) for row in await approvals.deliveries_of(DeliveryKind.REQUEST)
    ]
    assert deliveries_of == [(DeliveryState.FAILED, FailureReason.OBSOLETE)] * 2
    assert "Request for a new password" not in approvals.dm()


async def test_a_copy_is_updated_only_after_it_was_posted(
    approvals: ApprovalsFixture,
) -> None:  # D11
    request = await approvals.ask()
    await approvals.registry.settle_others(DeliveryKind.LEAVER)
    await approvals.decide(request, approve=True)
    later = DUTY.update().where(DUTY.c.kind == DeliveryKind.REQUEST)
    tomorrow = {"due_at": NOON.replace(year=2030), "attempts": 1, "state": DeliveryState.WAITING}
    await approvals.registry.store.write(executing(later.values(tomorrow)))

    await approvals.send_due()

    states = [
        (row.state, row.reason)
        for row in await approvals.deliveries_of(DeliveryKind.REQUEST_CLOSED)
    ]
    assert states == [(DeliveryState.WAITING, FailureReason.SLACK_UNREACHABLE)] * 2


async def test_a_deleted_request_is_not_sent(approvals: ApprovalsFixture) -> None:
    await approvals.ask()
    await approvals.registry.store.write(executing(delete(reset_requests)))

    await approvals.send_due()

    deliveries_of = [
        (row.state, row.reason) for row in await approvals.deliveries_of(DeliveryKind.REQUEST)
    ]
    assert deliveries_of == [(DeliveryState.FAILED, FailureReason.OBSOLETE)] * 2


@pytest.mark.parametrize(
    ("change", "words"),
    [("deleted", "deactivated in Slack."), ("guest", "only a guest in Slack now.")],
)
async def test_a_question_about_a_leaver_is_sent_and_updated_once_answered(  # R65, D14
    approvals: ApprovalsFixture, change: str, words: str
) -> None:
    await approvals.notice(**{change: True})
    await approvals.send_due()
    assert f"*Cai Krag*: {words}" in approvals.dm()
    assert f"Cai Krag: {words}" not in approvals.slack.mails[0].plain  # Bo reads Danish
    assert "Cai Krag" in approvals.slack.mails[0].plain

    await approvals.notice()
    await approvals.send_due()

    assert "This person is a full member of the workspace again." in approvals.dm()
    assert "leaver_keep" not in approvals.dm()


async def test_an_answered_question_is_not_sent(approvals: ApprovalsFixture) -> None:  # D14
    await approvals.notice(deleted=True)
    await approvals.registry.store.write(lambda tx: leaver_rows.delete_of(tx, approvals.cai.id))

    await approvals.send_due()

    deliveries_of = [
        (row.state, row.reason) for row in await approvals.deliveries_of(DeliveryKind.LEAVER)
    ]
    assert deliveries_of == [(DeliveryState.FAILED, FailureReason.OBSOLETE)] * 2


async def test_many_leavers_make_one_message_without_names(
    approvals: ApprovalsFixture,
) -> None:  # D14
    for who in (approvals.ada, approvals.bo):
        await approvals.queue(DeliveryKind.LEAVER, who, "many:1", {"many": True})

    await approvals.send_due()

    assert "several users of your authority are deactivated" in approvals.dm()
    assert "Cai" not in approvals.dm() + approvals.slack.mails[0].plain


async def test_a_report_is_sent_and_its_text_deleted(approvals: ApprovalsFixture) -> None:  # R59
    me = principal_of(approvals.cai)
    await approvals.registry.store.write(
        lambda tx: reports.report(tx, me, "My *name* is Kragh", NOON)
    )

    await approvals.send_due()

    assert "is Kragh" in approvals.dm()
    assert "is Kragh" in approvals.slack.mails[0].plain
    kept = await approvals.registry.store.read(
        lambda tx: tx.scalars(
            select(DUTY.c.details).where(DUTY.c.kind == DeliveryKind.REPORT)
        ).all()
    )
    assert kept == [{}, {}]


async def test_a_request_for_help_names_the_command_if_there_is_one(
    approvals: ApprovalsFixture,
) -> None:  # R38
    me = principal_of(approvals.cai)
    for topic in ("/imi-users", ""):
        await approvals.registry.store.write(
            partial(help_requests.ask, principal=me, topic=topic, now=NOON)
        )

    await approvals.send_due()

    about_a_command, about_anything = approvals.slack.messages("U0ADA")
    assert "Command: /imi-users" in json.dumps(about_a_command.blocks)
    assert "Command" not in json.dumps(about_anything.blocks)


async def test_a_removed_administrator_is_not_asked(approvals: ApprovalsFixture) -> None:  # D14
    await approvals.ask()
    await approvals.registry.store.write(
        lambda tx: users.remove(tx, approvals.ada.user_id, None, NOON)
    )

    await approvals.send_due()

    deliveries_of = [
        (row.state, row.reason) for row in await approvals.deliveries_of(DeliveryKind.REQUEST)
    ]
    assert deliveries_of == [
        (DeliveryState.FAILED, FailureReason.OBSOLETE),
        (DeliveryState.SENT, None),
    ]


@pytest.mark.parametrize(
    "code", ["channel_not_found", "user_not_found", "account_inactive", "token_revoked"]
)
async def test_an_administrator_whom_slack_refuses_gets_a_mail(
    approvals: ApprovalsFixture, code: str
) -> None:  # D6, D19
    await approvals.ask()
    approvals.slack.faults.add("chat.postMessage", f"error:{code}")

    await approvals.send_due()

    assert len(approvals.slack.mails) == 2


async def test_an_administrator_who_left_slack_gets_a_mail(
    approvals: ApprovalsFixture,
) -> None:  # D21
    await approvals.registry.store.write(executing(delete(members)))
    await approvals.slack.deactivate("U0ADA")
    await approvals.ask()

    await approvals.send_due()

    assert len(approvals.slack.mails) == 2
    assert "reset_approve" not in approvals.dm()
