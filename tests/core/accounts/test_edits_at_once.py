"""Tests of two edits of one user by two administrators at once, on SQLite and PostgreSQL."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from core.accounts import editing, relinking
from core.accounts.editing import UserEdit
from core.audit.rows import entries as audit_rows
from core.audit.rules import COMMAND_LINE, Act
from core.contacts import EmailAddress, email_of
from core.errors import EditedMeanwhileError, FieldChange, FormError, UsernameMailedError
from core.members.rules import MemberKey
from core.rulebook import Rulebook
from core.schema.users import users as table
from core.schema.users import users as users_table
from core.store.store import Store
from core.users import uniqueness
from core.users.principals import Principal, principal_of
from core.users.rows import users
from core.users.rules import NewUser, User, UserDetails, details_of
from tests.core.memory_database import empty_database
from tests.factories import TEAM, a_user, an_administrator, an_authority
from tests.times import NOON

# Two values of each detail, neither of which a new user has.
VALUES: dict[str, tuple[Any, Any]] = {
    "first_name": ("Bodil", "Birgit"),
    "last_name": ("Åberg", "Østergård"),
    "language": ("sv", "de"),
    "email": (email_of("one@authority.example"), email_of("two@authority.example")),
    "phone": ("+4533112233", None),
    "username": ("zyx.one", "zyx.two"),
    "member": (MemberKey(TEAM, "U0ONE"), None),
}
CHANGES = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in VALUES.items()}
)


def new_user_of(user: User) -> NewUser:
    return NewUser(
        user.first_name,
        user.last_name,
        user.language,
        email_of(user.email),
        user.phone,
        user.username,
        frozenset(),
        user.member,
    )


@dataclass(frozen=True, slots=True)
class Office:
    """Two administrators, who both opened the form with the details of Bo."""

    rulebook: Rulebook
    anna: Principal
    cleo: User
    bo: User

    def save(self, tx: Connection, by: Principal, **changes: Any) -> User:  # noqa: ANN401
        seen = changes.pop("seen", details_of(self.bo))
        edit = UserEdit(self.bo.id, replace(new_user_of(self.bo), **changes), seen)
        return editing.edit(tx, edit, by, self.rulebook, NOON)


def an_office(tx: Connection, rulebook: Rulebook) -> Office:
    authority = an_authority(tx)
    anna = an_administrator(tx, authority, rulebook)
    cleo = an_administrator(tx, authority, rulebook, first_name="Cleo", last_name="Lind")
    bo = a_user(
        tx,
        authority,
        rulebook,
        first_name="Bo",
        last_name="Jensen",
        email=email_of("bo@authority.example"),
        phone="+4512345678",
        username="bjensen",
        member=MemberKey(TEAM, "U0BO"),
    )
    cleo_user = users.require(tx, cleo.user_id)
    return Office(rulebook, anna, cleo_user, bo)


def text_of(value: object) -> str:
    """Return the value as `UserDetails` has it."""
    if isinstance(value, EmailAddress):
        return value.text
    return value.member_id if isinstance(value, MemberKey) else str(value or "")


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    return await store.write(lambda tx: an_office(tx, rulebook))


@pytest.mark.parametrize("field", VALUES)
async def test_what_only_the_other_changed_stays(  # D23
    store: Store, office: Office, field: str
) -> None:
    """D23: a field that only the other administrator changed keeps what they wrote."""
    mine = "last_name" if field != "last_name" else "phone"

    def both_save(tx: Connection) -> User:
        office.save(tx, principal_of(office.cleo), **{field: VALUES[field][0]})
        return office.save(tx, office.anna, **{mine: VALUES[mine][0]})

    edited = details_of(await store.write(both_save))

    assert getattr(edited, field) == text_of(VALUES[field][0])
    assert getattr(edited, mine) == text_of(VALUES[mine][0])
    every = await store.read(lambda tx: list(audit_rows.since(tx)))
    edits = [one.audit_event for one in every if one.audit_event.act == Act.USER_EDITED]
    assert [one.details["fields"] for one in edits] == [[field], [mine]]


@pytest.mark.parametrize("field", VALUES)
async def test_what_both_changed_is_refused_with_who_and_what(  # D23
    store: Store, office: Office, field: str
) -> None:
    """D23: the second save of the same field is refused, says who, from what, to what."""
    theirs, mine = VALUES[field]
    await store.write(lambda tx: office.save(tx, principal_of(office.cleo), **{field: theirs}))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(lambda tx: office.save(tx, office.anna, **{field: mine}))

    before = str(getattr(details_of(office.bo), field))
    assert refusal.value.changes == (FieldChange(field, "Cleo Lind", before, text_of(theirs)),)
    assert refusal.value.fields == (field,)
    now = await store.read(lambda tx: users.require(tx, office.bo.id))
    assert getattr(details_of(now), field) == text_of(theirs)


@pytest.mark.parametrize("field", VALUES)
async def test_the_same_value_from_both_is_no_conflict(
    store: Store, office: Office, field: str
) -> None:
    """D23: where both wrote the same, the second save has nothing to do."""
    value = VALUES[field][0]

    def both_save(tx: Connection) -> User:
        office.save(tx, principal_of(office.cleo), **{field: value})
        return office.save(tx, office.anna, **{field: value})

    assert getattr(details_of(await store.write(both_save)), field) == text_of(value)


async def test_who_has_read_the_refusal_can_overwrite(store: Store, office: Office) -> None:
    """D23: a form that knows the newer value of the field saves over it."""
    newer = replace(details_of(office.bo), first_name="Bodil")

    def both_save(tx: Connection) -> User:
        office.save(tx, principal_of(office.cleo), first_name="Bodil", phone="+4533112233")
        return office.save(tx, office.anna, first_name="Birgit", seen=newer)

    edited = await store.write(both_save)

    assert (edited.first_name, edited.phone) == ("Birgit", "+4533112233")


async def test_a_link_from_the_command_line_is_nobodys_by_name(
    store: Store, office: Office
) -> None:
    """D23: what no administrator of the authority changed is told without a name."""

    def both_save(tx: Connection) -> None:
        relinking.relink(tx, office.bo, MemberKey(TEAM, "U0NEW"), COMMAND_LINE, NOON)
        office.save(tx, office.anna, member=None)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(both_save)

    assert refusal.value.changes == (FieldChange("member", "", "U0BO", "U0NEW"),)


async def test_a_later_edit_of_another_field_does_not_hide_who_it_was(
    store: Store, office: Office
) -> None:
    """D23: the name is that of the last person to change this field, not to edit the user."""

    def all_save(tx: Connection) -> None:
        office.save(tx, principal_of(office.cleo), phone="+4533112233")
        office.save(tx, office.anna, first_name="Bodil")
        relinking.relink(tx, office.bo, MemberKey(TEAM, "U0NEW"), COMMAND_LINE, NOON)
        office.save(tx, office.anna, phone=None)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(all_save)

    assert [change.by for change in refusal.value.changes] == ["Cleo Lind"]


async def test_a_hungarian_reads_the_family_name_of_the_other_first(
    store: Store, office: Office
) -> None:  # D23
    def both_save(tx: Connection) -> None:
        office.save(tx, principal_of(office.cleo), phone="+4533112233")
        tx.execute(update(table).where(table.c.id == office.anna.user_id).values(language="hu"))
        office.save(tx, office.anna, phone=None)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(both_save)

    assert [change.by for change in refusal.value.changes] == ["Lind Cleo"]


async def test_a_change_that_the_trail_lacks_is_nobodys_by_name(
    store: Store, office: Office
) -> None:
    """D23: nobody is named for a change that is not on record."""

    def all_save(tx: Connection) -> None:
        office.save(tx, principal_of(office.cleo), first_name="Bodil")
        unrecorded = users_table.update().where(users_table.c.id == office.bo.id)
        tx.execute(unrecorded.values(phone="+4533112233"))
        office.save(tx, office.anna, phone=None)

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(all_save)

    (change,) = refusal.value.changes
    assert (change.by, change.after) == ("", "+4533112233")


async def test_the_refusal_does_not_print_the_values(store: Store, office: Office) -> None:
    """D22, D23: personal data of the refusal reach neither its text nor its representation."""
    await store.write(lambda tx: office.save(tx, principal_of(office.cleo), phone="+4533112233"))

    with pytest.raises(EditedMeanwhileError) as refusal:
        await store.write(lambda tx: office.save(tx, office.anna, phone=None))

    printed = f"{refusal.value} {refusal.value!r} {refusal.value.changes!r}"
    assert not any(text in printed for text in ("33112233", "12345678", "Cleo"))


async def test_the_merged_details_obey_the_rules_of_a_form(store: Store, office: Office) -> None:
    """D8, D23: what two people changed is checked together, here a username in the address."""
    address = email_of("zyx.one@authority.example")
    await store.write(lambda tx: office.save(tx, principal_of(office.cleo), email=address))

    with pytest.raises(FormError) as refusal:
        await store.write(lambda tx: office.save(tx, office.anna, username="zyx.one"))

    assert [type(one) for one in refusal.value.errors] == [UsernameMailedError]


@settings(max_examples=50)
@given(CHANGES, CHANGES)
def test_edits_of_different_fields_commute(
    rulebook: Rulebook, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """D23: two edits that touch different fields lead to the same user in either order."""
    second = {name: value for name, value in second.items() if name not in first}

    outcomes = [saved_in_order(rulebook, *order) for order in ((first, second), (second, first))]

    assert outcomes[0] == outcomes[1]
    for name, value in {**first, **second}.items():
        assert getattr(outcomes[0], name) == text_of(value)


def saved_in_order(rulebook: Rulebook, *edits: dict[str, Any]) -> UserDetails:
    """Save the edits one after the other, each from a form that was opened before both."""
    with empty_database().begin() as tx:
        office = an_office(tx, rulebook)
        for by, changes in zip((office.anna, principal_of(office.cleo)), edits, strict=True):
            office.save(tx, by, **changes)
        return details_of(users.require(tx, office.bo.id))


async def test_a_username_that_another_transaction_took_is_refused(
    store: Store, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D8: what was taken after the check is named as if it had been taken before."""
    unseen, conflicts = [()], uniqueness.conflicts
    monkeypatch.setattr(
        uniqueness, "conflicts", lambda *args: unseen.pop() if unseen else conflicts(*args)
    )

    with pytest.raises(FormError) as refusal:
        await store.write(lambda tx: office.save(tx, office.anna, username=office.cleo.username))

    assert [one.field for one in refusal.value.errors] == ["username"]
