"""Tests of the list of users, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

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
from core.schema.users import users as users_table
from core.store.store import Store
from core.users import list_page
from core.users.list_order import UserListCursor, UserOrder, in_order, is_position, position_of
from core.users.list_page import UserFilter, UserListPage, UserListQuery
from core.users.principals import Principal
from core.users.rows import queries, sign_in_state, users
from core.users.rows.mapping import SELECT_USER
from core.users.rules import User
from core.users.status import AccountState, PasswordState, account_state, shown_password_state
from tests.core.memory_database import empty_database
from tests.factories import a_user, an_administrator, an_authority
from tests.plans import plan_of
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
) -> UserListPage:
    cursor = more.get("cursor")
    return await store.read(
        lambda tx: list_page.page_of(tx, principal, query, NOON, cursor)  # type: ignore[arg-type]
    )


def cursor_at(
    user: User, order: UserOrder = UserOrder.NAME, *, forward: bool = True
) -> UserListCursor:
    return UserListCursor(position_of(user, order, NOON), forward)


def names(found: UserListPage) -> list[str]:
    return [user.last_name for user in found.users]


async def test_paging_forward_and_back_visits_every_user(
    store: Store, anna: Principal
) -> None:  # R57
    first = await page(store, anna, UserListQuery())
    assert (first.total, first.more_before, first.more_after) == (40, False, True)

    second = await page(store, anna, UserListQuery(), cursor=cursor_at(first.users[-1]))
    last = await page(store, anna, UserListQuery(), cursor=cursor_at(second.users[-1]))
    before = cursor_at(second.users[0], forward=False)
    back = await page(store, anna, UserListQuery(), cursor=before)

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


# The states in the order of their urgency, each with what makes it.
STATES: dict[PasswordState, dict[str, object]] = {
    PasswordState.BLOCKED: {"blocked_at": NOON},
    PasswordState.EXPIRED: {"expires_at": NOON},
    PasswordState.TEMPORARY: {"temporary": True},
    PasswordState.VALID: {},
}


async def give_passwords(store: Store, authority_id: int) -> None:
    """Give the authority's users each state in turn; every fifth user has no password yet."""

    def operation(tx: Connection) -> None:
        for number, user in enumerate(queries.all_of(tx, authority_id)):
            state = STATES[[*STATES][number % 4]]
            if number % 5:
                expires = state.get("expires_at", NOON + timedelta(days=1))
                temporary = bool(state.get("temporary"))
                new = NewHash(user.id, "x", temporary, NOON - timedelta(days=9), expires)  # type: ignore[arg-type]
                sign_in_state.set_password(tx, user.id, passwords.add(tx, new))
            tx.execute(
                update(users_table)
                .where(users_table.c.id == user.id)
                .values(blocked_at=state.get("blocked_at"))
            )

    await store.write(operation)


async def all_pages(store: Store, anna: Principal, order: UserOrder) -> list[UserListPage]:
    """Return the pages from the first to the last, each also reached from the one after it."""
    pages = [await page(store, anna, UserListQuery(order=order))]
    while pages[-1].more_after:
        after = cursor_at(pages[-1].users[-1], order)
        pages.append(await page(store, anna, UserListQuery(order=order), cursor=after))
        before = cursor_at(pages[-1].users[0], order, forward=False)
        back = await page(store, anna, UserListQuery(order=order), cursor=before)
        assert back.users == pages[-2].users
        assert (back.more_before, back.more_after) == (len(pages) > 2, True)
    return pages


@pytest.mark.parametrize("order", UserOrder)
async def test_the_pages_visit_every_user_once_in_each_order(  # R57, R78
    store: Store, anna: Principal, order: UserOrder
) -> None:
    await give_passwords(store, anna.authority_id)
    everybody = await store.read(lambda tx: queries.all_of(tx, anna.authority_id))
    expected = {
        UserOrder.NAME: everybody,
        UserOrder.URGENT: sorted(
            everybody, key=lambda user: [*STATES].index(shown_password_state(user.status, NOON))
        ),
        UserOrder.NEWEST: sorted(everybody, key=lambda user: -user.id),
    }[order]
    assert len({shown_password_state(user.status, NOON) for user in everybody}) == 4

    pages = await all_pages(store, anna, order)

    assert [user.id for one in pages for user in one.users] == [user.id for user in expected]


@pytest.mark.parametrize("order", UserOrder)
async def test_an_export_has_the_order_of_the_list(  # R57
    store: Store, anna: Principal, order: UserOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_page, "CHUNK_SIZE", 7)
    await give_passwords(store, anna.authority_id)
    query = UserListQuery(order=order)

    found = await store.write(lambda tx: list_page.export(tx, anna, query, NOON))

    pages = await all_pages(store, anna, order)
    assert list(found) == [user for one in pages for user in one.users]


@pytest.mark.parametrize(
    ("order", "index"),
    [(UserOrder.NAME, "ix_users_listed"), (UserOrder.NEWEST, "ix_users_newest")],
)
def test_a_page_by_name_or_of_the_newest_is_read_from_an_index(  # R57
    order: UserOrder, index: str
) -> None:
    with empty_database().begin() as tx:
        matches = users_table.c.authority_id == 1
        for cursor in (None, UserListCursor({"name": ("a", 1), "newest": (1,)}[order])):
            chosen = in_order(SELECT_USER.where(matches), order, NOON, cursor).limit(16)
            plan = plan_of(tx, partial(tx.execute, chosen))

            assert index in plan[0]
            assert not any("TEMP B-TREE" in line for line in plan)


@pytest.mark.parametrize(
    ("values", "order", "expected"),
    [
        (["a", 1], UserOrder.NAME, True),
        ([0, "a", 1], UserOrder.URGENT, True),
        ([1], UserOrder.NEWEST, True),
        ([True], UserOrder.NEWEST, False),
        (["a", 1], UserOrder.NEWEST, False),
        ([1], UserOrder.NAME, False),
        ("a1", UserOrder.NAME, False),
        (None, UserOrder.NAME, False),
    ],
)
def test_only_a_position_of_the_same_order_is_accepted(
    values: object, order: UserOrder, *, expected: bool
) -> None:
    assert is_position(values, order) == expected


WHEN = st.sampled_from([None, NOON - timedelta(days=1), NOON, NOON + timedelta(days=1)])


@settings(max_examples=60)
@given(
    blocked=WHEN,
    browsers_blocked=st.sampled_from(
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
    browsers_blocked: datetime | None,
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
            "strangers_blocked_at": browsers_blocked,
            "strangers_blocked_until": browsers_blocked
            and browsers_blocked + timedelta(minutes=15),
            "first_signed_in_at": first,
            "removed_at": NOON if removed else None,
        }
        tx.execute(update(users_table).where(users_table.c.id == user.id).values(**values))
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
        expected.add(UserFilter.USERNAME_UNKNOWN)
    if not user.roles:
        expected.add(UserFilter.NO_ROLE)
    if user.administrator:
        expected.add(UserFilter.ADMINISTRATORS)
    return expected
