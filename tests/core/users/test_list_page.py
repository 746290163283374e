"""Tests of the list of users, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.authorities.rows import authorities
from core.catalogue.load import load, shipped
from core.contacts import email_of
from core.errors import NotAdministratorError
from core.passwords import rows as passwords
from core.passwords.rows import NewHash
from core.policy import Policy
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.store.store import Store
from core.users import list_page
from core.users.list_page import UserFilter, UserListQuery
from core.users.principals import Principal
from core.users.rows import sign_in_state, users
from core.users.rules import User
from core.users.status import AccountState, PasswordState, account_state, shown_password_state
from tests.core.memory_database import empty_database
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON

BASIC = RoleKey("PQ", "BASIC")
RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))


@pytest.fixture
async def anna(store: Store, rulebook: Rulebook) -> Principal:
    """The administrator of an authority with forty users, and another authority beside it."""

    def set_up(tx: Connection) -> Principal:
        authority = an_authority(tx)
        for number in range(39):
            a_user(tx, authority, rulebook, last_name=f"Person {number:02}")
        a_user(tx, an_authority(tx), rulebook, last_name="Person 50")
        return an_administrator(tx, authority, rulebook, first_name="Anna", last_name="Zøe")

    return await store.write(set_up)


async def page(
    store: Store, principal: Principal, query: UserListQuery, **more: object
) -> list_page.UserListPage:
    cursor = more.get("cursor")
    return await store.read(
        lambda tx: list_page.page_of(tx, principal, query, NOON, cursor)  # type: ignore[arg-type]
    )


def names(found: list_page.UserListPage) -> list[str]:
    return [user.last_name for user in found.users]


async def test_paging_forward_and_back_visits_every_user(
    store: Store, anna: Principal
) -> None:  # R57
    first = await page(store, anna, UserListQuery())
    assert (first.total, first.more_before, first.more_after) == (40, False, True)

    after = list_page.cursor_at(first.users[-1], forward=True)
    second = await page(store, anna, UserListQuery(), cursor=after)
    last = await page(
        store, anna, UserListQuery(), cursor=list_page.cursor_at(second.users[-1], forward=True)
    )
    back = await page(
        store, anna, UserListQuery(), cursor=list_page.cursor_at(second.users[0], forward=False)
    )

    assert names(first) + names(second) + names(last) == [
        *(f"Person {number:02}" for number in range(39)),
        "Zøe",
    ]
    assert (second.more_before, second.more_after) == (True, True)
    assert (last.more_before, last.more_after) == (True, False)
    assert (names(back), back.more_before, back.more_after) == (names(first), False, True)


@pytest.mark.parametrize(
    "text", ["zøe", "ZOEE", "zoe", "anna z", "@authority", "  Zø  an ", "%", "_", "'"]
)
async def test_users_are_found_by_any_part_and_spelling_of_the_name(  # R57
    store: Store, anna: Principal, text: str
) -> None:
    found = await page(store, anna, UserListQuery(text))

    expected = 40 if text == "@authority" else 0 if text in {"%", "_", "'"} else 1
    assert found.total == expected


async def test_a_username_or_an_address_finds_its_user(
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    def add(tx: Connection) -> None:
        authority = authorities.require(tx, anna.authority_id)
        email = email_of("Someone.Else@Far.example")
        a_user(tx, authority, rulebook, username="zyxwvut", email=email)

    await store.write(add)

    for text in ("zyxw", "someone.else@far"):
        assert (await page(store, anna, UserListQuery(text))).total == 1


async def test_the_list_can_be_filtered_by_role(store: Store, anna: Principal) -> None:
    assert (await page(store, anna, UserListQuery(role="PQ:BASIC"))).total == 39
    assert (await page(store, anna, UserListQuery(role=str(ADMINISTRATOR)))).total == 1
    assert (await page(store, anna, UserListQuery(filter=UserFilter.ADMINISTRATORS))).total == 1
    assert (await page(store, anna, UserListQuery(filter=UserFilter.NO_ROLE))).total == 0


async def test_an_export_has_every_user_and_is_on_record(  # R57, D22
    store: Store, anna: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_page, "CHUNK_SIZE", 7)

    found = await store.write(
        lambda tx: list_page.export(tx, anna, UserListQuery(role="PQ:BASIC"), NOON)
    )

    assert [user.last_name for user in found] == [f"Person {number:02}" for number in range(39)]
    entry = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert entry.audit_event.act == Act.USERS_EXPORTED
    assert entry.audit_event.details == {
        "number": 39,
        "filter": "everybody",
        "role": "PQ:BASIC",
    }


async def test_only_an_administrator_sees_the_list(store: Store, anna: Principal) -> None:  # R38
    nobody = replace(anna, user_id=anna.user_id - 2)
    with pytest.raises(NotAdministratorError):
        await page(store, nobody, UserListQuery())
    with pytest.raises(NotAdministratorError):
        await store.write(lambda tx: list_page.export(tx, nobody, UserListQuery(), NOON))


WHEN = st.sampled_from([None, NOON - timedelta(days=1), NOON, NOON + timedelta(days=1)])


@settings(max_examples=60)
@given(
    blocked=WHEN,
    for_strangers=st.sampled_from(
        [None, *(NOON + timedelta(minutes=minutes) for minutes in (-15, -14, 0, 1))]
    ),
    first=WHEN,
    expires=WHEN,
    temporary=st.booleans(),
    removed=st.booleans(),
    held=st.frozensets(st.sampled_from([ADMINISTRATOR, BASIC])),
)
def test_the_filters_agree_with_the_rules(  # D1, R76-R78
    blocked: object,
    for_strangers: datetime | None,
    first: object,
    expires: object,
    *,
    temporary: bool,
    removed: bool,
    held: frozenset[RoleKey],
) -> None:
    with empty_database().begin() as tx:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, RULEBOOK)
        user = a_user(tx, authority, RULEBOOK, roles=held)
        if expires is not None:
            new = NewHash(user.id, "x", temporary, NOON - timedelta(days=9), expires)  # type: ignore[arg-type]
            sign_in_state.set_password(tx, user.id, passwords.add(tx, new))
        values = {
            "blocked_at": blocked,
            "strangers_blocked_at": for_strangers,
            "strangers_blocked_until": for_strangers and for_strangers + timedelta(minutes=15),
            "first_signed_in_at": first,
            "removed_at": NOON if removed else None,
        }
        tx.execute(update(users.users).where(users.users.c.id == user.id).values(**values))
        expected = set() if removed else expected_filters(users.find(tx, user.id))  # type: ignore[arg-type]

        for wanted in UserFilter:
            shown = list_page.page_of(tx, anna, UserListQuery(filter=wanted), NOON)
            listed = user.id in {one.id for one in shown.users}
            assert listed == (wanted in expected), wanted


def expected_filters(user: User) -> set[UserFilter]:
    expected = {UserFilter.EVERYBODY}
    state = shown_password_state(user.status, NOON)
    if state != PasswordState.VALID:
        expected.add(UserFilter(state.value))
    if account_state(user.status) == AccountState.NEW:
        expected.add(UserFilter.NEW)
        if user.member is None and user.username_handed_over_at is None:
            expected.add(UserFilter.UNTOLD)
    if not user.roles:
        expected.add(UserFilter.NO_ROLE)
    if user.administrator:
        expected.add(UserFilter.ADMINISTRATORS)
    return expected
