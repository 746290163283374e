"""Tests of registrations with values that other users have, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from core.accounts.registration import UnknownConflictError
from core.audit import service as audit
from core.audit.rules import Actor
from core.authorities.rows import authorities
from core.contacts import email_of
from core.errors import (
    EmailTakenError,
    FormError,
    MemberTakenError,
    UnknownRoleError,
    UsernameMailedError,
    UsernameTakenError,
)
from core.members.rules import MemberKey
from core.policy import Policy
from core.role_keys import RoleKey
from core.rulebook import Rulebook
from core.store.store import Store
from core.users import uniqueness
from core.users.mail_exposure import MailExposure
from core.users.principals import Principal
from core.users.rows import new_users, roles
from core.users.rules import NewUser, RegistrationRequest, User
from tests import databases
from tests.core.accounts.registering import Register, refusal, register_by
from tests.factories import TEAM, a_member, a_new_user, a_user, an_administrator, an_authority
from tests.times import NOON


async def test_an_address_in_use_is_refused_regardless_of_case(  # R45, R46, D9
    store: Store, registering: Register
) -> None:
    await store.write(registering(a_new_user(email=email_of("Ada@Health.example"))))

    errors = await refusal(store, registering(a_new_user(email=email_of("ADA@health.example"))))

    assert [type(error) for error in errors] == [EmailTakenError]


async def test_an_address_is_unique_across_authorities(  # R46
    store: Store, registering: Register, rulebook: Rulebook
) -> None:
    other = await store.write(an_authority)
    address = email_of("ada@health.example")
    await store.write(lambda tx: a_user(tx, other, rulebook, email=address))

    errors = await refusal(store, registering(a_new_user(email=address)))

    assert [error.field for error in errors] == ["email"]


@pytest.mark.postgres
def test_an_id_in_use_is_tried_twice(postgres_url: str, rulebook: Rulebook) -> None:
    """The ids begin again after a restore that forgot the sequence."""

    def register_with_ids_in_use(tx: Connection) -> tuple[int, int]:
        databases.empty(tx)
        anna = an_administrator(tx, an_authority(tx), rulebook)
        taken = [a_user(tx, authorities.require(tx, anna.authority_id), rulebook).id, anna.user_id]
        tx.execute(text("SELECT setval('users_id_seq', :first, false)"), {"first": min(taken)})
        with pytest.raises(UnknownConflictError):
            register_by(tx, anna, a_new_user(), "V1", rulebook)
        return max(taken), register_by(tx, anna, a_new_user(), "V2", rulebook).id

    last, new = databases.write_alone(postgres_url, register_with_ids_in_use)

    assert new == last + 1


async def test_a_username_in_use_is_refused_with_a_free_one(  # R53
    store: Store, registering: Register
) -> None:
    await store.write(registering(a_new_user(username="aholm")))

    errors = await refusal(store, registering(a_new_user(username="aholm", last_name="Holm")))

    assert isinstance(errors[0], UsernameTakenError)
    assert errors[0].suggestion == "aholm2"


async def test_a_slack_member_belongs_to_one_user(
    store: Store, registering: Register
) -> None:  # D21
    await store.write(registering(a_new_user(member=MemberKey(TEAM, "U7"))))

    errors = await refusal(store, registering(a_new_user(member=MemberKey(TEAM, "U7"))))

    assert [type(error) for error in errors] == [MemberTakenError]


async def test_a_role_needs_its_module_in_the_authority(
    store: Store, registering: Register
) -> None:  # D13
    errors = await refusal(
        store, registering(a_new_user(roles=frozenset({RoleKey("SD", "BASIC")})))
    )

    assert [type(error) for error in errors] == [UnknownRoleError]


async def test_all_conflicts_are_reported_at_once(store: Store, registering: Register) -> None:
    first = a_new_user(member=MemberKey(TEAM, "U7"))
    await store.write(registering(first))

    again = a_new_user(email=first.email, username=first.username, member=first.member)
    errors = await refusal(store, registering(again))

    assert [error.field for error in errors] == ["email", "username", "member"]


@pytest.mark.parametrize("shared", ["email", "username"])
async def test_of_fifty_simultaneous_registrations_with_the_same_detail_one_succeeds(  # R46, R53
    store: Store, rulebook: Rulebook, shared: str
) -> None:
    def set_up(tx: Connection) -> list[Principal]:
        return [an_administrator(tx, an_authority(tx), rulebook) for _ in range(10)]

    # Each authority has a lock of its own, so several authorities act at the same moment.
    principals = await store.write(set_up)
    value = email_of("ada@health.example") if shared == "email" else "aholm"

    def registering(number: int) -> Callable[[Connection], User]:
        new_user = a_new_user(**{shared: value})
        by = principals[number % 10]
        return lambda tx: register_by(tx, by, new_user, f"V{number}", rulebook)

    outcomes = await asyncio.gather(
        *[store.write(registering(number)) for number in range(50)], return_exceptions=True
    )

    made = [outcome for outcome in outcomes if isinstance(outcome, User)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, FormError)]
    assert (len(made), len(refused)) == (1, 49)
    assert {error.field for one in refused for error in one.errors} == {shared}
    assert await store.read(audit.first_broken_entry) is None


async def test_the_proposed_username_is_free(
    store: Store, registering: Register
) -> None:  # R51, D8
    await store.write(registering(a_new_user(username="aholm")))

    proposed = await store.read(
        lambda tx: uniqueness.propose_username(
            tx, "Ada", "Holm", MailExposure("Ada", "Holm", "ada@imi.example"), Policy()
        )
    )

    assert proposed == "aholm2"


async def test_the_proposed_username_is_in_no_e_mail(store: Store) -> None:  # R51, R55, D10
    proposed = await store.read(
        lambda tx: uniqueness.propose_username(
            tx, "Ida", "Møller", MailExposure("Ida", "Møller", "imoeller@imi.example"), Policy()
        )
    )

    assert proposed == "imoeller2"


async def test_a_username_that_e_mails_expose_is_refused(  # R55, D10
    store: Store, registering: Register
) -> None:
    new_user = a_new_user(last_name="Lindberg", username="lindberg")

    with pytest.raises(FormError) as refusal:
        await store.write(registering(new_user))

    (error,) = refusal.value.errors
    assert isinstance(error, UsernameMailedError)
    assert (error.field, error.suggestion) == ("username", "alindberg")


async def test_a_member_with_another_users_confirmed_address_cannot_be_linked(  # D21
    store: Store, registering: Register
) -> None:
    ida = a_new_user(email=email_of("ida@health.example"))
    await store.write(registering(ida))
    profile = {"email": "Ida@health.example", "email_confirmed": True}
    await store.write(lambda tx: a_member(tx, "U8", **profile))

    errors = await refusal(store, registering(a_new_user(member=MemberKey(TEAM, "U8"))))

    assert [error.field for error in errors] == ["member"]


@pytest.mark.parametrize(
    "profile",
    [{"email_confirmed": False}, {"email": "nobody@health.example"}, {"email": "nonsense"}],
)
async def test_a_member_without_a_users_confirmed_address_can_be_linked(  # D21
    store: Store, registering: Register, profile: dict[str, object]
) -> None:
    await store.write(registering(a_new_user(email=email_of("ida@health.example"))))
    whole = {"email": "ida@health.example", "email_confirmed": True, **profile}
    await store.write(lambda tx: a_member(tx, "U8", **whole))

    linked = await store.write(registering(a_new_user(member=MemberKey(TEAM, "U8"))))

    assert linked.member == MemberKey(TEAM, "U8")


async def test_a_second_member_with_a_linked_users_address_can_be_linked(  # D21
    store: Store, registering: Register
) -> None:
    ida = a_new_user(email=email_of("ida@health.example"), member=MemberKey(TEAM, "U7"))
    await store.write(registering(ida))
    profile = {"email": "ida@health.example", "email_confirmed": True}
    await store.write(lambda tx: a_member(tx, "U8", **profile))

    linked = await store.write(registering(a_new_user(member=MemberKey(TEAM, "U8"))))

    assert linked.member == MemberKey(TEAM, "U8")


@pytest.mark.parametrize("shared", ["email", "username", "key"])
async def test_a_user_whose_value_is_taken_meanwhile_is_not_written(  # R46, R53
    store: Store, anna: Principal, shared: str
) -> None:
    first = a_new_user()
    same = {} if shared == "key" else {shared: getattr(first, shared)}
    keys = ("V1", "V1" if shared == "key" else "V2")

    def add(tx: Connection, new_user: NewUser, key: str) -> User | None:
        actor = Actor.user(anna.user_id)
        request = RegistrationRequest(anna.authority_id, new_user, actor, key=key)
        return new_users.add(tx, request, NOON)

    assert await store.write(lambda tx: add(tx, first, keys[0])) is not None
    assert await store.write(lambda tx: add(tx, a_new_user(**same), keys[1])) is None

    holders = await store.read(lambda tx: roles.count_holders(tx, anna.authority_id))
    assert holders[next(iter(first.roles))] == 1
