"""Tests of removing and restoring users, on SQLite and PostgreSQL."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, func, select, update

from core.accounts import removal
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act, AuditEntry
from core.authorities.rules import Authority
from core.contacts import email_of
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind, DeliveryState
from core.errors import (
    EmailTakenError,
    FormError,
    LastHolderError,
    MemberTakenError,
    NotAdministratorError,
    NotFoundError,
    RestoreExpiredError,
    SignInRefusedError,
    UsernameMailedError,
)
from core.members.rules import MemberKey
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.resets import rows as requests
from core.resets import service as resets
from core.resets.rules import RequestSource, ResetRequestState
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.schema.authorities import authority_modules
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.sessions import sessions
from core.schema.users import users as users_table
from core.secret import Secret
from core.signin import service as signin
from core.store.store import Store
from core.users import list_page
from core.users.list_page import UserListQuery
from core.users.principals import Principal, principal_of
from core.users.rows import sign_in_state, users
from core.users.rules import User
from tests.factories import TEAM, a_user, an_administrator, an_authority, executing
from tests.times import NOON

LATER = timedelta(days=6)
BASIC, HANDLER = RoleKey("PQ", "BASIC"), RoleKey("PR", "BASIC")


@dataclass(frozen=True, slots=True)
class Office:
    """An authority with two administrators and a user."""

    store: Store
    rulebook: Rulebook
    authority: Authority
    anna: Principal
    bea: Principal
    bo: User

    async def remove(self, user_id: int, by: Principal | None = None) -> User:
        return await self.store.write(
            lambda tx: removal.remove(tx, by or self.anna, user_id, self.rulebook, NOON)
        )

    async def restore(
        self, after: timedelta = LATER, user_id: int = 0, by: Principal | None = None
    ) -> User:
        number, now = user_id or self.bo.id, NOON + after
        return await self.store.write(
            lambda tx: removal.restore(tx, by or self.anna, number, self.rulebook, now)
        )

    async def add(self, **changes: object) -> User:
        return await self.store.write(
            lambda tx: a_user(tx, self.authority, self.rulebook, **changes)
        )

    async def last_entry(self) -> AuditEntry:
        return (await self.store.read(lambda tx: list(audit_rows.since(tx))))[-1]


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def set_up(tx: Connection) -> tuple[Authority, Principal, Principal, User]:
        authority = an_authority(tx)
        return (
            authority,
            an_administrator(tx, authority, rulebook),
            an_administrator(tx, authority, rulebook),
            a_user(
                tx,
                authority,
                rulebook,
                member=MemberKey(TEAM, "U0BO"),
                roles=frozenset({BASIC, HANDLER}),
            ),
        )

    return Office(store, rulebook, *await store.write(set_up))


async def test_a_removal_ends_access_at_once_and_is_on_record(
    office: Office,
) -> None:  # R13, D14, D22
    await office.store.write(
        lambda tx: signin.open_session(tx, office.bo.id, Secret("token"), NOON)
    )

    await office.remove(office.bo.id)

    policy = office.rulebook.policy
    with pytest.raises(SignInRefusedError):
        await office.store.read(
            lambda tx: signin.user_of_session(tx, Secret("token"), policy, NOON)
        )
    stored = select(func.count()).where(sessions.c.user_id == office.bo.id)
    assert await office.store.read(lambda tx: tx.scalar(stored)) == 0
    entry = await office.last_entry()
    assert (entry.audit_event.act, entry.audit_event.user_id) == (Act.USER_REMOVED, office.bo.id)
    assert entry.audit_event.details == {"roles": ["PQ:BASIC", "PR:BASIC"]}
    sent = await office.store.read(
        lambda tx: [
            *deliveries.about_event(tx, DeliveryKind.NOTICE, office.bo.id, str(entry.id)),
            *deliveries.about_event(tx, DeliveryKind.LEAVING, office.bo.id, str(entry.id)),
        ]
    )
    assert [(one.kind, one.recipient_id) for one in sent] == [
        # By DM and by e-mail (R32).
        (DeliveryKind.NOTICE, office.bo.id),
        (DeliveryKind.NOTICE, office.bo.id),
        (DeliveryKind.NOTICE, None),
        (DeliveryKind.LEAVING, None),
    ]


async def test_a_removed_user_is_in_no_list_and_keeps_the_username(
    office: Office,
) -> None:  # D8, D14
    await office.remove(office.bo.id)

    page = await office.store.read(
        lambda tx: list_page.page_of(tx, office.anna, UserListQuery(), NOON)
    )
    assert office.bo.id not in {user.id for user in page.users}
    with pytest.raises(FormError):
        await office.add(username=office.bo.username)


async def test_without_a_team_channel_nothing_is_posted(office: Office) -> None:  # C5
    def register_elsewhere(tx: Connection) -> tuple[Principal, User]:
        authority = an_authority(tx, team_channel=None)
        return an_administrator(tx, authority, office.rulebook), a_user(
            tx, authority, office.rulebook
        )

    boss, user = await office.store.write(register_elsewhere)
    await office.remove(user.id, boss)

    entry = await office.last_entry()
    assert not await office.store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.LEAVING, user.id, str(entry.id))
    )

    # Nor is the return announced where the departure was not.
    await office.restore(user_id=user.id, by=boss)

    assert not await office.store.read(
        lambda tx: deliveries.last_of_kind(tx, DeliveryKind.RETURNED, user.id)
    )


async def test_the_last_holder_of_a_mandatory_role_cannot_be_removed(office: Office) -> None:  # D12
    handler = await office.add(roles=frozenset({RoleKey("PQ", "REQ_HANDLER")}))

    with pytest.raises(LastHolderError) as refusal:
        await office.remove(handler.id)

    assert refusal.value.role == RoleKey("PQ", "REQ_HANDLER")


async def test_of_two_administrators_who_remove_each_other_one_stays(office: Office) -> None:  # D14
    outcomes = await asyncio.gather(
        office.remove(office.bea.user_id, office.anna),
        office.remove(office.anna.user_id, office.bea),
        return_exceptions=True,
    )

    names = sorted(type(one).__name__ for one in outcomes)
    assert names in (["LastHolderError", "User"], ["NotAdministratorError", "User"])


async def test_an_administrator_can_be_removed_if_another_remains(office: Office) -> None:  # D14
    await office.remove(office.anna.user_id)

    with pytest.raises(LastHolderError):
        await office.remove(office.bea.user_id, office.bea)


@pytest.mark.parametrize("whose", ["another authority's", "nobody's", "a removed user's"])
async def test_only_users_of_the_principals_own_authority_can_be_removed(
    office: Office, whose: str
) -> None:
    def register_elsewhere(tx: Connection) -> int:
        if whose == "a removed user's":
            users.remove(tx, office.bo.id, None, NOON)
            return office.bo.id
        return 999 if whose == "nobody's" else a_user(tx, an_authority(tx), office.rulebook).id

    number = await office.store.write(register_elsewhere)

    with pytest.raises(NotFoundError):
        await office.remove(number)
    if whose != "a removed user's":
        with pytest.raises(NotFoundError):
            await office.restore(user_id=number)


async def test_only_an_administrator_removes(office: Office) -> None:  # R38
    with pytest.raises(NotAdministratorError):
        await office.remove(office.bea.user_id, principal_of(office.bo))


async def test_a_removal_closes_the_open_reset_request(office: Office) -> None:  # D14
    policy = office.rulebook.policy
    request = await office.store.write(
        lambda tx: resets.request_reset(tx, office.bo.id, RequestSource.SLACK, policy, NOON)
    )

    await office.remove(office.bo.id)

    closed = await office.store.read(lambda tx: requests.find(tx, request.id))
    assert closed is not None
    assert closed.state == ResetRequestState.EXPIRED


async def test_a_restore_brings_back_roles_and_password(office: Office) -> None:  # D14
    await office.remove(office.bo.id)

    back = await office.restore()

    assert (back.removed_at, back.roles, back.member) == (None, office.bo.roles, office.bo.member)
    entry = await office.last_entry()
    assert entry.audit_event.act == Act.USER_RESTORED
    assert entry.audit_event.details == {"lost": []}


async def test_a_restore_leaves_out_roles_that_are_no_longer_possible(
    office: Office,
) -> None:  # D13
    await office.remove(office.bo.id)
    gone = delete(authority_modules).where(authority_modules.c.module == "PR")
    await office.store.write(executing(gone))

    back = await office.restore()

    assert back.roles == (BASIC,)
    assert (await office.last_entry()).audit_event.details == {"lost": ["PR:BASIC"]}


async def test_after_a_week_a_removal_cannot_be_undone(office: Office) -> None:  # D14
    await office.remove(office.bo.id)

    with pytest.raises(RestoreExpiredError):
        await office.restore(timedelta(days=7))


async def test_a_user_who_is_not_removed_cannot_be_restored(office: Office) -> None:
    with pytest.raises(NotFoundError):
        await office.restore()


@pytest.mark.parametrize(
    ("field", "error"), [("email", EmailTakenError), ("member", MemberTakenError)]
)
async def test_a_detail_that_was_taken_meanwhile_stops_a_restore(  # D9, D21
    office: Office, field: str, error: type[Exception]
) -> None:
    await office.remove(office.bo.id)
    taken = email_of(office.bo.email) if field == "email" else office.bo.member
    await office.add(**{field: taken})

    with pytest.raises(FormError) as refusal:
        await office.restore()

    assert [type(one) for one in refusal.value.errors] == [error]


async def test_a_username_that_e_mails_expose_stops_a_restore(office: Office) -> None:  # R55
    await office.remove(office.bo.id)
    shown = f"{office.bo.username}@imi.example"
    changed = update(users_table).where(users_table.c.id == office.bo.id)
    await office.store.write(executing(changed.values(email=shown)))

    with pytest.raises(FormError) as refusal:
        await office.restore()

    assert [type(one) for one in refusal.value.errors] == [UsernameMailedError]


async def test_of_a_simultaneous_restore_and_registration_one_succeeds(
    office: Office,
) -> None:  # R46
    await office.remove(office.bo.id)

    outcomes = await asyncio.gather(
        office.restore(), office.add(email=email_of(office.bo.email)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["FormError", "User"]


async def test_a_detail_taken_between_check_and_write_stops_a_restore(  # R46
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.remove(office.bo.id)
    await office.add(email=email_of(office.bo.email))
    checks = iter([(), (EmailTakenError(),)])
    monkeypatch.setattr("core.users.uniqueness.conflicts", lambda *_: next(checks))

    with pytest.raises(FormError) as refusal:
        await office.restore()

    assert [type(one) for one in refusal.value.errors] == [EmailTakenError]


async def test_restorable_users_are_listed(office: Office) -> None:  # D14
    await office.remove(office.bo.id)

    async def listed(after: timedelta) -> list[int]:
        policy = office.rulebook.policy
        found = await office.store.read(
            lambda tx: removal.restorable_users(tx, office.anna, policy, NOON + after)
        )
        return [user.id for user in found]

    assert await listed(LATER) == [office.bo.id]
    assert await listed(timedelta(days=7)) == []


async def test_a_restored_administrator_administers_again(office: Office) -> None:
    await office.remove(office.bea.user_id)

    back = await office.restore(user_id=office.bea.user_id)

    assert back.roles == (ADMINISTRATOR,)


def password_mails(tx: Connection, user_id: int) -> list[tuple[int, str]]:
    table = deliveries_table
    about = (table.c.user_id == user_id, table.c.kind == DeliveryKind.TEMPORARY_PASSWORD)
    found = tx.execute(select(table.c.serial, table.c.state).where(*about).order_by(table.c.id))
    return [(row.serial, row.state) for row in found]


def restored_details(tx: Connection, user_id: int) -> dict[str, object]:
    table = deliveries_table
    about = (table.c.user_id == user_id, table.c.recipient_id == user_id)
    found = tx.execute(select(table.c.details).where(*about).order_by(table.c.id.desc()))
    return dict(found.scalars().first() or {})


def settle_all(tx: Connection, kind: DeliveryKind, state: DeliveryState) -> None:
    table = deliveries_table
    tx.execute(update(table).where(table.c.kind == kind).values(state=state))


@pytest.mark.parametrize("had", ["none", "temporary", "chosen"])
@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.FAILED])
async def test_a_restored_user_without_a_delivered_password_gets_a_new_one(  # D14, R68
    office: Office, had: str, state: DeliveryState
) -> None:
    bo, policy = office.bo.id, office.rulebook.policy

    def set_up(tx: Connection) -> int | None:
        settle_all(tx, DeliveryKind.TEMPORARY_PASSWORD, state)
        if had != "none":
            passwords.give_temporary(tx, bo, "t1", policy, NOON)
        if had == "chosen":
            choice = PasswordChoice(bo, "own", replaces_id=users.require(tx, bo).password_id)
            passwords.choose(tx, choice, policy, NOON)
        return users.require(tx, bo).password_id

    password_id = await office.store.write(set_up)
    await office.remove(bo)

    back = await office.restore(timedelta(days=1))

    is_new = had == "none" or (had == "temporary" and state == DeliveryState.FAILED)
    assert back.password_id == (None if is_new else password_id)
    mails = await office.store.read(lambda tx: password_mails(tx, bo))
    assert mails == [(1, state), *([(2, DeliveryState.WAITING)] if is_new else [])]
    details = await office.store.read(lambda tx: restored_details(tx, bo))
    assert details.get("new_password", False) == is_new


async def test_a_restored_users_blocked_password_stays_blocked(office: Office) -> None:  # D3, D14
    policy, bo = office.rulebook.policy, office.bo.id

    def block(tx: Connection) -> None:
        settle_all(tx, DeliveryKind.TEMPORARY_PASSWORD, DeliveryState.FAILED)
        passwords.give_temporary(tx, bo, "t1", policy, NOON)
        sign_in_state.write_failures(tx, bo, 5, NOON)

    await office.store.write(block)
    await office.remove(bo)

    back = await office.restore()

    assert back.status.blocked_at == NOON


async def test_a_restored_user_is_sent_the_username_that_was_not_sent(  # R54, C4, D14
    office: Office,
) -> None:
    table = deliveries_table
    names = select(table.c.state).where(
        table.c.kind == DeliveryKind.USERNAME, table.c.user_id == office.bo.id
    )
    await office.remove(office.bo.id)
    await office.store.write(lambda tx: settle_all(tx, DeliveryKind.USERNAME, DeliveryState.FAILED))

    await office.restore()

    found = await office.store.read(lambda tx: list(tx.scalars(names.order_by(table.c.id))))
    assert found == [DeliveryState.FAILED, DeliveryState.WAITING]
