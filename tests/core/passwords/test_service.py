"""Tests of storing temporary and chosen passwords, on SQLite and PostgreSQL.

Any text stands for a hash, because `core.passwords.service` computes none.
"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from core.audit.rows import entries as audit_rows
from core.audit.rules import SYSTEM, Act
from core.errors import (
    ChangedMeanwhileError,
    NotFoundError,
    NothingToSendError,
    SignInRefusedError,
    TemporaryPasswordExpiredError,
)
from core.passwords import service
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.rulebook import Rulebook
from core.schema.passwords import passwords
from core.schema.users import users as users_table
from core.secret import Secret
from core.signin import service as signin
from core.store.store import Store
from core.users.rows import sign_in_state, users
from core.users.rules import User
from core.users.status import PasswordState, password_state
from tests.factories import a_user, an_authority, executing
from tests.times import NOON

POLICY = Policy()


@pytest.fixture
async def ada(store: Store, rulebook: Rulebook) -> User:
    return await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook))


async def reload(store: Store, user: User) -> User:
    found = await store.read(lambda tx: users.find(tx, user.id))
    assert found is not None
    return found


async def choose_password(store: Store, user: User, digest: str, now: datetime = NOON) -> None:
    current = (await reload(store, user)).password_id
    choice = PasswordChoice(user.id, digest, replaces_id=current)
    await store.write(lambda tx: service.choose(tx, choice, POLICY, now))


async def give_temporary(store: Store, user: User, digest: str, now: datetime = NOON) -> None:
    await store.write(lambda tx: service.give_temporary(tx, user.id, digest, POLICY, now))


async def test_a_temporary_password_lasts_seven_days(store: Store, ada: User) -> None:  # D4, R78
    await give_temporary(store, ada, "t1")

    status = (await reload(store, ada)).status

    assert password_state(status, NOON) == PasswordState.TEMPORARY
    assert status.expires_at == NOON + timedelta(days=7)
    entry = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert (entry.audit_event.act, entry.audit_event.actor) == (Act.TEMPORARY_PASSWORD_MADE, SYSTEM)


async def test_a_new_temporary_password_voids_the_earlier(store: Store, ada: User) -> None:  # D4
    await give_temporary(store, ada, "t1")

    await give_temporary(store, ada, "t2")

    kept = await store.read(lambda tx: list(tx.scalars(select(passwords.c.hash))))
    assert kept == ["t2"]


async def test_a_temporary_password_ends_the_sessions(store: Store, ada: User) -> None:
    token = Secret("token")
    await store.write(lambda tx: signin.open_session(tx, ada.id, token, NOON))

    await give_temporary(store, ada, "t1")

    with pytest.raises(SignInRefusedError):
        await store.read(lambda tx: signin.user_of_session(tx, token, POLICY, NOON))


async def test_a_user_with_a_chosen_password_gets_no_temporary_one(store: Store, ada: User) -> None:
    await choose_password(store, ada, "own")

    with pytest.raises(NothingToSendError):
        await give_temporary(store, ada, "t1")


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=200)])
async def test_a_mail_sent_again_does_not_replace_a_chosen_password(  # D3, D4
    store: Store, ada: User, later: timedelta
) -> None:
    await give_temporary(store, ada, "t1")
    await choose_password(store, ada, "own")
    if not later:
        await store.write(executing(update(users_table).values(blocked_at=NOON)))
    before = await reload(store, ada)

    with pytest.raises(NothingToSendError):
        await give_temporary(store, ada, "t2", now=NOON + later)

    assert await reload(store, ada) == before


async def test_a_mail_sent_again_does_not_unblock_a_temporary_password(  # D3
    store: Store, ada: User
) -> None:
    await give_temporary(store, ada, "t1")
    await store.write(executing(update(users_table).values(blocked_at=NOON)))
    before = await reload(store, ada)

    with pytest.raises(NothingToSendError):
        await give_temporary(store, ada, "t2")

    assert await reload(store, ada) == before


async def test_wrong_passwords_do_not_stop_the_mail_of_a_reset(  # D3, R68
    store: Store, ada: User
) -> None:
    await store.write(executing(update(users_table).values(blocked_at=NOON)))

    await give_temporary(store, ada, "t1")

    assert password_state((await reload(store, ada)).status, NOON) == PasswordState.TEMPORARY


async def test_a_removed_user_gets_no_temporary_password(store: Store, ada: User) -> None:
    await store.write(executing(update(users_table).values(removed_at=NOON)))

    with pytest.raises(NothingToSendError):
        await give_temporary(store, ada, "t1")
    with pytest.raises(NotFoundError):
        await choose_password(store, ada, "own")


async def test_a_chosen_password_lasts_six_calendar_months(
    store: Store, ada: User
) -> None:  # R69, D5
    await give_temporary(store, ada, "t1", now=datetime(2026, 8, 30, 12, tzinfo=UTC))

    await choose_password(store, ada, "own", now=datetime(2026, 8, 31, 12, tzinfo=UTC))

    status = (await reload(store, ada)).status
    assert status.expires_at == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert status.first_signed_in_at == datetime(2026, 8, 31, 12, tzinfo=UTC)
    assert status.temporary is False


async def test_the_last_five_passwords_cannot_be_reused(store: Store, ada: User) -> None:  # R71, D7
    await give_temporary(store, ada, "t1")
    for number in range(1, 8):
        await choose_password(store, ada, f"p{number}")

    hashes = await store.read(lambda tx: service.hashes_not_to_reuse(tx, ada.id, POLICY))

    assert hashes == ("p7", "p6", "p5", "p4", "p3")
    count = await store.read(lambda tx: tx.scalar(select(func.count()).select_from(passwords)))
    assert count == 5


async def test_a_temporary_password_cannot_be_chosen(store: Store, ada: User) -> None:  # D2, D4
    await give_temporary(store, ada, "t1")

    hashes = await store.read(lambda tx: service.hashes_not_to_reuse(tx, ada.id, POLICY))

    assert hashes == ("t1",)


async def test_a_password_changed_meanwhile_is_not_replaced(store: Store, ada: User) -> None:  # D23
    await give_temporary(store, ada, "t1")
    stale = PasswordChoice(ada.id, "own", replaces_id=(await reload(store, ada)).password_id)
    await give_temporary(store, ada, "t2")

    with pytest.raises(ChangedMeanwhileError):
        await store.write(lambda tx: service.choose(tx, stale, POLICY, NOON))


async def test_a_blocked_password_is_not_replaced_by_its_user(
    store: Store, ada: User
) -> None:  # D3
    await give_temporary(store, ada, "t1")
    await store.write(executing(update(users_table).values(blocked_at=NOON)))

    with pytest.raises(ChangedMeanwhileError):
        await choose_password(store, ada, "own")


async def test_a_temporary_password_that_has_run_out_is_not_replaced_by_its_user(  # D2
    store: Store, ada: User
) -> None:
    await give_temporary(store, ada, "t1")

    await choose_password(store, ada, "own", now=NOON + timedelta(days=7, seconds=-1))
    await store.write(lambda tx: sign_in_state.void_password(tx, ada.id))
    await give_temporary(store, ada, "t2")
    before = await reload(store, ada)
    with pytest.raises(TemporaryPasswordExpiredError):
        await choose_password(store, ada, "another", now=NOON + timedelta(days=7))

    assert await reload(store, ada) == before


async def test_an_unknown_user_has_no_password(store: Store, ada: User) -> None:
    def read_hashes(tx: Connection) -> tuple[str, ...]:
        return service.hashes_not_to_reuse(tx, ada.id + 999, POLICY)

    with pytest.raises(NotFoundError):
        await store.read(read_hashes)


async def test_a_user_without_a_password_can_choose_any(store: Store, ada: User) -> None:
    assert await store.read(lambda tx: service.hashes_not_to_reuse(tx, ada.id, POLICY)) == ()
