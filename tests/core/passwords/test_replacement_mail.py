"""Tests of replacing a temporary password mailed to a wrong address, on SQLite and PostgreSQL."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from core.accounts import editing
from core.accounts.editing import UserEdit
from core.contacts import email_of
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState
from core.errors import SignInRefusedError
from core.passwords import replacement_mail
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.reminders import rows as reminders
from core.rulebook import Rulebook
from core.schema.users import users as users_table
from core.secret import Secret
from core.signin import service as signin
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows import users
from core.users.rules import NewUser, User, details_of
from core.users.status import PasswordState, password_state
from tests.factories import a_user, an_administrator, an_authority, executing, settle_sent
from tests.times import NOON

POLICY, TOKEN = Policy(), Secret("token")
LATER = NOON + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Office:
    """An administrator, and a user to whom a temporary password was mailed at NOON."""

    store: Store
    rulebook: Rulebook
    anna: Principal
    bo: User

    async def correct_address(self, now: datetime = LATER, name: str = "right") -> User:
        user = await self.reload_user()
        new_user = NewUser(
            first_name=user.first_name,
            last_name=user.last_name,
            language=user.language,
            email=email_of(f"{name}@authority.example"),
            phone=None,
            username=user.username,
            roles=frozenset(),
        )
        edit = UserEdit(user.id, new_user, details_of(user))
        return await self.store.write(
            lambda tx: editing.edit(tx, edit, self.anna, self.rulebook, now)
        )

    async def reload_user(self) -> User:
        found = await self.store.read(lambda tx: users.find(tx, self.bo.id))
        assert found is not None
        return found

    async def mail(self) -> Delivery:
        every = await self.store.read(lambda tx: deliveries.newest_about(tx, self.bo.id))
        (newest,) = [one for one in every if one.kind == DeliveryKind.TEMPORARY_PASSWORD]
        return newest


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def set_up(tx: Connection) -> tuple[Principal, User]:
        authority = an_authority(tx)
        anna, bo = an_administrator(tx, authority, rulebook), a_user(tx, authority, rulebook)
        passwords.give_temporary(tx, bo.id, "mailed", POLICY, NOON)
        return anna, bo

    made = Office(store, rulebook, *await store.write(set_up))
    mail = await made.mail()
    await store.write(lambda tx: settle_sent(tx, mail))
    return made


async def test_a_password_mailed_to_the_wrong_address_is_void(office: Office) -> None:  # D4, D9
    await office.store.write(lambda tx: signin.open_session(tx, office.bo.id, TOKEN, NOON))

    edited = await office.correct_address()

    assert edited.password_id is None
    with pytest.raises(SignInRefusedError):
        await office.store.read(lambda tx: signin.user_of_session(tx, TOKEN, POLICY, LATER))
    assert await office.store.read(lambda tx: reminders.waiting_of(tx, edited.id)) == ()
    mail = await office.mail()
    assert (mail.serial, mail.state) == (2, DeliveryState.WAITING)
    assert mail.by_user_id == office.anna.user_id


async def test_the_new_password_is_mailed_like_any_temporary_one(office: Office) -> None:  # D4, D6
    await office.correct_address()

    bo, _ = await office.store.write(
        lambda tx: passwords.give_temporary(tx, office.bo.id, "again", POLICY, LATER)
    )

    assert bo.email == "right@authority.example"
    (planned,) = await office.store.read(lambda tx: reminders.waiting_of(tx, bo.id))
    assert planned.password_id == (await office.reload_user()).password_id


async def test_a_waiting_mail_goes_to_the_new_address_only(office: Office) -> None:
    await office.correct_address(name="wrong")

    edited = await office.correct_address()

    assert edited.password_id is None
    assert (await office.mail()).serial == 2


async def test_a_chosen_password_survives_a_change_of_address(office: Office) -> None:
    choice = PasswordChoice(office.bo.id, "own", (await office.reload_user()).password_id)
    await office.store.write(lambda tx: passwords.choose(tx, choice, POLICY, NOON))
    own = (await office.reload_user()).password_id

    edited = await office.correct_address()

    assert edited.password_id == own
    assert (await office.mail()).serial == 1


async def test_a_change_of_address_does_not_unblock(office: Office) -> None:  # D3
    await office.store.write(executing(update(users_table).values(blocked_at=NOON)))

    edited = await office.correct_address()

    assert password_state(edited.status, LATER) == PasswordState.BLOCKED
    assert (await office.mail()).serial == 1


async def test_a_change_of_address_does_not_renew_an_expired_password(office: Office) -> None:  # D2
    later = NOON + timedelta(days=8)

    edited = await office.correct_address(now=later)

    assert password_state(edited.status, later) == PasswordState.EXPIRED
    assert (await office.mail()).serial == 1


@pytest.mark.parametrize(
    ("values", "serial"),
    [
        ({"password_id": None}, 2),
        ({"password_id": None, "removed_at": NOON}, 1),
        ({}, 1),
    ],
)
async def test_a_sent_mail_with_a_void_password_is_followed_by_another(
    office: Office, values: dict[str, object], serial: int
) -> None:
    mail = await office.mail()
    if values:
        await office.store.write(executing(update(users_table).values(**values)))

    await office.store.write(lambda tx: replacement_mail.resend_if_void(tx, mail, LATER))

    assert (await office.mail()).serial == serial


async def test_a_removed_or_unknown_user_gets_no_mail(office: Office) -> None:
    nobody = replace(await office.mail(), user_id=office.bo.id + 999)

    await office.store.write(lambda tx: replacement_mail.resend_if_void(tx, nobody, LATER))

    assert (await office.mail()).serial == 1
