"""Tests of linking a user to another Slack member, on SQLite and PostgreSQL."""

import pytest

from core.accounts import relinking
from core.audit.rows import entries as audit_rows
from core.audit.rules import COMMAND_LINE, Act
from core.errors import MemberTakenError, NotFoundError
from core.members.rules import Member
from core.store.store import Store
from core.users.rows import users
from tests.core.accounts.registering import Register
from tests.factories import a_member, a_new_user
from tests.times import NOON


async def member_of(store: Store, member_id: str) -> Member:
    return await store.write(lambda tx: a_member(tx, member_id))


async def test_a_user_who_had_no_member_is_linked_to_one(  # D21, D22
    store: Store, registering: Register
) -> None:
    await store.write(registering(a_new_user(username="idaberg", member=None)))
    member = await member_of(store, "U8")

    linked = await store.write(
        lambda tx: relinking.link_from_command_line(tx, "idaberg", member, NOON)
    )

    assert linked.member == member.key
    last = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1].audit_event
    assert (last.act, last.details["before"]) == (Act.MEMBER_LINKED, {"member": ""})


async def test_a_member_who_was_linked_at_this_moment_is_taken(  # D21
    store: Store, registering: Register
) -> None:
    member = await member_of(store, "U8")
    await store.write(registering(a_new_user(member=member.key)))
    ida = await store.write(registering(a_new_user(username="idaberg", member=None)))

    with pytest.raises(MemberTakenError):
        await store.write(lambda tx: relinking.relink(tx, ida, member.key, COMMAND_LINE, NOON))

    assert (await store.read(lambda tx: users.require(tx, ida.id))).member is None


async def test_an_unknown_username_is_linked_to_nobody(store: Store) -> None:  # D21
    member = await member_of(store, "U8")

    with pytest.raises(NotFoundError):
        await store.write(lambda tx: relinking.link_from_command_line(tx, "nobody", member, NOON))
