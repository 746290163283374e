"""Tests of registering an authority with its first user, on SQLite and PostgreSQL."""

import pytest

from core.administration import registration
from core.administration.registration import AuthorityRegistrationRequest
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.authorities.registration_form import AuthorityForm, new_authority_of
from core.authorities.rows import authorities
from core.authorities.rules import NewAuthority
from core.errors import FormError, NotFoundError
from core.role_keys import ADMINISTRATOR
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.rules import UserForm
from tests.factories import an_authority
from tests.times import NOON


async def test_the_first_user_receives_every_role(
    store: Store, rulebook: Rulebook
) -> None:  # R6-R8
    authority = AuthorityForm(
        "Health Agency", "Health", "office@health.example", "DK", ("PQ", "SD"), False, ""
    )
    anna = UserForm("Anna", "Holm", "da", "anna@health.example", "", "")
    request = AuthorityRegistrationRequest(authority, anna)

    user = await store.write(
        lambda tx: registration.register_from_command_line(tx, request, rulebook, NOON)
    )

    assert ADMINISTRATOR in user.roles
    assert set(user.roles) == set(rulebook.catalogue.roles_in(("PQ", "SD")))
    assert user.username == "aholm"


async def test_a_registered_authority_is_stored_and_recorded(
    store: Store, rulebook: Rulebook
) -> None:  # R18
    typed = AuthorityForm(
        " Health  Agency ", "Health", "Office@health.example", "dk", ("pq", "PR", "PQ"), True, "C1"
    )
    registered = await store.write(
        lambda tx: an_authority(
            tx,
            **{
                name: getattr(new_authority_of(typed, rulebook.catalogue), name)
                for name in NewAuthority.__dataclass_fields__
            },
        )
    )

    found = await store.read(lambda tx: authorities.require(tx, registered.id))

    assert found == registered
    assert (found.official_name, found.country, found.modules) == (
        "Health Agency",
        "DK",
        ("PQ", "PR"),
    )
    (entry,) = await store.read(lambda tx: list(audit_rows.since(tx)))
    assert entry.audit_event.act == Act.AUTHORITY_REGISTERED


async def test_an_official_name_is_unique(store: Store) -> None:  # D15
    await store.write(lambda tx: an_authority(tx, official_name="Health Agency"))

    with pytest.raises(FormError) as caught:
        await store.write(lambda tx: an_authority(tx, official_name="health  agency"))

    assert [error.field for error in caught.value.errors] == ["official_name"]


async def test_an_unknown_authority_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await store.read(lambda tx: authorities.require(tx, 404))


async def test_a_name_that_another_transaction_took_is_refused(  # D15
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.write(lambda tx: an_authority(tx, official_name="Health Agency"))
    # The other one is not committed yet when the name is looked for.
    monkeypatch.setattr(registration, "find_by_name", lambda _tx, _name: None)

    with pytest.raises(FormError) as caught:
        await store.write(lambda tx: an_authority(tx, official_name="health  agency"))

    assert [error.field for error in caught.value.errors] == ["official_name"]
