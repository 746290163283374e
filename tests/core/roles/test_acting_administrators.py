"""Tests that only users who can act in Slack count as administrators (B04, D12)."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from core.accounts import removal, slack_members
from core.authorities.rules import Authority
from core.deliveries.rules import DeliveryKind
from core.errors import LastHolderError, NobodyToAskError
from core.leavers import service as leavers
from core.members.rules import Member
from core.policy import Policy
from core.resets import service as resets
from core.resets.rules import RequestSource
from core.role_keys import ADMINISTRATOR
from core.roles import service
from core.roles.service import HolderEdit, RoleEdit
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries as deliveries_table
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows import queries, users
from core.users.rules import User
from core.warnings import service as warnings
from tests.factories import a_member, a_user, an_administrator, an_authority
from tests.times import NOON


@dataclass(frozen=True, slots=True)
class Office:
    """An authority with two administrators in Slack, managed by another with one."""

    store: Store
    rulebook: Rulebook
    authority: Authority
    karin: Principal
    anna: Principal
    bea: Principal
    members: tuple[Member, Member]

    async def deactivate(self, *numbers: int) -> None:
        def store_members(tx: Connection) -> None:
            for number in numbers:
                member = replace(self.members[number], deleted=True)
                slack_members.save_member(tx, member)
                leavers.check_member(tx, member, NOON)

        await self.store.write(store_members)

    async def take_role(self, user_id: int, by: Principal) -> User:
        def take(tx: Connection) -> User:
            user = users.require(tx, user_id)
            edit = RoleEdit(user_id, frozenset(), frozenset(user.roles))
            return service.change(tx, edit, by, self.rulebook, NOON)

        return await self.store.write(take)

    async def remove(self, user_id: int, by: Principal) -> User:
        return await self.store.write(
            lambda tx: removal.remove(tx, by, user_id, self.rulebook, NOON)
        )

    async def recipients(self, kind: DeliveryKind) -> list[int]:
        table = deliveries_table

        def read(tx: Connection) -> list[int]:
            found = tx.execute(table.select().where(table.c.kind == kind).order_by(table.c.id))
            return [row.recipient_id for row in found]

        return await self.store.read(read)


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def set_up(
        tx: Connection,
    ) -> tuple[Authority, Principal, Principal, Principal, tuple[Member, Member]]:
        manager = an_authority(tx, access_manager=True)
        authority = an_authority(tx, manager_id=manager.id)
        members = a_member(tx, "U0ANNA"), a_member(tx, "U0BEA")
        return (
            authority,
            an_administrator(tx, manager, rulebook),
            an_administrator(tx, authority, rulebook, member=members[0].key),
            an_administrator(tx, authority, rulebook, member=members[1].key),
            members,
        )

    return Office(store, rulebook, *await store.write(set_up))


async def test_the_last_administrator_who_can_act_keeps_the_role(
    office: Office,
) -> None:  # B04, D12
    await office.deactivate(1)

    with pytest.raises(LastHolderError):
        await office.take_role(office.anna.user_id, office.anna)


async def test_the_last_administrator_who_can_act_cannot_remove_themselves(  # B04, D12, D14
    office: Office,
) -> None:
    await office.deactivate(1)

    with pytest.raises(LastHolderError):
        await office.remove(office.anna.user_id, office.anna)


async def test_the_role_is_not_handed_to_somebody_who_cannot_act(office: Office) -> None:  # B04
    """Grants come first in a handover; a user without Slack does not count (D12)."""
    await office.deactivate(1)
    ida = await office.store.write(lambda tx: a_user(tx, office.authority, office.rulebook))
    edit = HolderEdit(ADMINISTRATOR, frozenset({ida.id}), frozenset({office.anna.user_id}))

    with pytest.raises(LastHolderError):
        await office.store.write(
            lambda tx: service.change_holders(tx, edit, office.anna, office.rulebook, NOON)
        )


async def test_an_administrator_who_left_loses_role_and_account(office: Office) -> None:  # R65, D12
    """Taking something from somebody who does not count leaves as many as before."""
    await office.deactivate(1)

    await office.take_role(office.bea.user_id, office.anna)
    removed = await office.remove(office.bea.user_id, office.anna)

    assert removed.id == office.bea.user_id


@pytest.mark.parametrize("fault", ["deleted", "guest", "bot", "stranger"])
async def test_who_cannot_be_a_user_cannot_act(office: Office, fault: str) -> None:  # D12, D21
    def spoil(tx: Connection) -> None:
        slack_members.save_member(tx, replace(office.members[1], **{fault: True}))  # type: ignore[arg-type]

    await office.store.write(spoil)

    acting = await office.store.read(
        lambda tx: queries.acting_administrators_of(tx, office.authority.id)
    )
    assert [user.id for user in acting] == [office.anna.user_id]


async def test_the_access_manager_is_told_at_once_of_an_authority_without_administrator(
    office: Office,
) -> None:  # B04, D12
    await office.deactivate(1)
    assert await office.recipients(DeliveryKind.NO_ADMINISTRATOR) == []

    await office.deactivate(0)
    await office.deactivate(0)

    assert await office.recipients(DeliveryKind.NO_ADMINISTRATOR) == [office.karin.user_id]


async def test_whoever_left_slack_is_not_asked_about_the_others(office: Office) -> None:  # B04
    """Both leave on one day: the first question goes to the one still there, the second to none."""
    await office.deactivate(1, 0)

    assert await office.recipients(DeliveryKind.LEAVER) == [office.anna.user_id]
    assert await office.recipients(DeliveryKind.NO_ADMINISTRATOR) == [office.karin.user_id]


async def test_of_a_deactivation_and_a_demotion_at_once_one_waits_for_the_other(
    office: Office,
) -> None:  # D12
    """Either the demotion is refused, or the access manager hears that nobody is left."""
    demotion, _ = await asyncio.gather(
        office.take_role(office.anna.user_id, office.anna),
        office.deactivate(1),
        return_exceptions=True,
    )

    told = await office.recipients(DeliveryKind.NO_ADMINISTRATOR)
    acting = await office.store.read(
        lambda tx: queries.acting_administrators_of(tx, office.authority.id)
    )
    if isinstance(demotion, LastHolderError):
        assert (told, [user.id for user in acting]) == ([], [office.anna.user_id])
    else:
        assert (told, acting) == ([office.karin.user_id], ())


async def test_a_deactivated_user_without_the_role_alarms_nobody(office: Office) -> None:
    def leave(tx: Connection) -> None:
        member = a_member(tx, "U0BO", deleted=True)
        a_user(tx, office.authority, office.rulebook, member=member.key)
        leavers.check_member(tx, member, NOON)

    await office.store.write(leave)

    assert await office.recipients(DeliveryKind.NO_ADMINISTRATOR) == []


async def test_the_warning_of_a_missing_administrator_goes_to_the_access_manager(
    office: Office,
) -> None:  # R39, D12
    await office.deactivate(0, 1)

    def warn(tx: Connection) -> None:
        gaps = warnings.current_gaps(tx, office.rulebook)
        warnings.record_new(tx, gaps, NOON)
        warnings.queue_due(tx, NOON + timedelta(days=1), 100)

    await office.store.write(warn)

    told = await office.recipients(DeliveryKind.NO_ADMINISTRATOR)
    assert told == [office.karin.user_id, office.karin.user_id]
    warned = await office.recipients(DeliveryKind.WARNING)
    assert office.anna.user_id not in warned


async def test_a_reset_is_asked_of_the_access_manager_where_nobody_else_can_act(
    office: Office,
) -> None:  # D11, D12
    await office.deactivate(1)

    def request(tx: Connection, user_id: int) -> None:
        resets.request_reset(tx, user_id, RequestSource.PORTAL, Policy(), NOON)

    await office.store.write(lambda tx: request(tx, office.anna.user_id))
    assert await office.recipients(DeliveryKind.REQUEST) == [office.karin.user_id]

    await office.deactivate(0)
    ida = await office.store.write(lambda tx: a_user(tx, office.authority, office.rulebook))
    with pytest.raises(NobodyToAskError):
        await office.store.write(lambda tx: request(tx, ida.id))
