"""Telling of authorities: by DM, by mail, in the Commission's channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from core.administration import data_review, editing, modules
from core.administration.editing import AuthorityEdit
from core.administration.modules import ModuleEdit
from core.administration.title_tasks import open_task, translate
from core.authorities.details import details_of, marks_of
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, FailureReason
from core.schema.authorities import title_tasks
from core.users.rows import users
from tests.bot.working import Registry, working
from tests.factories import a_member, an_administrator, an_authority, executing
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.delivery.worker import WorkerParts
    from core.authorities.rules import Authority
    from core.users.principals import Principal
    from sandbox import Sandbox

DUTY = deliveries.deliveries
CHANNEL = "C0TEAM"


@dataclass(frozen=True, slots=True)
class Land:
    """A manager's Karin, and an authority with Ada, who is in Slack, and Bo, who is not."""

    registry: Registry
    parts: WorkerParts
    slack: Sandbox
    here: Authority
    karin: Principal
    ada: Principal

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

    async def rename(self, title: str = "Care") -> None:
        """Let Ada change the title substantially."""

        def wish(tx: Connection) -> None:
            ada = users.find(tx, self.ada.user_id)
            assert ada is not None
            open_task(tx, self.here, title, ada, NOON)

        await self.registry.store.write(wish)


@pytest.fixture
async def land(registry: Registry, parts: WorkerParts, slack: Sandbox) -> Land:
    def wish(tx: Connection) -> tuple[Authority, Principal, Principal]:
        rulebook = registry.rulebook
        manager = an_authority(tx, access_manager=True, team_channel=None)
        here = an_authority(tx, manager_id=manager.id, team_channel=None, modules=("PQ",))
        member = a_member(tx, "U0ADA").key
        karin = an_administrator(tx, manager, rulebook, first_name="Karin", last_name="K")
        ada = an_administrator(tx, here, rulebook, member=member, first_name="Ada")
        an_administrator(tx, here, rulebook, language="da")
        return here, karin, ada

    found = await registry.store.write(wish)
    await registry.only(DeliveryKind.AUTHORITY_NOTICE)
    return Land(registry, replace(parts, commission_channel=CHANNEL), slack, *found)


async def test_changed_modules_are_told_to_all_concerned(land: Land) -> None:  # R31, R61, D19
    seen, wanted = frozenset({"PQ"}), frozenset({"SD"})
    edit = ModuleEdit(land.here.id, wanted, frozenset(), seen)
    rulebook = land.registry.rulebook
    await land.registry.store.write(
        lambda tx: modules.change_modules(tx, edit, land.karin, rulebook, NOON)
    )

    await land.work()

    (message,) = [m for m in land.slack.messages("U0ADA") if "role_holders" in str(m.blocks)]
    assert "Karin K changed the modules" in str(message.blocks)
    assert "Granted: Services" in str(message.blocks)
    assert "Withdrawn: Professional qualifications" in str(message.blocks)
    office = [mail for mail in land.slack.mails if land.here.email in mail.recipients]
    assert "Need a holder: Services: Request handler" in office[-1].plain
    assert {one.state for one in await land.said(DeliveryKind.AUTHORITY_NOTICE)} == {
        DeliveryState.SENT
    }


async def test_the_authoritys_address_of_before_is_told_and_forgotten(land: Land) -> None:  # D9
    typed = replace(details_of(land.here), email="new@home.example", languages="da")
    wish = AuthorityEdit(land.here.id, typed, marks_of(details_of(land.here)), substantial=False)
    await land.registry.store.write(lambda tx: editing.edit(tx, wish, land.karin, NOON))

    await land.work()

    (mail,) = [one for one in land.slack.mails if one.recipients == (land.here.email,)]
    assert mail.subject == "Your e-mail address in IMI was changed"
    assert land.here.informal_title in mail.plain
    assert "Karin K entered another e-mail address for you in IMI." in mail.plain
    assert "new@home.example" not in str(mail)
    (told,) = await land.said(DeliveryKind.OLD_ADDRESS)
    assert (told.state, told.details) == (DeliveryState.SENT, {"deed": "edited"})


async def test_whether_the_data_is_right_is_asked_by_dm_or_mail(land: Land) -> None:  # R2, R30
    later = NOON.replace(year=2027)
    policy = land.registry.rulebook.policy
    await land.registry.store.write(lambda tx: data_review.ask_due(tx, policy, later, 10))
    await land.registry.store.write(lambda tx: users.remove(tx, land.karin.user_id, None, NOON))
    early = DUTY.update().values(due_at=NOON)
    await land.registry.store.write(executing(early))

    await land.work()

    assert "authority_still_right" in str(land.slack.messages("U0ADA"))
    assert len(land.slack.mails) == 1
    states = sorted(one.state for one in await land.said(DeliveryKind.STILL_RIGHT))
    assert states == [DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.SENT]


async def test_a_title_is_asked_for_and_redrawn_once_translated(land: Land) -> None:  # R29, D17
    await land.rename()
    await land.work()
    assert "title_translate" in str(land.slack.messages(CHANNEL))

    await land.rename("Cure")
    await land.work()
    assert "Cure" in str(land.slack.messages(CHANNEL))
    task = (await land.said(DeliveryKind.TITLE_TASK))[0].details["task"]
    number = int(str(task))
    titles = {"da": "Pleje"}
    await land.registry.store.write(lambda tx: translate(tx, number, titles, "U0ADA", NOON))
    await land.work()

    (message,) = land.slack.messages(CHANNEL)
    assert "<@U0ADA>" in str(message.blocks)
    assert "title_translate" not in str(message.blocks)


async def test_a_message_on_its_way_is_redrawn_after_it(land: Land) -> None:  # D17
    await land.rename()
    later = DUTY.update().where(DUTY.c.kind == DeliveryKind.TITLE_TASK)
    values = {"due_at": NOON.replace(year=2030), "attempts": 1}
    await land.registry.store.write(executing(later.values(values)))
    await land.rename("Cure")

    await land.work()

    (closed,) = await land.said(DeliveryKind.TITLE_TASK_CLOSED)
    assert (closed.state, closed.reason) == (DeliveryState.WAITING, FailureReason.SLACK_UNREACHABLE)


async def test_without_a_channel_nobody_is_asked(land: Land) -> None:  # D17
    land = replace(land, parts=replace(land.parts, commission_channel=None))
    await land.rename()
    await land.work()
    await land.rename("Cure")
    await land.work()

    (task,) = await land.said(DeliveryKind.TITLE_TASK)
    assert (task.state, task.reason) == (DeliveryState.FAILED, FailureReason.NO_USE)
    (closed,) = await land.said(DeliveryKind.TITLE_TASK_CLOSED)
    assert closed.state == DeliveryState.SENT


async def test_a_task_that_is_no_more_is_not_said(land: Land) -> None:
    await land.rename()
    await land.registry.store.write(executing(delete(title_tasks)))

    await land.work()

    assert [one.reason for one in await land.said(DeliveryKind.TITLE_TASK)] == [
        FailureReason.NO_USE
    ]
