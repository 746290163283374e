"""Tests of linking a user to another Slack member, on SQLite and PostgreSQL."""

import pytest

from core.accounts import relinking
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.errors import NotFoundError
from core.members.rules import Member
from core.store.store import Store
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


async def test_an_unknown_username_is_linked_to_nobody(store: Store) -> None:  # D21
    member = await member_of(store, "U8")

    with pytest.raises(NotFoundError):
        await store.write(lambda tx: relinking.link_from_command_line(tx, "nobody", member, NOON))
