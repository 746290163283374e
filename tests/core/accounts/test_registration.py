"""Tests of registering users, on SQLite and PostgreSQL."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from core.accounts import registration as service
from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.audit.rules import COMMAND_LINE, Act
from core.authorities.rules import Authority
from core.deliveries.notices import NoticeType
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind
from core.errors import NotAdministratorError, NotFoundError
from core.languages.names import full_name
from core.members.rules import MemberKey
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows import users
from core.users.rules import RegistrationRequest, User
from tests.core.accounts.registering import Register, register_by
from tests.factories import TEAM, a_new_user, a_user, an_authority
from tests.times import NOON


async def test_a_registered_user_has_the_entered_details(
    store: Store, registering: Register
) -> None:  # R41-R48
    new_user = a_new_user(phone="+4533445566", member=MemberKey(TEAM, "U7"))

    made = await store.write(registering(new_user))

    found = await store.read(lambda tx: users.find(tx, made.id))
    assert found == made
    assert (full_name(found, "en"), found.email) == (
        f"Ada {new_user.last_name}",
        new_user.email.text,
    )
    assert (found.phone, found.member, found.roles) == (
        "+4533445566",
        MemberKey(TEAM, "U7"),
        (RoleKey("PQ", "BASIC"),),
    )


async def test_a_registration_is_on_record_without_personal_data(  # D22
    store: Store, registering: Register, anna: Principal
) -> None:
    new_user = a_new_user()

    made = await store.write(registering(new_user))

    entry = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert (entry.audit_event.act, entry.audit_event.user_id) == (Act.USER_REGISTERED, made.id)
    assert entry.audit_event.actor.user_id == anna.user_id
    assert entry.audit_event.details == {"language": "en", "roles": ["PQ:BASIC"], "member": None}
    assert await store.read(audit.first_broken_entry) is None


async def test_a_registration_queues_its_messages(
    store: Store, registering: Register
) -> None:  # C4, C5, R68
    linked = await store.write(registering(a_new_user(member=MemberKey(TEAM, "U7"))))
    unlinked = await store.write(registering(a_new_user()))

    def kinds(user: User) -> Callable[[Connection], set[DeliveryKind]]:
        return lambda tx: {d.kind for d in deliveries.newest_about(tx, user.id)}

    assert await store.read(kinds(linked)) == {
        DeliveryKind.USERNAME,
        DeliveryKind.TEMPORARY_PASSWORD,
        DeliveryKind.ONBOARDING,
    }
    assert await store.read(kinds(unlinked)) == {
        DeliveryKind.TEMPORARY_PASSWORD,
        DeliveryKind.ONBOARDING,
    }


async def test_the_authoritys_address_gets_a_notice_of_a_registration(  # R31, D19
    store: Store, rulebook: Rulebook
) -> None:
    authority = await store.write(an_authority)

    ada = await store.write(lambda tx: a_user(tx, authority, rulebook))
    bo = await store.write(lambda tx: a_user(tx, authority, rulebook, in_bulk=True))

    entries = await store.read(lambda tx: list(audit_rows.since(tx)))
    events = {one.audit_event.user_id: str(one.id) for one in entries}
    sent = await store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.NOTICE, ada.id, events[ada.id])
    )
    assert [(one.recipient_id, one.details["what"]) for one in sent] == [
        (None, NoticeType.REGISTERED)
    ]
    assert (
        await store.read(
            lambda tx: deliveries.about_event(tx, DeliveryKind.NOTICE, bo.id, events[bo.id])
        )
        == ()
    )


async def test_without_a_team_channel_nothing_is_posted(store: Store, rulebook: Rulebook) -> None:
    quiet = await store.write(lambda tx: an_authority(tx, team_channel=None))

    made = await store.write(lambda tx: a_user(tx, quiet, rulebook))

    sent = await store.read(lambda tx: deliveries.newest_about(tx, made.id))
    assert [d.kind for d in sent] == [DeliveryKind.TEMPORARY_PASSWORD]


async def test_a_registration_in_an_unknown_authority_is_refused(
    store: Store, rulebook: Rulebook
) -> None:
    with pytest.raises(NotFoundError):
        await store.write(
            lambda tx: service.register(
                tx, RegistrationRequest(404, a_new_user(), COMMAND_LINE), rulebook, NOON
            )
        )


async def test_the_same_form_submitted_twice_registers_one_user(
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    new_user = a_new_user()

    first = await store.write(lambda tx: register_by(tx, anna, new_user, "V1", rulebook))
    second = await store.write(lambda tx: register_by(tx, anna, new_user, "V1", rulebook))

    assert first == second
    assert len(await store.read(lambda tx: list(audit_rows.since(tx)))) == 3


async def test_only_an_administrator_registers(  # R11, R38
    store: Store, authority: Authority, rulebook: Rulebook
) -> None:
    user = await store.write(lambda tx: a_user(tx, authority, rulebook))
    claims = Principal(user.id, authority.id, "en", administrator=True)

    with pytest.raises(NotAdministratorError):
        await store.write(lambda tx: register_by(tx, claims, a_new_user(), "V1", rulebook))


async def test_the_role_makes_a_user_an_administrator(store: Store, anna: Principal) -> None:  # R9
    found = await store.read(lambda tx: users.find(tx, anna.user_id))

    assert found is not None
    assert ADMINISTRATOR in found.roles
    assert COMMAND_LINE.user_id is None
