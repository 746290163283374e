"""Tests of notices about authorities, by DM, by mail and in the Commission's channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from core.administration import data_review, editing, modules
from core.administration.editing import AuthorityEdit
from core.administration.modules import ModuleEdit, module_values
from core.administration.title_tasks import TitleEdit, open_task, translate
from core.authorities.details import details_of, field_versions
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, FailureReason
from core.schema.authorities import title_tasks
from core.schema.deliveries import deliveries as deliveries_table
from core.users.rows import users
from tests.bot.delivery_worker import Registry, running_worker
from tests.factories import a_member, an_administrator, an_authority, executing
from tests.times import NOON

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.delivery.dependencies import DeliveryDependencies
    from core.authorities.rules import Authority
    from core.users.principals import Principal
    from sandbox import Sandbox

DUTY = deliveries_table
CHANNEL = "C0TEAM"


@dataclass(frozen=True, slots=True)
class AuthoritiesFixture:
    """Karin of the access manager, and an authority with Ada in Slack and Bo without it."""

    registry: Registry
    dependencies: DeliveryDependencies
    slack: Sandbox
    authority: Authority
    karin: Principal
    ada: Principal

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

    async def rename(self, title: str = "Care") -> None:
        """Open a title task, as a substantial change by Ada does."""

        def open_title_task(tx: Connection) -> None:
            ada = users.find(tx, self.ada.user_id)
            assert ada is not None
            open_task(tx, self.authority, title, ada, NOON)

        await self.registry.store.write(open_title_task)


@pytest.fixture
async def setup(
    registry: Registry, dependencies: DeliveryDependencies, slack: Sandbox
) -> AuthoritiesFixture:
    def register(tx: Connection) -> tuple[Authority, Principal, Principal]:
        rulebook = registry.rulebook
        manager = an_authority(tx, access_manager=True, team_channel=None)
        authority = an_authority(tx, manager_id=manager.id, team_channel=None, modules=("PQ",))
        member = a_member(tx, "U0ADA").key
        karin = an_administrator(
            tx, manager, rulebook, first_name="Karin", last_name="K", member=None
        )
        ada = an_administrator(tx, authority, rulebook, member=member, first_name="Ada")
        an_administrator(tx, authority, rulebook, language="da", member=None)
        return authority, karin, ada

    found = await registry.store.write(register)
    await registry.settle_others(DeliveryKind.AUTHORITY_NOTICE)
    return AuthoritiesFixture(
        registry, replace(dependencies, commission_channel=CHANNEL), slack, *found
    )


async def test_changed_modules_are_notified_to_all_concerned(
    setup: AuthoritiesFixture,
) -> None:  # R31, R61, D19
    seen, wanted = module_values(["PQ"], ()), module_values(["SD"], ())
    edit = ModuleEdit(setup.authority.id, wanted, seen, since=0)
    rulebook = setup.registry.rulebook
    await setup.registry.store.write(
        lambda tx: modules.change_modules(tx, edit, setup.karin, rulebook, NOON)
    )

    await setup.send_due()

    (message,) = [m for m in setup.slack.messages("U0ADA") if "role_holders" in str(m.blocks)]
    assert "The modules have been changed." in str(message.blocks)
    assert "By: Karin K." in str(message.blocks)
    assert "Granted: Services" in str(message.blocks)
    assert "Withdrawn: Professional qualifications" in str(message.blocks)
    office = [mail for mail in setup.slack.mails if setup.authority.email in mail.recipients]
    assert "Roles without a holder: Services: Request handler" in office[-1].plain
    assert {one.state for one in await setup.deliveries_of(DeliveryKind.AUTHORITY_NOTICE)} == {
        DeliveryState.SENT
    }


async def test_the_authoritys_previous_address_is_notified_and_deleted(
    setup: AuthoritiesFixture,
) -> None:  # D9
    typed = replace(details_of(setup.authority), email="new@home.example", languages="da")
    edit = AuthorityEdit(
        setup.authority.id, typed, field_versions(details_of(setup.authority)), substantial=False
    )
    await setup.registry.store.write(lambda tx: editing.edit(tx, edit, setup.karin, NOON))

    await setup.send_due()

    (mail,) = [one for one in setup.slack.mails if one.recipients == (setup.authority.email,)]
    assert mail.subject == "Your e-mail address in IMI has been changed"
    assert setup.authority.informal_title in mail.plain
    assert "Another e-mail address has been entered for you in IMI. By: Karin K." in mail.plain
    assert "new@home.example" not in str(mail)
    (told,) = await setup.deliveries_of(DeliveryKind.OLD_ADDRESS)
    assert (told.state, told.details) == (DeliveryState.SENT, {"deed": "edited"})


async def test_the_data_review_is_sent_by_dm_or_mail(setup: AuthoritiesFixture) -> None:  # R2, R30
    later = NOON.replace(year=2027)
    policy = setup.registry.rulebook.policy
    await setup.registry.store.write(
        lambda tx: data_review.request_due_reviews(tx, policy, later, 10)
    )
    await setup.registry.store.write(lambda tx: users.remove(tx, setup.karin.user_id, None, NOON))
    early = DUTY.update().values(due_at=NOON)
    await setup.registry.store.write(executing(early))

    await setup.send_due()

    assert "authority_still_right" in str(setup.slack.messages("U0ADA"))
    assert len(setup.slack.mails) == 1
    states = sorted(one.state for one in await setup.deliveries_of(DeliveryKind.DATA_REVIEW))
    assert states == [DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.SENT]


async def test_a_title_task_is_posted_and_updated_once_translated(
    setup: AuthoritiesFixture,
) -> None:  # R29, D17
    await setup.rename()
    await setup.send_due()
    assert "title_translate" in str(setup.slack.messages(CHANNEL))

    await setup.rename("Cure")
    await setup.send_due()
    assert "Cure" in str(setup.slack.messages(CHANNEL))
    task = (await setup.deliveries_of(DeliveryKind.TITLE_TASK))[0].details["task"]
    number = int(str(task))
    first = TitleEdit(number, "Cure", {"da": "Pleje"}, {})
    await setup.registry.store.write(lambda tx: translate(tx, first, "U0ADA", "en", NOON))
    await setup.send_due()
    (message,) = setup.slack.messages(CHANNEL)
    assert "22 languages are still to be filled in." in str(message.blocks)
    assert "title_translate" in str(message.blocks)

    rest = TitleEdit(number, "Cure", {}, {}, close=True)
    await setup.registry.store.write(lambda tx: translate(tx, rest, "U0ADA", "en", NOON))
    await setup.send_due()

    (message,) = setup.slack.messages(CHANNEL)
    assert "<@U0ADA>" in str(message.blocks)
    assert "title_translate" not in str(message.blocks)


async def test_the_updated_message_names_who_changed_the_title_last(
    setup: AuthoritiesFixture,
) -> None:  # D17: who
    await setup.rename()
    await setup.send_due()

    def rename_by_another(tx: Connection) -> None:
        found = an_administrator(
            tx, setup.authority, setup.registry.rulebook, first_name="Eva", member=None
        )
        open_task(tx, setup.authority, "Cure", users.require(tx, found.user_id), NOON)

    await setup.registry.store.write(rename_by_another)
    await setup.send_due()

    (message,) = setup.slack.messages(CHANNEL)
    assert "Eva" in str(message.blocks)
    assert "Ada" not in str(message.blocks)


async def test_a_title_task_that_is_closed_before_it_is_sent_is_not_sent(
    setup: AuthoritiesFixture,
) -> None:  # R29
    await setup.rename()
    await setup.rename(setup.authority.informal_title)

    await setup.send_due()

    assert setup.slack.messages(CHANNEL) == []
    (task,) = await setup.deliveries_of(DeliveryKind.TITLE_TASK)
    assert (task.state, task.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)


async def test_a_title_task_being_sent_is_updated_afterwards(
    setup: AuthoritiesFixture,
) -> None:  # D17
    await setup.rename()
    later = DUTY.update().where(DUTY.c.kind == DeliveryKind.TITLE_TASK)
    values = {"due_at": NOON.replace(year=2030), "attempts": 1}
    await setup.registry.store.write(executing(later.values(values)))
    await setup.rename("Cure")

    await setup.send_due()

    (closed,) = await setup.deliveries_of(DeliveryKind.TITLE_TASK_CLOSED)
    assert (closed.state, closed.reason) == (DeliveryState.WAITING, FailureReason.SLACK_UNREACHABLE)


async def test_without_a_commission_channel_no_title_task_is_sent(
    setup: AuthoritiesFixture,
) -> None:  # D17
    setup = replace(setup, dependencies=replace(setup.dependencies, commission_channel=None))
    await setup.rename()
    await setup.send_due()
    await setup.rename("Cure")
    await setup.send_due()

    (task,) = await setup.deliveries_of(DeliveryKind.TITLE_TASK)
    assert (task.state, task.reason) == (DeliveryState.FAILED, FailureReason.OBSOLETE)
    (closed,) = await setup.deliveries_of(DeliveryKind.TITLE_TASK_CLOSED)
    assert closed.state == DeliveryState.SENT


async def test_a_deleted_title_task_is_not_sent(setup: AuthoritiesFixture) -> None:
    await setup.rename()
    await setup.registry.store.write(executing(delete(title_tasks)))

    await setup.send_due()

    assert [one.reason for one in await setup.deliveries_of(DeliveryKind.TITLE_TASK)] == [
        FailureReason.OBSOLETE
    ]
