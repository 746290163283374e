"""Tests of signing in, on SQLite and PostgreSQL.

Any text stands for a hash, because the caller of `core.signin.service` compares the password.
"""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.audit.rules import ANONYMOUS, Act, Actor
from core.deliveries.rules import DeliveryKind
from core.errors import SignInRefusedError
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.users import users as users_table
from core.secret import Secret
from core.sessions import rows as sessions
from core.signin import service
from core.signin.rules import SignInOutcome
from core.signin.service import SignInAttempt, SignInResult
from core.store.store import Store
from core.users.rows import sign_in_state, users
from core.users.rules import User
from tests.factories import a_user, an_authority, executing
from tests.times import NOON

POLICY = Policy()
TOKEN = Secret("a-token")


@pytest.fixture
async def ada(store: Store, rulebook: Rulebook) -> User:
    def set_up(tx: Connection) -> User:
        return a_user(tx, an_authority(tx), rulebook, username="ada", first_name="Kim")

    return await store.write(set_up)


async def give_temporary(store: Store, user: User, digest: str = "temporary") -> None:
    await store.write(lambda tx: passwords.give_temporary(tx, user.id, digest, POLICY, NOON))


async def choose_own(store: Store, user: User, now: datetime = NOON) -> None:
    await give_temporary(store, user)
    found = await store.read(lambda tx: users.find(tx, user.id))
    assert found is not None
    choice = PasswordChoice(user.id, "own", replaces_id=found.password_id)
    await store.write(lambda tx: passwords.choose(tx, choice, POLICY, now))


async def attempt(
    store: Store,
    typed: str,
    *,
    username: str = "ada",
    now: datetime = NOON,
    known_ids: frozenset[int] = frozenset(),
) -> SignInResult:
    candidate = await store.read(lambda tx: service.begin(tx, username, known_ids))
    verified = candidate.digest == typed
    return await store.write(
        lambda tx: service.complete(tx, candidate, verified=verified, policy=POLICY, now=now)
    )


async def test_the_right_password_signs_in_and_makes_the_account_active(  # R76
    store: Store, ada: User
) -> None:
    await choose_own(store, ada)

    judgement = await attempt(store, "own", username=" ADA ", now=NOON + timedelta(days=1))

    assert judgement.outcome == SignInOutcome.OPEN
    found = await store.read(lambda tx: users.find(tx, ada.id))
    assert found is not None
    assert found.status.first_signed_in_at == NOON
    assert found.last_signed_in_at == NOON + timedelta(days=1)


async def test_with_a_temporary_password_the_user_must_choose_another(
    store: Store, ada: User
) -> None:  # D2
    await give_temporary(store, ada)

    judgement = await attempt(store, "temporary")

    assert judgement.outcome == SignInOutcome.CHOOSE
    assert judgement.user is not None
    assert judgement.user.id == ada.id


async def test_a_sign_in_with_a_temporary_password_makes_the_account_active(  # R76, R77, D1, D3
    store: Store, ada: User
) -> None:
    await give_temporary(store, ada)
    await attempt(store, "temporary")

    for _ in range(POLICY.sign_in_attempts):
        await attempt(store, "guess")

    found = await store.read(lambda tx: users.require(tx, ada.id))
    assert (found.status.first_signed_in_at, found.last_signed_in_at) == (NOON, NOON)
    # Strangers cannot block it for good.
    assert found.status.blocked_at is None
    known = await attempt(store, "temporary", known_ids=frozenset({ada.id}))
    assert known.outcome == SignInOutcome.CHOOSE


async def test_who_signs_in_knows_the_username(store: Store, ada: User) -> None:  # R54, D10
    await give_temporary(store, ada)

    await attempt(store, "temporary")

    found = await store.read(lambda tx: users.require(tx, ada.id))
    assert found.username_handed_over_at == NOON


async def test_a_temporary_password_expires(store: Store, ada: User) -> None:  # D2, D4
    await give_temporary(store, ada)

    late = await attempt(store, "temporary", now=NOON + timedelta(days=7))

    assert late.outcome == SignInOutcome.EXPIRED


@pytest.mark.parametrize("username", ["nobody", "", "ada"])
async def test_a_refused_attempt_is_on_record(
    store: Store, ada: User, username: str
) -> None:  # D22
    await choose_own(store, ada)

    judgement = await attempt(store, "wrong", username=username)

    assert judgement == SignInResult(SignInOutcome.REFUSED)
    entry = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert entry.audit_event.act == Act.SIGN_IN_REFUSED
    assert entry.audit_event.actor == ANONYMOUS
    assert entry.audit_event.user_id == (ada.id if username == "ada" else None)


async def test_a_user_without_a_password_cannot_sign_in(store: Store, ada: User) -> None:
    candidate = await store.read(lambda tx: service.begin(tx, "ada"))

    assert candidate == SignInAttempt(ada.id, None, None)
    assert (await attempt(store, "anything")).outcome == SignInOutcome.REFUSED


async def test_after_five_wrong_passwords_the_right_one_is_refused(
    store: Store, ada: User
) -> None:  # D3
    await choose_own(store, ada)
    known = frozenset({ada.id})
    for _ in range(5):
        await attempt(store, "wrong", known_ids=known)

    judgement = await attempt(store, "own", known_ids=known)

    assert judgement.outcome == SignInOutcome.REFUSED
    entries = await store.read(lambda tx: list(audit_rows.since(tx)))
    (blocked,) = [e.audit_event for e in entries if e.audit_event.act == Act.PASSWORD_BLOCKED]
    assert (blocked.actor, blocked.user_id) == (ANONYMOUS, ada.id)
    # With the right password the attempt counts as the user's own, even when it is refused.
    assert entries[-1].audit_event.act == Act.SIGN_IN_REFUSED
    assert entries[-1].audit_event.actor == Actor.user(ada.id)
    assert await store.read(audit.first_broken_entry) is None


async def test_a_blocked_user_is_told_once_in_slack(store: Store, ada: User) -> None:  # D3
    await choose_own(store, ada)
    link = {"team_id": "T0IMI", "member_id": "U0ADA"}
    await store.write(executing(update(users_table).values(link)))
    for _ in range(8):
        await attempt(store, "wrong", known_ids=frozenset({ada.id}))

    table = deliveries_table
    query = select(table.c.recipient_id, table.c.details, table.c.lane)
    told = await store.read(
        lambda tx: tx.execute(query.where(table.c.kind == DeliveryKind.NOTICE)).all()
    )
    assert [tuple(row) for row in told if row.details["what"] == "blocked"] == [
        (ada.id, {"what": "blocked"}, "slack")
    ]


async def test_a_block_for_unknown_browsers_is_not_told(store: Store, ada: User) -> None:  # D3
    """Strangers can cause it at will, and it does not keep the user out."""
    await choose_own(store, ada)
    for _ in range(6):
        await attempt(store, "wrong")

    found = await store.read(lambda tx: users.find(tx, ada.id))
    assert found is not None
    assert found.status.unknown_browser_block is not None
    table = deliveries_table
    query = select(table.c.details).where(table.c.kind == DeliveryKind.NOTICE)
    told = await store.read(lambda tx: tx.scalars(query).all())
    assert "blocked" not in {details["what"] for details in told}


async def test_more_wrong_passwords_do_not_change_the_time_of_the_block(
    store: Store, ada: User
) -> None:
    await choose_own(store, ada)
    for minute in range(7):
        now = NOON + timedelta(minutes=minute)
        await attempt(store, "wrong", now=now, known_ids=frozenset({ada.id}))

    found = await store.read(lambda tx: users.find(tx, ada.id))
    assert found is not None
    assert found.status.blocked_at == NOON + timedelta(minutes=4)


async def test_a_right_password_resets_the_count(store: Store, ada: User) -> None:  # D3
    await choose_own(store, ada)
    for _ in range(2):
        for _ in range(4):
            await attempt(store, "wrong")
        assert (await attempt(store, "own")).outcome == SignInOutcome.OPEN


async def test_a_right_password_of_a_stranger_resets_their_count(
    store: Store, ada: User
) -> None:  # D3
    await choose_own(store, ada)
    for _ in range(2):
        for _ in range(4):
            await attempt(store, "wrong")
        assert (await attempt(store, "own")).outcome == SignInOutcome.OPEN


@pytest.mark.parametrize("known", [True, False])
async def test_what_is_tried_during_a_block_for_strangers_changes_nothing(  # D3
    store: Store, ada: User, *, known: bool
) -> None:
    await choose_own(store, ada)
    for _ in range(5):
        await attempt(store, "wrong")
    before = await store.read(lambda tx: users.find(tx, ada.id))

    for minute in range(5):
        await attempt(store, "wrong", now=NOON + timedelta(minutes=minute))

    assert await store.read(lambda tx: users.find(tx, ada.id)) == before
    known_ids = frozenset({ada.id}) if known else frozenset[int]()
    outcome = (await attempt(store, "own", known_ids=known_ids)).outcome
    assert outcome == (SignInOutcome.OPEN if known else SignInOutcome.REFUSED)


async def test_the_temporary_password_of_a_reset_unblocks(store: Store, ada: User) -> None:  # D3
    await give_temporary(store, ada)
    for _ in range(5):
        await attempt(store, "wrong")

    await store.write(lambda tx: sign_in_state.void_password(tx, ada.id))
    await give_temporary(store, ada, "another")

    assert (await attempt(store, "temporary")).outcome == SignInOutcome.REFUSED
    assert (await attempt(store, "another")).outcome == SignInOutcome.CHOOSE


async def test_a_password_replaced_meanwhile_is_refused(store: Store, ada: User) -> None:
    await give_temporary(store, ada)
    candidate = await store.read(lambda tx: service.begin(tx, "ada"))
    await give_temporary(store, ada, "another")

    judgement = await store.write(
        lambda tx: service.complete(tx, candidate, verified=True, policy=POLICY, now=NOON)
    )

    assert judgement.outcome == SignInOutcome.REFUSED


async def test_a_removed_user_cannot_sign_in(store: Store, ada: User) -> None:  # D14
    await choose_own(store, ada)
    candidate = await store.read(lambda tx: service.begin(tx, "ada"))
    await store.write(executing(update(users_table).values(removed_at=NOON)))

    assert await store.read(lambda tx: service.begin(tx, "ada")) == SignInAttempt(None, None, None)
    judgement = await store.write(
        lambda tx: service.complete(tx, candidate, verified=True, policy=POLICY, now=NOON)
    )
    assert judgement == SignInResult(SignInOutcome.REFUSED)


async def session_user(store: Store, now: datetime) -> tuple[User, bool]:
    return await store.read(lambda tx: service.user_of_session(tx, TOKEN, POLICY, now))


async def test_a_session_belongs_to_its_user(store: Store, ada: User) -> None:
    await store.write(lambda tx: service.open_session(tx, ada.id, TOKEN, NOON))

    user, needs_touch = await session_user(store, NOON + timedelta(minutes=2))

    assert (user.id, needs_touch) == (ada.id, True)
    await store.write(lambda tx: service.touch(tx, TOKEN, NOON + timedelta(minutes=2)))
    assert (await session_user(store, NOON + timedelta(minutes=2)))[1] is False


@pytest.mark.parametrize("minutes", [31, 8 * 60 + 1])
async def test_a_session_ends_when_idle_or_old(store: Store, ada: User, minutes: int) -> None:
    await store.write(lambda tx: service.open_session(tx, ada.id, TOKEN, NOON))
    later = NOON + timedelta(minutes=minutes)
    if minutes > 60:
        await store.write(lambda tx: service.touch(tx, TOKEN, later))

    with pytest.raises(SignInRefusedError):
        await session_user(store, later)


async def test_a_session_ends_by_signing_out(store: Store, ada: User) -> None:
    await store.write(lambda tx: service.open_session(tx, ada.id, TOKEN, NOON))

    for _ in range(2):
        await store.write(lambda tx: service.sign_out(tx, TOKEN, NOON))

    with pytest.raises(SignInRefusedError):
        await session_user(store, NOON)
    acts = [e.audit_event.act for e in await store.read(lambda tx: list(audit_rows.since(tx)))]
    assert acts.count(Act.SIGNED_OUT) == 1


@pytest.mark.parametrize("column", ["removed_at", "blocked_at"])
async def test_a_removed_or_blocked_user_has_no_session(
    store: Store, ada: User, column: str
) -> None:  # D14
    await store.write(lambda tx: service.open_session(tx, ada.id, TOKEN, NOON))
    await store.write(executing(update(users_table).values({column: NOON})))

    with pytest.raises(SignInRefusedError):
        await session_user(store, NOON)


async def test_old_sessions_are_deleted(store: Store, ada: User) -> None:
    await store.write(lambda tx: service.open_session(tx, ada.id, TOKEN, NOON))

    await store.write(lambda tx: sessions.end_opened_before(tx, NOON + timedelta(seconds=1)))

    with pytest.raises(SignInRefusedError):
        await session_user(store, NOON)


async def confirmed(store: Store, candidate: SignInAttempt, *, verified: bool = True) -> bool:
    return await store.write(
        lambda tx: service.confirm_password(
            tx, candidate, verified=verified, policy=POLICY, now=NOON
        )
    )


async def test_the_current_password_confirms_and_resets_the_count(  # D3
    store: Store, ada: User
) -> None:
    await choose_own(store, ada)
    candidate = await store.read(lambda tx: service.begin(tx, "ada"))
    for _ in range(4):
        assert not await confirmed(store, candidate, verified=False)

    assert await confirmed(store, candidate)

    found = await store.read(lambda tx: users.find(tx, ada.id))
    assert found is not None
    assert (found.wrong_passwords, found.status.blocked_at) == (0, None)


async def test_the_fifth_wrong_current_password_blocks(store: Store, ada: User) -> None:  # D3
    await choose_own(store, ada)
    candidate = await store.read(lambda tx: service.begin(tx, "ada"))
    for _ in range(5):
        assert not await confirmed(store, candidate, verified=False)

    assert not await confirmed(store, candidate)
    entries = await store.read(lambda tx: list(audit_rows.since(tx)))
    refused = [e.audit_event for e in entries if e.audit_event.act == Act.SIGN_IN_REFUSED]
    assert [one.actor for one in refused] == [ANONYMOUS] * 5 + [Actor.user(ada.id)]
    assert {one.user_id for one in refused} == {ada.id}


async def test_an_unknown_user_or_a_replaced_password_is_not_confirmed(
    store: Store, ada: User
) -> None:
    await choose_own(store, ada)
    candidate = await store.read(lambda tx: service.begin(tx, "ada"))
    choice = PasswordChoice(ada.id, "another", replaces_id=candidate.password_id)
    await store.write(lambda tx: passwords.choose(tx, choice, POLICY, NOON))

    assert not await confirmed(store, candidate)
    assert not await confirmed(store, SignInAttempt(None, None, None))
