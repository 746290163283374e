"""The stored data of Slack members, and how long it is kept; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from core.accounts import editing, registration, removal, slack_members
from core.accounts.editing import UserEdit
from core.accounts.relinking import relink
from core.audit.rules import COMMAND_LINE
from core.members import rows
from core.members.rules import STALE_AFTER, Member, is_stale
from core.members.service import forget_non_users
from core.rulebook import Rulebook
from core.schema.members import members
from core.store.store import Store
from core.users.rows import users
from core.users.rules import RegistrationRequest, details_of
from tests.factories import a_member, a_new_user, a_user, an_administrator, an_authority
from tests.times import NOON

MOST = 100
LATER = NOON + STALE_AFTER + timedelta(seconds=1)


def known_ids(tx: Connection) -> set[str]:
    return set(tx.scalars(select(members.c.member_id)))


def described(member: Member) -> Member:
    """Return the member as Slack describes them, with all that we do not keep."""
    return replace(
        member,
        real_name="Ada Person",
        first_name="Ada",
        last_name="Person",
        email="ada@authority.example",
        email_confirmed=True,
        tz="Europe/Lisbon",
    )


async def test_of_a_user_the_time_zone_is_kept_and_neither_name_nor_address(  # D6, D14
    store: Store, rulebook: Rulebook
) -> None:
    def save_user(tx: Connection) -> Member | None:
        member = a_member(tx, "U0BO")
        a_user(tx, an_authority(tx), rulebook, member=member.key)
        slack_members.save_reported_member(tx, described(member))
        return rows.find(tx, member.key)

    kept = await store.write(save_user)

    assert kept is not None
    assert (kept.tz, kept.email, kept.real_name) == ("Europe/Lisbon", None, "")


async def test_of_others_the_confirmed_address_is_kept_and_neither_name_nor_zone(  # D14, D21
    store: Store,
) -> None:
    def save_others(tx: Connection) -> list[tuple[str | None, str | None]]:
        confirmed = described(a_member(tx, "U0BO"))
        unconfirmed = replace(described(a_member(tx, "U0EVE")), email_confirmed=False)
        found = []
        for member in (confirmed, unconfirmed):
            slack_members.save_member(tx, member)
            known = rows.find(tx, member.key)
            assert known is not None
            found.append((known.email, known.tz))
        return found

    assert await store.write(save_others) == [("ada@authority.example", None), (None, None)]


async def test_whoever_is_no_user_is_forgotten_when_slack_reports_them(  # D14
    store: Store,
) -> None:
    def report(tx: Connection) -> tuple[bool, set[str]]:
        member = a_member(tx, "U0BO")
        return slack_members.save_reported_member(tx, described(member)), known_ids(tx)

    assert await store.write(report) == (False, set())


async def test_whoever_is_no_user_is_forgotten_after_a_day(store: Store) -> None:  # D14
    def forget_at_both_moments(tx: Connection) -> list[int]:
        a_member(tx, "U0SHARED", stranger=True)
        return [forget_non_users(tx, moment, MOST) for moment in (NOON + STALE_AFTER, LATER)]

    assert await store.write(forget_at_both_moments) == [0, 1]


async def test_a_moment_far_ahead_counts_as_long_ago(store: Store) -> None:
    """The clock was ahead for a while."""
    ahead = NOON + timedelta(days=365)

    def forget(tx: Connection) -> tuple[bool, int]:
        member = a_member(tx, "U0BO", seen_at=ahead)
        return is_stale(member, NOON), forget_non_users(tx, NOON, MOST)

    assert await store.write(forget) == (True, 1)


async def test_a_user_stays_known_until_the_removal(store: Store, rulebook: Rulebook) -> None:
    def forget_before_and_after_removal(tx: Connection) -> tuple[int, set[str], set[str]]:  # D14
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        member = a_member(tx, "U0BO", deleted=True)
        bo = a_user(tx, authority, rulebook, member=member.key)
        his = {"U0BO"}
        forgotten, before = forget_non_users(tx, LATER, MOST), known_ids(tx) & his
        removal.remove(tx, anna, bo.id, rulebook, NOON)
        return forgotten, before, known_ids(tx) & his

    assert await store.write(forget_before_and_after_removal) == (0, {"U0BO"}, set())


async def test_members_are_forgotten_up_to_a_limit(store: Store) -> None:
    def forget_two_at_a_time(tx: Connection) -> list[int]:
        for number in range(3):
            a_member(tx, f"U0LEFT{number}")
        return [forget_non_users(tx, LATER, 2) for _ in range(3)]

    assert await store.write(forget_two_at_a_time) == [2, 1, 0]


@pytest.mark.parametrize("new_id", ["U0NEW", None])
async def test_the_member_whom_a_user_was_linked_to_is_forgotten(  # D14
    store: Store, rulebook: Rulebook, new_id: str | None
) -> None:
    def link_anew(tx: Connection) -> dict[str, bool]:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        old, new = a_member(tx, "U0OLD"), a_member(tx, "U0NEW")
        new_user = a_new_user(member=old.key)
        request = RegistrationRequest(authority.id, new_user, COMMAND_LINE)
        bo = registration.register(tx, request, rulebook, NOON)
        linked = replace(new_user, member=None if new_id is None else new.key)
        editing.edit(tx, UserEdit(bo.id, linked, details_of(bo)), anna, rulebook, NOON)
        known = [rows.find(tx, key) for key in (old.key, new.key)]
        return {one.key.member_id: is_stale(one, NOON) for one in known if one is not None}

    assert await store.write(link_anew) == {"U0NEW": new_id is not None}


async def test_of_users_who_are_linked_anew_only_the_new_member_is_kept(  # D14, D21
    store: Store, rulebook: Rulebook
) -> None:
    """One user's new member may be another one's old member, as after a move."""

    def swap(tx: Connection) -> tuple[set[str], list[bool]]:
        authority = an_authority(tx)
        one, two, three = (a_member(tx, f"U0{name}") for name in ("ONE", "TWO", "THREE"))
        ada = a_user(tx, authority, rulebook, member=one.key)
        bo = a_user(tx, authority, rulebook, member=two.key)
        users.unlink(tx, bo.id)
        relink(tx, ada, two.key, COMMAND_LINE, NOON)
        relink(tx, bo, three.key, COMMAND_LINE, NOON)
        found = [rows.find(tx, member.key) for member in (one, two, three)]
        stale = [is_stale(member, NOON) for member in found if member is not None]
        return known_ids(tx), stale

    assert await store.write(swap) == ({"U0TWO", "U0THREE"}, [True, True])
