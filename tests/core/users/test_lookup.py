"""Tests of finding users by typed text or id, on SQLite and PostgreSQL."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from core.contacts import email_of
from core.errors import NotAdministratorError, NotFoundError
from core.rulebook import Rulebook
from core.store.store import Store
from core.users import lookup
from core.users.principals import Principal, principal_of
from tests.factories import TEAM, a_member, a_user, an_administrator, an_authority


@pytest.fixture
async def anna(store: Store, rulebook: Rulebook) -> Principal:
    """An administrator with Ada, who is in Slack, Adam, and Ada of another authority."""

    def set_up(tx: Connection) -> Principal:
        here, there = an_authority(tx), an_authority(tx)
        member = a_member(tx, "U0ADABAEK").key
        a_user(tx, here, rulebook, first_name="Ada", last_name="Bæk", username="abk", member=member)
        a_user(tx, here, rulebook, first_name="Adam", last_name="Holm", username="adh")
        member = a_member(tx, "U0FAR").key
        a_user(
            tx, there, rulebook, first_name="Ada", last_name="Far", username="afar", member=member
        )
        return an_administrator(
            tx, here, rulebook, first_name="Anna", last_name="Zoe", email=email_of("zoe@x.example")
        )

    return await store.write(set_up)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("<@U0ADABAEK|ada>", ["Bæk"]),
        ("<@U0ADABAEK>", ["Bæk"]),
        ("@U0ADABAEK", ["Bæk"]),
        ("ABK", ["Bæk"]),
        ("ada", ["Bæk", "Holm"]),
        ("ada baek", ["Bæk"]),
        ("<@U0FAR>", []),
        ("afar", []),
        ("<@U0NOBODY>", []),
        ("", []),
    ],
)
async def test_a_user_is_found_by_mention_username_or_words(  # R57
    store: Store, anna: Principal, text: str, names: list[str]
) -> None:
    found = await store.read(lambda tx: lookup.matching(tx, anna, text, TEAM))

    assert [user.last_name for user in found] == names


async def test_an_empty_text_means_no_user_whose_password_may_be_reset(
    store: Store, anna: Principal
) -> None:  # D11
    assert await store.read(lambda tx: lookup.matching_resettable(tx, anna, " ", TEAM)) == ()


@pytest.mark.parametrize(("language", "text"), [("da", "Ada Bæk"), ("hu", "Bæk Ada")])
async def test_a_mention_becomes_the_name_in_the_order_of_the_readers_language(  # R57
    store: Store, anna: Principal, language: str, text: str
) -> None:
    reader = replace(anna, language=language)

    def search_text(tx: Connection) -> str:
        return lookup.without_mentions(tx, reader, "<@U0ADABAEK>", TEAM)

    assert await store.read(search_text) == text


async def test_an_empty_text_suggests_every_user_of_the_authority(
    store: Store, anna: Principal
) -> None:
    found = await store.read(lambda tx: lookup.suggestions(tx, anna, ""))

    assert [user.last_name for user in found] == ["Bæk", "Holm", "Zoe"]


async def test_only_users_of_the_principals_own_authority_are_found_by_id(
    store: Store, anna: Principal, rulebook: Rulebook
) -> None:
    stranger = await store.write(lambda tx: a_user(tx, an_authority(tx), rulebook))

    me = await store.read(lambda tx: lookup.require_user(tx, anna, anna.user_id))
    with pytest.raises(NotFoundError):
        await store.read(lambda tx: lookup.require_user(tx, anna, stranger.id))

    assert me.id == anna.user_id
    principal = principal_of(stranger)
    with pytest.raises(NotAdministratorError):
        await store.read(lambda tx: lookup.matching(tx, principal, "ada", TEAM))
