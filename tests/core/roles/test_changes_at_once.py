"""Tests of two changes of one user's roles at once, on SQLite and PostgreSQL."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from core.audit.rows import entries
from core.audit.rules import SYSTEM
from core.authorities.rows import authorities
from core.errors import EditedMeanwhileError, FieldChange, LastHolderError
from core.role_keys import ADMINISTRATOR, RoleKey
from core.roles import service
from core.roles.service import HolderEdit, RoleEdit
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal, principal_of
from core.users.rows import users
from core.users.rules import User
from tests.core.memory_database import empty_database
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON

BASIC, HANDLER = RoleKey("PQ", "BASIC"), RoleKey("PQ", "REQ_HANDLER")
ALLOCATOR, PR_BASIC = RoleKey("PQ", "ALLOCATOR"), RoleKey("PR", "BASIC")
ROLES = (BASIC, ALLOCATOR, PR_BASIC, RoleKey("PR", "ALLOCATOR"), ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Office:
    """Two administrators, who both opened the form with the roles of Bo."""

    rulebook: Rulebook
    anna: Principal
    cleo: User
    bo: User
    since: int

    def save(
        self, tx: Connection, by: Principal, *roles: RoleKey, since: int | None = None
    ) -> User:
        """Save these roles from the form that was opened at first, or `since` this audit entry."""
        edit = RoleEdit(
            self.bo.id,
            frozenset(roles),
            frozenset(self.bo.roles),
            self.since if since is None else since,
        )
        return service.change(tx, edit, by, self.rulebook, NOON)

    def save_as_cleo(self, tx: Connection, *roles: RoleKey) -> User:
        """Save these roles from a form that Cleo opens now."""
        bo = users.require(tx, self.bo.id)
        edit = RoleEdit(bo.id, frozenset(roles), frozenset(bo.roles), entries.chain_tip(tx)[0])
        return service.change(tx, edit, principal_of(self.cleo), self.rulebook, NOON)

    def grant_or_revoke(self, tx: Connection, *, grant_to: int | None = None, since: int) -> None:
        """Grant the role PR:BASIC to this user, or revoke it from Bo, in the form of the role."""
        revoke_from = frozenset({self.bo.id}) if grant_to is None else frozenset[int]()
        edit = HolderEdit(
            PR_BASIC, frozenset(() if grant_to is None else {grant_to}), revoke_from, since
        )
        service.change_holders(tx, edit, self.anna, self.rulebook, NOON)


def an_office(tx: Connection, rulebook: Rulebook) -> Office:
    authority = an_authority(tx)
    anna = an_administrator(tx, authority, rulebook)
    cleo = an_administrator(tx, authority, rulebook, first_name="Cleo", last_name="Lind")
    bo = a_user(tx, authority, rulebook, roles=frozenset({BASIC, HANDLER}))
    since = entries.chain_tip(tx)[0]
    return Office(rulebook, anna, users.require(tx, cleo.user_id), bo, since)


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    return await store.write(lambda tx: an_office(tx, rulebook))


async def test_what_only_the_other_granted_or_revoked_stays(store: Store, office: Office) -> None:
    """D23: Cleo's grant and revocation are kept beside Anna's."""

    def both_save(tx: Connection) -> User:
        office.save_as_cleo(tx, HANDLER, ALLOCATOR)
        return office.save(tx, office.anna, BASIC, HANDLER, PR_BASIC)

    assert set((await store.write(both_save)).roles) == {HANDLER, ALLOCATOR, PR_BASIC}


async def test_the_same_grant_from_both_is_no_conflict(store: Store, office: Office) -> None:
    """D23: where both granted the same role, the second save has nothing to do."""

    def both_save(tx: Connection) -> tuple[User, int]:
        office.save_as_cleo(tx, BASIC, HANDLER, PR_BASIC)
        newest = entries.chain_tip(tx)[0]
        return office.save(tx, office.anna, BASIC, HANDLER, PR_BASIC), newest

    user, newest = await store.write(both_save)

    assert set(user.roles) == {BASIC, HANDLER, PR_BASIC}
    assert (await store.read(entries.chain_tip))[0] == newest


async def test_a_grant_of_what_the_other_revoked_is_refused(store: Store, office: Office) -> None:
    """D23: opposite directions; Cleo granted the role, and then revoked it on purpose."""

    def cleo_saves(tx: Connection) -> None:
        office.save_as_cleo(tx, BASIC, HANDLER, PR_BASIC)
        office.save_as_cleo(tx, BASIC, HANDLER)

    await store.write(cleo_saves)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(lambda tx: office.save(tx, office.anna, BASIC, HANDLER, PR_BASIC))

    assert refusal.value.changes == (FieldChange("PR:BASIC", "Cleo Lind", service.HELD, ""),)
    assert PR_BASIC not in (await store.read(lambda tx: users.require(tx, office.bo.id))).roles


async def test_a_revocation_of_what_the_other_granted_is_refused(
    store: Store, office: Office
) -> None:
    """D23: opposite directions; Cleo revoked the role, and then granted it again on purpose."""

    def cleo_saves(tx: Connection) -> None:
        office.save_as_cleo(tx, HANDLER)
        office.save_as_cleo(tx, HANDLER, BASIC)

    await store.write(cleo_saves)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(lambda tx: office.save(tx, office.anna, HANDLER))

    assert refusal.value.changes == (FieldChange("PQ:BASIC", "Cleo Lind", "", service.HELD),)


async def test_a_holder_whom_the_other_gave_and_took_the_role_is_refused(
    store: Store, office: Office
) -> None:
    """D23: in the form of the role too; the user is named by the id, and can be chosen again."""

    def cleo_saves(tx: Connection) -> int:
        office.save_as_cleo(tx, BASIC, HANDLER, PR_BASIC)
        office.save_as_cleo(tx, BASIC, HANDLER)
        return entries.chain_tip(tx)[0]

    since = await store.write(cleo_saves)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(
            lambda tx: office.grant_or_revoke(tx, grant_to=office.bo.id, since=office.since)
        )

    assert refusal.value.changes == (FieldChange(str(office.bo.id), "Cleo Lind", service.HELD, ""),)
    assert PR_BASIC not in (await store.read(lambda tx: users.require(tx, office.bo.id))).roles
    await store.write(lambda tx: office.grant_or_revoke(tx, grant_to=office.bo.id, since=since))
    assert PR_BASIC in (await store.read(lambda tx: users.require(tx, office.bo.id))).roles


async def test_a_holder_from_whom_the_other_took_and_gave_the_role_is_refused(
    store: Store, office: Office
) -> None:
    """D23: the other way round; a holder whom others left alone is not asked about."""

    def cleo_saves(tx: Connection) -> int:
        office.save_as_cleo(tx, BASIC, HANDLER, PR_BASIC)
        opened = entries.chain_tip(tx)[0]
        office.save_as_cleo(tx, BASIC, HANDLER)
        office.save_as_cleo(tx, BASIC, HANDLER, PR_BASIC)
        return opened

    opened = await store.write(cleo_saves)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(lambda tx: office.grant_or_revoke(tx, since=opened))

    assert refusal.value.changes == (FieldChange(str(office.bo.id), "Cleo Lind", "", service.HELD),)
    await store.write(lambda tx: office.grant_or_revoke(tx, grant_to=office.cleo.id, since=opened))
    cleo = await store.read(lambda tx: users.require(tx, office.cleo.id))
    assert PR_BASIC in cleo.roles


async def test_who_has_read_the_refusal_can_save_again(store: Store, office: Office) -> None:
    """D23: a form that knows of the opposite change saves over it, and keeps all others."""

    def cleo_saves(tx: Connection) -> int:
        office.save_as_cleo(tx, BASIC, HANDLER, PR_BASIC)
        office.save_as_cleo(tx, BASIC, HANDLER, ALLOCATOR)
        return entries.chain_tip(tx)[0]

    since = await store.write(cleo_saves)

    user = await store.write(
        lambda tx: office.save(tx, office.anna, BASIC, HANDLER, PR_BASIC, since=since)
    )

    assert set(user.roles) == {BASIC, HANDLER, PR_BASIC, ALLOCATOR}


async def test_the_product_is_not_named(store: Store, office: Office) -> None:
    """D23: what no administrator of the authority changed is told without a name."""

    def change_and_save(tx: Connection) -> None:
        office.save_as_cleo(tx, BASIC, HANDLER, PR_BASIC)
        service.end_roles(tx, SYSTEM, users.require(tx, office.bo.id), (PR_BASIC,), NOON)
        office.save(tx, office.anna, BASIC, HANDLER, PR_BASIC)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(change_and_save)

    assert [change.by for change in refusal.value.changes] == [""]


async def test_the_authors_of_other_changes_are_not_looked_up(store: Store, office: Office) -> None:
    """D23: only the person who changed one of the roles in the opposite direction is named."""

    def statements_of_a_save(tx: Connection) -> int:
        statements: list[object] = []
        event.listen(tx, "before_cursor_execute", lambda *_: statements.append(1))
        with tx.begin_nested() as attempt:
            office.save(tx, office.anna, BASIC, HANDLER, PR_BASIC)
            attempt.rollback()
        return len(statements)

    def counts(tx: Connection) -> tuple[int, int]:
        office.save_as_cleo(tx, BASIC, HANDLER, ALLOCATOR)
        office.save_as_cleo(tx, BASIC, HANDLER)
        after_one = statements_of_a_save(tx)
        for _ in range(5):
            office.save_as_cleo(tx, BASIC, HANDLER, ALLOCATOR)
            office.save_as_cleo(tx, BASIC, HANDLER)
        return after_one, statements_of_a_save(tx)

    few, many = await store.write(counts)

    assert few == many


async def test_the_minimum_is_checked_on_the_result(store: Store, office: Office) -> None:
    """D12, D23: a revocation that was possible when the form opened is not, after the other's."""
    dina = await store.write(
        lambda tx: a_user(
            tx,
            authorities.require_locked(tx, office.bo.authority_id),
            office.rulebook,
            roles=frozenset({HANDLER}),
        )
    )

    def both_save(tx: Connection) -> None:
        edit = RoleEdit(dina.id, frozenset(), frozenset({HANDLER}), office.since)
        service.change(tx, edit, principal_of(office.cleo), office.rulebook, NOON)
        office.save(tx, office.anna, BASIC)

    with pytest.raises(LastHolderError) as refusal:
        await store.write(both_save)

    assert refusal.value.role == HANDLER


@settings(max_examples=50)
@given(st.frozensets(st.sampled_from(ROLES)), st.frozensets(st.sampled_from(ROLES)))
def test_changes_of_different_roles_commute(
    rulebook: Rulebook, first: frozenset[RoleKey], second: frozenset[RoleKey]
) -> None:
    """D23: two changes that touch different roles lead to the same roles in either order."""
    second -= first

    outcomes = {saved_in_order(rulebook, *order) for order in ((first, second), (second, first))}

    assert outcomes == {frozenset({BASIC, HANDLER}) ^ first ^ second}


def saved_in_order(rulebook: Rulebook, *toggled: frozenset[RoleKey]) -> frozenset[RoleKey]:
    """Change these roles one set after the other, each from a form that was opened before both."""
    with empty_database().begin() as tx:
        office = an_office(tx, rulebook)
        seen = frozenset(office.bo.roles)
        for by, roles in zip((office.anna, principal_of(office.cleo)), toggled, strict=True):
            office.save(tx, by, *(seen ^ roles))
        return frozenset(users.require(tx, office.bo.id).roles)
