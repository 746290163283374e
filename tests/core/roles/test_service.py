"""Tests of granting and revoking roles, on SQLite and PostgreSQL."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Connection

from core.audit.rows import entries as audit_rows
from core.audit.rules import Act, AuditEntry
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind
from core.errors import (
    LastHolderError,
    NotAdministratorError,
    NotFoundError,
    RuleError,
    UnknownRoleError,
)
from core.role_keys import ADMINISTRATOR, RoleKey
from core.roles import service
from core.roles.service import HolderEdit, RoleEdit
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal, principal_of
from core.users.rows import users
from core.users.rules import User
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON

BASIC, HANDLER = RoleKey("PQ", "BASIC"), RoleKey("PQ", "REQ_HANDLER")


@dataclass(frozen=True, slots=True)
class Office:
    """An authority with an administrator and one who handles requests."""

    store: Store
    rulebook: Rulebook
    authority: Authority
    anna: Principal
    bo: User

    async def change(
        self, roles: set[RoleKey], *, of: User | None = None, by: Principal | None = None
    ) -> User:
        user = of or self.bo
        edit = RoleEdit(user.id, frozenset(roles), frozenset(user.roles))
        principal = by or self.anna
        return await self.store.write(
            lambda tx: service.change(tx, edit, principal, self.rulebook, NOON)
        )

    async def change_holders(
        self, role: RoleKey, grant_to: set[int], revoke_from: set[int]
    ) -> tuple[User, ...]:
        edit = HolderEdit(role, frozenset(grant_to), frozenset(revoke_from))
        return await self.store.write(
            lambda tx: service.change_holders(tx, edit, self.anna, self.rulebook, NOON)
        )

    async def register_user(self, *roles: RoleKey) -> User:
        return await self.store.write(
            lambda tx: a_user(tx, self.authority, self.rulebook, roles=frozenset(roles))
        )

    async def entries(self) -> list[AuditEntry]:
        every = await self.store.read(lambda tx: list(audit_rows.since(tx)))
        return [one for one in every if one.audit_event.act == Act.ROLES_CHANGED]


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def set_up(tx: Connection) -> tuple[Authority, Principal, User]:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        return authority, anna, a_user(tx, authority, rulebook, roles=frozenset({BASIC, HANDLER}))

    return Office(store, rulebook, *await store.write(set_up))


async def test_roles_are_granted_and_revoked_on_the_record(office: Office) -> None:  # R15, R50, D22
    await office.register_user(HANDLER)

    changed = await office.change({BASIC, RoleKey("PR", "BASIC")})

    assert set(changed.roles) == {BASIC, RoleKey("PR", "BASIC")}
    (entry,) = await office.entries()
    assert (entry.audit_event.actor.user_id, entry.audit_event.user_id) == (
        office.anna.user_id,
        office.bo.id,
    )
    assert entry.audit_event.details == {"given": ["PR:BASIC"], "taken": ["PQ:REQ_HANDLER"]}
    sent = await office.store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.NOTICE, office.bo.id, str(entry.id))
    )
    assert {one.recipient_id for one in sent} == {office.bo.id, None}  # D19
    assert sent[0].details == {**entry.audit_event.details, "what": "roles_changed"}


async def test_the_same_roles_change_nothing(office: Office) -> None:
    assert await office.change({BASIC, HANDLER}) == office.bo
    assert await office.entries() == []


async def test_the_last_holder_keeps_the_role(office: Office) -> None:  # R62, D12
    with pytest.raises(LastHolderError) as refusal:
        await office.change({BASIC})

    assert refusal.value.role == HANDLER
    assert await office.entries() == []


async def test_the_last_administrator_stays_administrator(office: Office) -> None:  # D12
    anna = await office.store.read(lambda tx: users.find(tx, office.anna.user_id))
    with pytest.raises(LastHolderError):
        await office.change(set(), of=anna)


async def test_of_two_revocations_of_the_last_two_holders_one_is_refused(
    office: Office,
) -> None:  # D12
    cleo = await office.register_user(HANDLER)

    outcomes = await asyncio.gather(
        office.change({BASIC}), office.change(set(), of=cleo), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastHolderError", "User"]
    left = await office.store.read(lambda tx: service.holders_of(tx, office.authority.id, HANDLER))
    assert len(left) == 1


async def test_a_role_outside_the_modules_is_refused(office: Office) -> None:  # D13
    with pytest.raises(UnknownRoleError):
        await office.change({BASIC, HANDLER, RoleKey("SD", "BASIC")})


async def test_roles_that_changed_since_the_form_was_opened_are_not_overwritten(
    office: Office,
) -> None:  # D23
    await office.register_user(HANDLER)
    await office.change({BASIC})

    user = await office.change({BASIC, HANDLER, ADMINISTRATOR})

    assert set(user.roles) == {BASIC, ADMINISTRATOR}


@pytest.mark.parametrize("whose", ["another authority's", "nobody's", "a removed user's"])
async def test_only_roles_of_users_of_the_principals_own_authority_can_be_changed(
    office: Office, whose: str
) -> None:  # R12
    def other_user(tx: Connection) -> User:
        if whose == "a removed user's":
            users.remove(tx, office.bo.id, None, NOON)
            return office.bo
        if whose == "nobody's":
            return replace(office.bo, id=office.bo.id + 1000)
        return a_user(tx, an_authority(tx), office.rulebook)

    stranger = await office.store.write(other_user)

    with pytest.raises(NotFoundError):
        await office.change({HANDLER}, of=stranger)
    with pytest.raises(NotFoundError):
        await office.change_holders(HANDLER, {stranger.id}, set())


async def test_only_an_administrator_changes_roles(office: Office) -> None:  # R38, R60
    with pytest.raises(NotAdministratorError):
        await office.change(set(), by=principal_of(office.bo))


async def test_a_role_is_handed_over_in_one_step(office: Office) -> None:  # D12
    cleo = await office.register_user(BASIC)

    held = await office.change_holders(HANDLER, {cleo.id}, {office.bo.id})

    assert [user.id for user in held] == [cleo.id]
    assert len(await office.entries()) == 2


async def test_granting_a_held_role_or_revoking_one_not_held_changes_nothing(
    office: Office,
) -> None:
    cleo = await office.register_user(BASIC)

    await office.change_holders(HANDLER, {office.bo.id}, {cleo.id})

    assert await office.entries() == []


async def test_a_change_of_holders_is_all_or_nothing(office: Office) -> None:
    cleo = await office.register_user(HANDLER)

    with pytest.raises(RuleError):
        await office.change_holders(HANDLER, set(), {cleo.id, office.bo.id})

    held = await office.store.read(lambda tx: service.holders_of(tx, office.authority.id, HANDLER))
    assert len(held) == 2


async def test_roles_with_too_few_holders_are_listed(office: Office) -> None:  # R61, D12
    missing = await office.store.read(
        lambda tx: service.role_gaps(tx, office.authority, office.rulebook)
    )

    assert missing == (RoleKey("PR", "REQ_HANDLER"),)


async def test_the_only_holder_of_a_required_role_cannot_leave(office: Office) -> None:  # D14
    with pytest.raises(LastHolderError):
        await office.store.read(
            lambda tx: service.require_holders_without(tx, office.bo, office.rulebook)
        )
    await office.register_user(HANDLER)
    await office.store.read(
        lambda tx: service.require_holders_without(tx, office.bo, office.rulebook)
    )


async def test_an_unknown_authority_is_not_found(office: Office) -> None:
    with pytest.raises(NotFoundError):
        await office.store.write(lambda tx: authorities.require_locked(tx, 999))


async def test_a_concurrently_demoted_administrator_cannot_undo_it(
    office: Office,
) -> None:  # R38
    jonas = await office.register_user(ADMINISTRATOR)
    back = HolderEdit(ADMINISTRATOR, frozenset({jonas.id}), frozenset())

    async def give() -> None:
        with suppress(NotAdministratorError):
            await office.store.write(
                lambda tx: service.change_holders(
                    tx, back, principal_of(jonas), office.rulebook, NOON
                )
            )

    await asyncio.gather(
        *(give() for _ in range(3)),
        office.change_holders(ADMINISTRATOR, set(), {jonas.id}),
        *(give() for _ in range(4)),
    )

    found = await office.store.read(lambda tx: users.find(tx, jonas.id))
    assert found is not None
    assert not found.administrator
