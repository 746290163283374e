"""Tests of editing a user's details, on SQLite and PostgreSQL."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Connection

from core.accounts import editing
from core.accounts.editing import UserEdit
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act, AuditEntry
from core.authorities.rows import authorities
from core.contacts import email_of
from core.deliveries.rows import deliveries
from core.deliveries.rules import Delivery, DeliveryKind, DeliveryState, Lane
from core.errors import (
    EditedMeanwhileError,
    EmailTakenError,
    FormError,
    MemberTakenError,
    NotAdministratorError,
    NotFoundError,
    OwnLinkError,
    UsernameMailedError,
    UsernameTakenError,
)
from core.members.rules import MemberKey
from core.merging import changed_fields
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal, principal_of
from core.users.rows import users, word_search
from core.users.rules import NewUser, User, details_of
from tests.factories import TEAM, a_user, an_administrator, an_authority, settle_sent
from tests.times import NOON

EVERY = {
    "first_name": "Bodil",
    "last_name": "Åberg",
    "language": "sv",
    "email": email_of("bodil@authority.example"),
    "phone": "+4533112233",
    "username": "bodil",
    "member": MemberKey(TEAM, "U0BODIL"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """An authority with an administrator and a user."""

    store: Store
    rulebook: Rulebook
    anna: Principal
    bo: User

    async def edit(self, **changes: Any) -> User:  # noqa: ANN401 - any detail
        by, user = changes.pop("by", self.anna), changes.pop("of", self.bo)
        new_user = replace(new_user_of(user), **changes)
        edit = UserEdit(user.id, new_user, details_of(user))
        return await self.store.write(lambda tx: editing.edit(tx, edit, by, self.rulebook, NOON))

    async def register_user(self, **changes: object) -> User:
        def register(tx: Connection) -> User:
            authority = authorities.require(tx, self.bo.authority_id)
            return a_user(tx, authority, self.rulebook, **changes)

        return await self.store.write(register)

    async def entries(self) -> list[AuditEntry]:
        every = await self.store.read(lambda tx: list(audit_rows.since(tx)))
        return [one for one in every if one.audit_event.act == Act.USER_EDITED]


def new_user_of(user: User) -> NewUser:
    return NewUser(
        first_name=user.first_name,
        last_name=user.last_name,
        language=user.language,
        email=email_of(user.email),
        phone=user.phone,
        username=user.username,
        roles=frozenset(),
        member=user.member,
    )


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def set_up(tx: Connection) -> tuple[Principal, User]:
        authority = an_authority(tx)
        return an_administrator(tx, authority, rulebook), a_user(
            tx, authority, rulebook, member=MemberKey(TEAM, "U0BO"), phone="+4512345678"
        )

    return Office(store, rulebook, *await store.write(set_up))


@pytest.mark.parametrize("field", EVERY)
async def test_every_detail_can_be_changed_on_the_record(office: Office, field: str) -> None:  # R49
    edited = await office.edit(**{field: EVERY[field]})

    assert changed_fields(details_of(edited), details_of(office.bo)) == (field,)
    assert edited.roles == office.bo.roles
    (entry,) = await office.entries()
    details, seen = entry.audit_event.details, details_of(office.bo)
    assert details["fields"] == [field]
    # Of personal data the trail says only that it changed (D22).
    auditable = field in {"language", "member"}
    assert details.get("before") == ({field: getattr(seen, field)} if auditable else None)
    after = details_of(edited)
    assert details.get("after") == ({field: getattr(after, field)} if auditable else None)
    sent = await office.store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.NOTICE, office.bo.id, str(entry.id))
    )
    assert {one.recipient_id for one in sent} == {office.bo.id}  # D19
    assert [one.lane for one in sent] == [Lane.SLACK, Lane.MAIL]  # R32


@pytest.mark.parametrize("field", ["phone", "member"])
async def test_telephone_and_member_can_be_cleared(office: Office, field: str) -> None:  # R47
    edited = await office.edit(**{field: None})

    assert getattr(edited, field) is None


async def test_the_same_details_change_nothing(office: Office) -> None:
    assert await office.edit() == office.bo
    assert await office.entries() == []


async def test_the_old_address_gets_a_notice(office: Office) -> None:  # D9
    await office.edit(email=EVERY["email"])

    (entry,) = await office.entries()
    (sent,) = await office.store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.OLD_ADDRESS, office.bo.id, str(entry.id))
    )
    assert sent.details == {"to": office.bo.email}


async def test_a_new_username_is_sent_by_slack_message(office: Office) -> None:  # D8, D10
    await office.store.write(lambda tx: users.mark_username_known(tx, office.bo.id, NOON))
    first = await office.store.read(lambda tx: deliveries.newest_about(tx, office.bo.id))
    await office.store.write(lambda tx: settle_sent(tx, first[0]))

    edited = await office.edit(username="bodil")

    assert edited.username_handed_over_at is None
    newest = await office.store.read(lambda tx: deliveries.newest_about(tx, office.bo.id))
    (username,) = [one for one in newest if one.kind == DeliveryKind.USERNAME]
    assert (username.serial, username.state) == (2, DeliveryState.WAITING)


async def newest_username(office: Office, user: User) -> Delivery | None:
    newest = await office.store.read(lambda tx: deliveries.newest_about(tx, user.id))
    return next((one for one in newest if one.kind == DeliveryKind.USERNAME), None)


@pytest.mark.parametrize("field", ["phone", "first_name", "language", "email"])
async def test_another_detail_sends_the_username_to_nobody_again(  # R54, D10
    office: Office, field: str
) -> None:
    """B15: with `IMI_USERNAME_DELIVERY=reveal` a sent username does not count as known."""
    first = await newest_username(office, office.bo)
    assert first is not None
    await office.store.write(lambda tx: settle_sent(tx, first))

    await office.edit(**{field: EVERY[field]})

    assert (await newest_username(office, office.bo)) == replace(
        first, state=DeliveryState.SENT, attempts=1, done_at=NOON
    )


async def test_an_imported_user_whom_an_administrator_links_gets_the_username_by_dm(
    office: Office,
) -> None:
    """B15, R54, C4: every way by which a link arises."""
    cleo = await office.register_user(in_bulk=True)
    assert await newest_username(office, cleo) is None

    await office.edit(of=cleo, member=MemberKey(TEAM, "U0CLEO"))

    queued = await newest_username(office, cleo)
    assert queued is not None
    assert queued.state == DeliveryState.WAITING


async def test_a_user_who_knows_the_username_is_not_told_again_at_a_new_link(
    office: Office,
) -> None:
    """R54: never twice."""
    cleo = await office.register_user(in_bulk=True)
    await office.store.write(lambda tx: users.mark_username_known(tx, cleo.id, NOON))

    await office.edit(of=cleo, member=MemberKey(TEAM, "U0CLEO"))

    assert await newest_username(office, cleo) is None


async def test_without_slack_a_new_username_is_handed_over_in_person(office: Office) -> None:  # D10
    cleo = await office.register_user()

    edited = await office.edit(of=cleo, username="cleo")

    assert edited.username_handed_over_at is None
    newest = await office.store.read(lambda tx: deliveries.newest_about(tx, cleo.id))
    assert DeliveryKind.USERNAME not in {one.kind for one in newest}


async def test_searching_finds_the_edited_details(office: Office) -> None:  # R57
    await office.edit(last_name="Åberg")

    found = await office.store.read(
        lambda tx: word_search.matching(tx, office.bo.authority_id, (("aaberg",),), 5)
    )
    assert [user.id for user in found] == [office.bo.id]


@pytest.mark.parametrize(
    ("field", "error"),
    [("email", EmailTakenError), ("username", UsernameTakenError), ("member", MemberTakenError)],
)
async def test_a_taken_detail_is_refused_at_its_field(  # R46, R53, D21
    office: Office, field: str, error: type[Exception]
) -> None:
    await office.register_user(**{field: EVERY[field]})

    with pytest.raises(FormError) as refusal:
        await office.edit(**{field: EVERY[field]})

    assert [type(one) for one in refusal.value.errors] == [error]
    assert await office.entries() == []


@pytest.mark.parametrize("field", ["email", "first_name", "last_name"])
async def test_details_that_would_expose_the_username_are_refused(  # R55, D10
    office: Office, field: str
) -> None:
    shown = office.bo.username
    value = email_of(f"{shown}@imi.example") if field == "email" else shown.upper()

    with pytest.raises(FormError) as refusal:
        await office.edit(**{field: value})

    assert [type(one) for one in refusal.value.errors] == [UsernameMailedError]
    assert await office.entries() == []


@pytest.mark.parametrize("field", ["email", "username", "member"])
async def test_of_two_edits_that_take_the_same_detail_one_is_refused(
    office: Office, field: str
) -> None:  # R46, R53
    def set_up(tx: Connection) -> Office:
        there = an_authority(tx)
        anna = an_administrator(tx, there, office.rulebook)
        return replace(office, anna=anna, bo=a_user(tx, there, office.rulebook))

    # Each authority has a lock of its own, so several authorities act at the same moment.
    others = [await office.store.write(set_up) for _ in range(8)]

    outcomes = await asyncio.gather(
        *(one.edit(**{field: EVERY[field]}) for one in others), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["FormError"] * 7 + ["User"]


async def test_an_edit_names_the_fields_that_others_changed_meanwhile(
    office: Office,
) -> None:  # D23
    await office.edit(phone=None, language="sv")

    with pytest.raises(EditedMeanwhileError) as refusal:
        await office.edit(first_name="Bodil", phone="+4533112233", language="de")

    assert refusal.value.fields == ("language", "phone")
    assert len(await office.entries()) == 1


@pytest.mark.parametrize("whose", ["another authority's", "nobody's", "a removed user's"])
async def test_only_users_of_the_principals_own_authority_can_be_edited(
    office: Office, whose: str
) -> None:
    def other_user(tx: Connection) -> User:
        if whose == "a removed user's":
            users.remove(tx, office.bo.id, None, NOON)
            return office.bo
        if whose == "nobody's":
            return replace(office.bo, id=office.bo.id + 1000)
        return a_user(tx, an_authority(tx), office.rulebook)

    stranger = await office.store.write(other_user)

    with pytest.raises(NotFoundError):
        await office.edit(of=stranger, first_name="Eve")


async def test_only_an_administrator_edits(office: Office) -> None:  # R56
    with pytest.raises(NotAdministratorError):
        await office.edit(by=principal_of(office.bo), first_name="Eve")


async def test_an_administrator_cannot_change_their_own_slack_member(office: Office) -> None:  # D21
    anna = await office.store.read(lambda tx: users.find(tx, office.anna.user_id))
    assert anna is not None
    new_user = replace(new_user_of(anna), member=MemberKey(TEAM, "U0OTHER"))
    edit = UserEdit(anna.id, new_user, details_of(anna))

    with pytest.raises(FormError) as refusal:
        await office.store.write(
            lambda tx: editing.edit(tx, edit, office.anna, office.rulebook, NOON)
        )

    assert [type(error) for error in refusal.value.errors] == [OwnLinkError]
