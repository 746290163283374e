"""Registering users, on both databases."""

import asyncio
from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import Connection, update

from core.accounts import registration as service
from core.accounts import slack_members, username_handover
from core.audit import service as audit
from core.audit.rows import entries as audit_rows
from core.audit.rules import COMMAND_LINE, Act
from core.authorities.rules import Authority
from core.contacts import email_of
from core.deliveries.notices import NoticeType
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind
from core.errors import (
    EmailTakenError,
    FormError,
    InputError,
    MemberTakenError,
    NotAdministratorError,
    NotAUserError,
    NotFoundError,
    UnknownRoleError,
    UsernameMailedError,
    UsernameTakenError,
)
from core.members.rules import MemberKey
from core.policy import Policy
from core.role_keys import ADMINISTRATOR, RoleKey
from core.rulebook import Rulebook
from core.store.store import Store
from core.users import uniqueness
from core.users.principals import Principal, principal_for_member
from core.users.rows import users
from core.users.rules import NewUser, RegistrationRequest, User
from tests.factories import (
    TEAM,
    a_member,
    a_new_user,
    a_user,
    an_administrator,
    an_authority,
    executing,
)
from tests.times import NOON

Register = Callable[[NewUser], Callable[[Connection], User]]


def register_by(
    tx: Connection, principal: Principal, new_user: NewUser, form_id: str, rulebook: Rulebook
) -> User:
    request = service.request_by_administrator(tx, principal, new_user, form_id)
    return service.register(tx, request, rulebook, NOON)


@pytest.fixture
async def authority(store: Store) -> Authority:
    return await store.write(an_authority)


@pytest.fixture
async def anna(store: Store, authority: Authority, rulebook: Rulebook) -> Principal:
    return await store.write(lambda tx: an_administrator(tx, authority, rulebook, username="anna"))


@pytest.fixture
def registering(anna: Principal, rulebook: Rulebook) -> Register:
    numbers = count(1)

    def register(wish: NewUser) -> Callable[[Connection], User]:
        key = f"V{next(numbers)}"
        return lambda tx: register_by(tx, anna, wish, key, rulebook)

    return register


async def test_a_registered_user_is_as_typed(
    store: Store, registering: Register
) -> None:  # R41-R48
    wish = a_new_user(phone="+4533445566", member=MemberKey(TEAM, "U7"))

    made = await store.write(registering(wish))

    found = await store.read(lambda tx: users.find(tx, made.id))
    assert found == made
    assert (found.full_name, found.email) == (f"Ada {wish.last_name}", wish.email.text)
    assert (found.phone, found.member, found.roles) == (
        "+4533445566",
        MemberKey(TEAM, "U7"),
        (RoleKey("PQ", "BASIC"),),
    )


async def test_a_registration_is_on_record_without_personal_data(  # D22
    store: Store, registering: Register, anna: Principal
) -> None:
    wish = a_new_user()

    made = await store.write(registering(wish))

    entry = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert (entry.audit_event.act, entry.audit_event.user_id) == (Act.USER_REGISTERED, made.id)
    assert entry.audit_event.actor.user_id == anna.user_id
    assert entry.audit_event.details == {"language": "en", "roles": ["PQ:BASIC"], "member": None}
    assert await store.read(audit.first_break) is None


async def test_a_registration_decides_what_is_said(
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


async def test_the_authoritys_address_hears_of_a_registration(  # R31, D19
    store: Store, rulebook: Rulebook
) -> None:
    authority = await store.write(an_authority)

    ada = await store.write(lambda tx: a_user(tx, authority, rulebook))
    bo = await store.write(lambda tx: a_user(tx, authority, rulebook, in_bulk=True))

    entries = await store.read(lambda tx: list(audit_rows.since(tx)))
    events = {one.audit_event.user_id: str(one.id) for one in entries}
    told = await store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.NOTICE, ada.id, events[ada.id])
    )
    assert [(one.recipient_id, one.details["what"]) for one in told] == [
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

    said = await store.read(lambda tx: deliveries.newest_about(tx, made.id))
    assert [d.kind for d in said] == [DeliveryKind.TEMPORARY_PASSWORD]


async def refusal(store: Store, wish: Callable[[Connection], User]) -> tuple[InputError, ...]:
    with pytest.raises(FormError) as caught:
        await store.write(wish)
    return caught.value.errors


async def test_an_address_in_use_is_refused_whatever_its_case(  # R45, R46, D9
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


async def test_a_username_in_use_is_refused_with_a_free_one(  # R53
    store: Store, registering: Register
) -> None:
    await store.write(registering(a_new_user(username="aholm")))

    errors = await refusal(store, registering(a_new_user(username="aholm", last_name="Holm")))

    assert isinstance(errors[0], UsernameTakenError)
    assert errors[0].suggestion == "aholm2"


async def test_nobody_is_admitted_to_an_authority_that_is_not_there(
    store: Store, rulebook: Rulebook
) -> None:
    with pytest.raises(NotFoundError):
        await store.write(
            lambda tx: service.register(
                tx, RegistrationRequest(404, a_new_user(), COMMAND_LINE), rulebook, NOON
            )
        )


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


async def test_all_that_is_taken_is_said_at_once(store: Store, registering: Register) -> None:
    first = a_new_user(member=MemberKey(TEAM, "U7"))
    await store.write(registering(first))

    again = a_new_user(email=first.email, username=first.username, member=first.member)
    errors = await refusal(store, registering(again))

    assert [error.field for error in errors] == ["email", "username", "member"]


async def test_the_same_form_twice_makes_one_user(
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    wish = a_new_user()

    first = await store.write(lambda tx: register_by(tx, anna, wish, "V1", rulebook))
    second = await store.write(lambda tx: register_by(tx, anna, wish, "V1", rulebook))

    assert first == second
    assert len(await store.read(lambda tx: list(audit_rows.since(tx)))) == 3


async def test_only_an_administrator_registers(  # R11, R38
    store: Store, authority: Authority, rulebook: Rulebook
) -> None:
    user = await store.write(lambda tx: a_user(tx, authority, rulebook))
    claims = Principal(user.id, authority.id, "en", administrator=True)

    with pytest.raises(NotAdministratorError):
        await store.write(lambda tx: register_by(tx, claims, a_new_user(), "V1", rulebook))


@pytest.mark.parametrize("shared", ["email", "username"])
async def test_of_fifty_at_once_one_gets_it(  # R46, R53
    store: Store, rulebook: Rulebook, shared: str
) -> None:
    def found(tx: Connection) -> list[Principal]:
        return [an_administrator(tx, an_authority(tx), rulebook) for _ in range(10)]

    # Each authority is locked for itself, so that those of several do it at the same moment.
    principals = await store.write(found)
    value = email_of("ada@health.example") if shared == "email" else "aholm"

    def registering(number: int) -> Callable[[Connection], User]:
        wish = a_new_user(**{shared: value})
        by = principals[number % 10]
        return lambda tx: register_by(tx, by, wish, f"V{number}", rulebook)

    outcomes = await asyncio.gather(
        *[store.write(registering(number)) for number in range(50)], return_exceptions=True
    )

    made = [outcome for outcome in outcomes if isinstance(outcome, User)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, FormError)]
    assert (len(made), len(refused)) == (1, 49)
    assert {error.field for one in refused for error in one.errors} == {shared}
    assert await store.read(audit.first_break) is None


async def test_the_proposed_username_is_free(
    store: Store, registering: Register
) -> None:  # R51, D8
    await store.write(registering(a_new_user(username="aholm")))

    proposed = await store.read(
        lambda tx: uniqueness.propose_username(tx, "Ada", "Holm", "ada@imi.example", Policy())
    )

    assert proposed == "aholm2"


async def test_the_proposed_username_is_in_no_mail(store: Store) -> None:  # R51, R55, D10
    proposed = await store.read(
        lambda tx: uniqueness.propose_username(
            tx, "Ida", "Møller", "imoeller@imi.example", Policy()
        )
    )

    assert proposed == "imoeller2"


async def test_a_username_that_mails_show_is_refused(  # R55, D10
    store: Store, registering: Register
) -> None:
    wish = a_new_user(last_name="Lindberg", username="lindberg")

    with pytest.raises(FormError) as refusal:
        await store.write(registering(wish))

    (error,) = refusal.value.errors
    assert isinstance(error, UsernameMailedError)
    assert (error.field, error.suggestion) == ("username", "alindberg")


async def test_an_administrator_confirms_that_the_username_was_told(  # R54, D10
    store: Store, anna: Principal, registering: Register
) -> None:
    made = await store.write(registering(a_new_user()))

    for _ in range(2):
        await store.write(lambda tx: username_handover.confirm_handover(tx, anna, made.id, NOON))

    found = await store.read(lambda tx: users.find(tx, made.id))
    assert found is not None
    assert found.username_told_at == NOON
    entries = await store.read(lambda tx: list(audit_rows.since(tx)))
    assert [e.audit_event.act for e in entries].count(Act.USERNAME_TOLD) == 1


async def test_another_authoritys_user_does_not_exist(
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:  # R12
    other = await store.write(an_authority)
    stranger = await store.write(lambda tx: a_user(tx, other, rulebook))

    with pytest.raises(NotFoundError):
        await store.write(
            lambda tx: username_handover.confirm_handover(tx, anna, stranger.id, NOON)
        )


async def test_a_revealed_username_is_on_record(store: Store, anna: Principal) -> None:  # D10
    revealed = await store.write(lambda tx: username_handover.reveal_username(tx, anna, NOON))

    assert revealed == "anna"
    entry = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert entry.audit_event.act == Act.USERNAME_REVEALED


async def test_nobody_reveals_the_username_of_nobody(store: Store, anna: Principal) -> None:
    ghost = Principal(anna.user_id + 999, anna.authority_id, "en", administrator=False)

    with pytest.raises(NotFoundError):
        await store.write(lambda tx: username_handover.reveal_username(tx, ghost, NOON))


async def test_a_confirmed_address_links_once(store: Store, registering: Register) -> None:  # D21
    made = await store.write(registering(a_new_user(email=email_of("ida@health.example"))))
    ida = await store.write(
        lambda tx: a_member(tx, "U8", email="Ida@health.example", email_confirmed=True)
    )
    twin = await store.write(
        lambda tx: a_member(tx, "U9", email="ida@health.example", email_confirmed=True)
    )

    linked = await store.write(lambda tx: slack_members.link_by_email(tx, ida, NOON))

    assert linked.user_id == made.id
    assert (await store.read(lambda tx: principal_for_member(tx, ida.key))) == linked
    with pytest.raises(NotAUserError):
        await store.write(lambda tx: slack_members.link_by_email(tx, twin, NOON))


async def test_a_link_that_was_cleared_does_not_come_back_by_itself(  # D21
    store: Store, registering: Register
) -> None:
    wish = a_new_user(email=email_of("ida@health.example"), member=MemberKey(TEAM, "U8"))
    made = await store.write(registering(wish))
    profile = {"email": "ida@health.example", "email_confirmed": True}
    ida = await store.write(lambda tx: a_member(tx, "U8", **profile))
    cleared = update(users.users).where(users.users.c.id == made.id)
    await store.write(executing(cleared.values(team_id=None, member_id=None)))

    with pytest.raises(NotAUserError):
        await store.write(lambda tx: slack_members.link_by_email(tx, ida, NOON))
    linked = await store.write(registering(a_new_user(member=MemberKey(TEAM, "U8"))))

    assert linked.member == MemberKey(TEAM, "U8")


@pytest.mark.parametrize(
    "changes", [{"email": None}, {"email_confirmed": False}, {"email": "ida@localhost"}]
)
async def test_an_address_that_nobody_confirmed_links_nobody(  # D21
    store: Store, registering: Register, changes: dict[str, object]
) -> None:
    await store.write(registering(a_new_user(email=email_of("ida@health.example"))))
    profile = {"email": "ida@health.example", "email_confirmed": True, **changes}
    member = await store.write(lambda tx: a_member(tx, "U8", **profile))

    with pytest.raises(NotAUserError):
        await store.write(lambda tx: slack_members.link_by_email(tx, member, NOON))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("strasse@health.example", "straße@health.example"),
        ("fin@health.example", "ﬁn@health.example"),
        ("øst@health.example", "Øst@health.example"),
    ],
)
async def test_an_address_that_only_counts_as_the_same_links_nobody(  # D9, D21
    store: Store, registering: Register, ours: str, theirs: str
) -> None:
    await store.write(registering(a_new_user(email=email_of(ours))))
    profile = {"email": theirs, "email_confirmed": True}
    member = await store.write(lambda tx: a_member(tx, "U8", **profile))

    with pytest.raises(NotAUserError):
        await store.write(lambda tx: slack_members.link_by_email(tx, member, NOON))

    other = a_new_user(member=member.key)
    with pytest.raises(FormError):
        await store.write(registering(other))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("straße@health.example", "STRAßE@Health.example"),
        ("zoe\u0308@health.example", "zo\u00eb@health.example"),
        ("ida@bücher.example", "Ida@xn--bcher-kva.example"),
    ],
)
async def test_another_spelling_of_the_very_address_links(  # D21
    store: Store, registering: Register, ours: str, theirs: str
) -> None:
    made = await store.write(registering(a_new_user(email=email_of(ours))))
    profile = {"email": theirs, "email_confirmed": True}
    member = await store.write(lambda tx: a_member(tx, "U8", **profile))

    linked = await store.write(lambda tx: slack_members.link_by_email(tx, member, NOON))

    assert linked.user_id == made.id


async def test_a_member_whose_confirmed_address_is_another_users_is_theirs(  # D21
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
async def test_another_member_is_free(  # D21
    store: Store, registering: Register, profile: dict[str, object]
) -> None:
    await store.write(registering(a_new_user(email=email_of("ida@health.example"))))
    whole = {"email": "ida@health.example", "email_confirmed": True, **profile}
    await store.write(lambda tx: a_member(tx, "U8", **whole))

    linked = await store.write(registering(a_new_user(member=MemberKey(TEAM, "U8"))))

    assert linked.member == MemberKey(TEAM, "U8")


async def test_a_member_beside_the_one_that_is_linked_is_free(  # D21
    store: Store, registering: Register
) -> None:
    ida = a_new_user(email=email_of("ida@health.example"), member=MemberKey(TEAM, "U7"))
    await store.write(registering(ida))
    profile = {"email": "ida@health.example", "email_confirmed": True}
    await store.write(lambda tx: a_member(tx, "U8", **profile))

    linked = await store.write(registering(a_new_user(member=MemberKey(TEAM, "U8"))))

    assert linked.member == MemberKey(TEAM, "U8")


async def test_an_unlinked_member_is_nobody(store: Store) -> None:
    with pytest.raises(NotAUserError):
        await store.read(lambda tx: principal_for_member(tx, MemberKey(TEAM, "U404")))


async def test_an_administrator_is_one_by_their_role(store: Store, anna: Principal) -> None:  # R9
    found = await store.read(lambda tx: users.find(tx, anna.user_id))

    assert found is not None
    assert ADMINISTRATOR in found.roles
    assert COMMAND_LINE.user_id is None
