"""What administrators are asked, and what becomes of each copy once one of them has answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from core.accounts import reports
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
from core.schema.members import members
from core.schema.resets import requests
from core.schema.roles import user_roles
from core.users.principals import Principal, principal_of
from core.users.rows import users
from tests.bot.working import Registry, working
from tests.factories import a_member, a_user, an_administrator, an_authority, executing
from tests.times import NOON

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection

    from bot.delivery.worker import WorkerParts
    from core.users.rules import User
    from sandbox import Sandbox

DUTY = deliveries.deliveries
FROM_THE_PORTAL = "It came from the sign-in page, where anybody who knows the username can ask."


@dataclass(frozen=True, slots=True)
class Office:
    """An authority: Ada, who administers it from Slack, Bo, who does so without, and Cai."""

    registry: Registry
    parts: WorkerParts
    slack: Sandbox
    ada: Principal
    bo: Principal
    cai: User

    async def ask(self) -> int:
        """Let Cai ask for a new password; return the request's number."""
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
        """Let Slack say this of Cai."""

        def wish(tx: Connection) -> None:
            leavers.check_member(tx, a_member(tx, "U0GONE", **changes), NOON)

        await self.registry.store.write(wish)

    async def queue(
        self, kind: DeliveryKind, to: Principal, event: str, details: DeliveryDetails
    ) -> None:
        wish = NewDelivery(
            kind,
            self.cai.authority_id,
            self.cai.id,
            recipient_id=to.user_id,
            event=event,
            details=details,
        )
        await self.registry.store.write(lambda tx: deliveries.add(tx, [wish], NOON))

    async def work(self) -> None:
        """Let the worker try once whatever waits."""
        waiting = select(DUTY.c.id).where(
            DUTY.c.state == DeliveryState.WAITING, DUTY.c.attempts == 0
        )
        async with working(self.parts):
            while await self.registry.store.read(lambda tx: tx.scalars(waiting).all()):
                await self.slack.until(lambda: True)

    async def said(self, kind: DeliveryKind) -> list[Delivery]:
        """Return the deliveries of a kind."""
        numbers = select(DUTY.c.id).where(DUTY.c.kind == kind).order_by(DUTY.c.id)

        def look(tx: Connection) -> list[Delivery]:
            found = [deliveries.find(tx, number) for number in tx.scalars(numbers)]
            return [one for one in found if one is not None]

        return await self.registry.store.read(look)

    def dm(self) -> str:
        return str(self.slack.messages("U0ADA"))


@pytest.fixture
async def office(registry: Registry, parts: WorkerParts, slack: Sandbox) -> Office:
    def wish(tx: Connection) -> tuple[Principal, Principal, User]:
        rulebook, authority = registry.rulebook, an_authority(tx, team_channel=None)
        cai = {"first_name": "Cai", "last_name": "Krag", "member": a_member(tx, "U0GONE").key}
        ada = a_member(tx, "U0ADA").key
        return (
            an_administrator(tx, authority, rulebook, member=ada, first_name="Ada"),
            an_administrator(tx, authority, rulebook, language="da", first_name="Bo"),
            a_user(tx, authority, rulebook, **cai),
        )

    found = await registry.store.write(wish)
    await registry.only(DeliveryKind.REQUEST)
    return Office(registry, parts, slack, *found)


async def test_a_request_is_asked_by_dm_or_else_by_mail(office: Office) -> None:  # D11
    await office.ask()

    await office.work()

    assert "Cai Krag* asks for a new password." in office.dm()
    assert "reset_approve" in office.dm()
    assert FROM_THE_PORTAL in office.dm()
    (mail,) = office.slack.mails
    assert "Cai Krag" in mail.plain
    assert "Den kom fra loginsiden" in mail.plain
    assert {row.state for row in await office.said(DeliveryKind.REQUEST)} == {DeliveryState.SENT}


async def test_both_copies_learn_who_decided(office: Office) -> None:  # D11
    request = await office.ask()
    await office.work()

    await office.decide(request, approve=False)
    await office.work()

    assert "Declined by Ada" in office.dm()
    assert "reset_approve" not in office.dm()
    assert {row.state for row in await office.said(DeliveryKind.REQUEST_CLOSED)} == {
        DeliveryState.SENT
    }


async def demote(office: Office) -> None:
    whose = user_roles.c.user_id == office.ada.user_id
    await office.registry.store.write(executing(delete(user_roles).where(whose)))


async def link_elsewhere(office: Office) -> None:
    changed = users.users.update().where(users.users.c.id == office.ada.user_id)
    await office.registry.store.write(executing(changed.values(member_id="U0ELSE")))
    await office.registry.store.write(lambda tx: a_member(tx, "U0ELSE"))


async def become_a_guest(office: Office) -> None:
    await office.registry.change_member("U0ADA", guest=True)


async def lose_the_link(office: Office) -> None:
    changed = users.users.update().where(users.users.c.id == office.ada.user_id)
    await office.registry.store.write(executing(changed.values(member_id=None, team_id=None)))


async def be_forgotten(office: Office) -> None:
    await office.registry.store.write(executing(delete(members)))


@pytest.mark.parametrize(
    "change", [demote, link_elsewhere, become_a_guest, lose_the_link, be_forgotten]
)
async def test_who_may_not_know_any_more_sees_only_that_it_is_closed(  # D11, D21
    office: Office, change: Callable[[Office], Awaitable[None]]
) -> None:
    request = await office.ask()
    await office.work()
    await change(office)

    decision = ResetDecision(request, approve=False, reason="Not you")
    policy = office.registry.rulebook.policy
    await office.registry.store.write(
        lambda tx: resets.decide(tx, office.bo, decision, policy, NOON)
    )
    await office.work()

    assert "A request for a new password is closed." in office.dm()
    assert [word for word in ("Cai", "Bo ", "Not you", "reset_") if word in office.dm()] == []


async def test_who_administers_nothing_by_then_is_not_asked(office: Office) -> None:  # D11
    await office.ask()
    await demote(office)

    await office.work()

    assert "asks for a new password" not in office.dm()


async def test_what_is_decided_is_asked_no_more(office: Office) -> None:  # D11
    request = await office.ask()
    await office.decide(request, approve=True)

    await office.work()

    said = [(row.state, row.reason) for row in await office.said(DeliveryKind.REQUEST)]
    assert said == [(DeliveryState.FAILED, FailureReason.NO_USE)] * 2
    assert "asks for a new password" not in office.dm()


async def test_a_copy_is_redrawn_only_after_it_is_posted(office: Office) -> None:  # D11
    request = await office.ask()
    await office.registry.only(DeliveryKind.LEAVER)
    await office.decide(request, approve=True)
    later = DUTY.update().where(DUTY.c.kind == DeliveryKind.REQUEST)
    tomorrow = {"due_at": NOON.replace(year=2030), "attempts": 1, "state": DeliveryState.WAITING}
    await office.registry.store.write(executing(later.values(tomorrow)))

    await office.work()

    states = [(row.state, row.reason) for row in await office.said(DeliveryKind.REQUEST_CLOSED)]
    assert states == [(DeliveryState.WAITING, FailureReason.SLACK_UNREACHABLE)] * 2


async def test_a_request_that_is_no_more_is_not_asked(office: Office) -> None:
    await office.ask()
    await office.registry.store.write(executing(delete(requests)))

    await office.work()

    said = [(row.state, row.reason) for row in await office.said(DeliveryKind.REQUEST)]
    assert said == [(DeliveryState.FAILED, FailureReason.NO_USE)] * 2


@pytest.mark.parametrize(
    ("change", "words"),
    [("deleted", "is deactivated in Slack."), ("guest", "is only a guest in Slack now.")],
)
async def test_a_leaver_is_asked_about_and_the_answer_told(  # R65, D14
    office: Office, change: str, words: str
) -> None:
    await office.notice(**{change: True})
    await office.work()
    assert f"*Cai Krag* {words}" in office.dm()
    assert f"Cai Krag {words}" not in office.slack.mails[0].plain  # Bo reads Danish
    assert "Cai Krag" in office.slack.mails[0].plain

    await office.notice()
    await office.work()

    assert "They are a full member of the workspace again." in office.dm()
    assert "leaver_keep" not in office.dm()


async def test_what_is_answered_is_asked_no_more(office: Office) -> None:  # D14
    await office.notice(deleted=True)
    await office.registry.store.write(lambda tx: leaver_rows.delete_of(tx, office.cai.id))

    await office.work()

    said = [(row.state, row.reason) for row in await office.said(DeliveryKind.LEAVER)]
    assert said == [(DeliveryState.FAILED, FailureReason.NO_USE)] * 2


async def test_many_leavers_make_one_message_without_names(office: Office) -> None:  # D14
    for who in (office.ada, office.bo):
        await office.queue(DeliveryKind.LEAVER, who, "many:1", {"many": True})

    await office.work()

    assert "several users of your authority are deactivated" in office.dm()
    assert "Cai" not in office.dm() + office.slack.mails[0].plain


async def test_a_report_is_read_and_forgotten(office: Office) -> None:  # R59
    me = principal_of(office.cai)
    await office.registry.store.write(lambda tx: reports.report(tx, me, "My *name* is Kragh", NOON))

    await office.work()

    assert "is Kragh" in office.dm()
    assert "is Kragh" in office.slack.mails[0].plain
    kept = await office.registry.store.read(
        lambda tx: tx.scalars(
            select(DUTY.c.details).where(DUTY.c.kind == DeliveryKind.REPORT)
        ).all()
    )
    assert kept == [{}, {}]


async def test_an_administrator_who_is_gone_is_not_asked(office: Office) -> None:  # D14
    await office.ask()
    await office.registry.store.write(lambda tx: users.remove(tx, office.ada.user_id, None, NOON))

    await office.work()

    said = [(row.state, row.reason) for row in await office.said(DeliveryKind.REQUEST)]
    assert said == [(DeliveryState.FAILED, FailureReason.NO_USE), (DeliveryState.SENT, None)]


@pytest.mark.parametrize(
    "code", ["channel_not_found", "user_not_found", "account_inactive", "token_revoked"]
)
async def test_who_slack_refuses_is_written_to(office: Office, code: str) -> None:  # D6, D19
    await office.ask()
    office.slack.faults.add("chat.postMessage", f"error:{code}")

    await office.work()

    assert len(office.slack.mails) == 2


async def test_who_left_slack_unnoticed_is_written_to(office: Office) -> None:  # D21
    await office.registry.store.write(executing(delete(members)))
    await office.slack.deactivate("U0ADA")
    await office.ask()

    await office.work()

    assert len(office.slack.mails) == 2
    assert "reset_approve" not in office.dm()
