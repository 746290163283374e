"""Members who left the workspace are deleted unless they are users; on both databases."""

from datetime import timedelta

from sqlalchemy import Connection, select

from core.accounts import removal
from core.members.service import LONGEST_UNSEEN, delete_departed
from core.rulebook import Rulebook
from core.schema.members import members
from core.store.store import Store
from tests.factories import a_member, a_user, an_administrator, an_authority
from tests.times import NOON

MOST = 100


def known_ids(tx: Connection) -> set[str]:
    return set(tx.scalars(select(members.c.member_id)))


async def test_a_deactivated_member_is_deleted(store: Store) -> None:  # D14
    def save_and_delete(tx: Connection) -> tuple[int, set[str]]:
        a_member(tx, "U0HERE")
        a_member(tx, "U0LEFT", deleted=True)
        return delete_departed(tx, NOON, MOST), known_ids(tx)

    assert await store.write(save_and_delete) == (1, {"U0HERE"})


async def test_a_member_unlisted_for_a_month_is_deleted(store: Store) -> None:  # D14
    def delete_at_both_moments(tx: Connection) -> list[int]:
        a_member(tx, "U0SHARED", stranger=True)
        moments = (NOON + LONGEST_UNSEEN, NOON + LONGEST_UNSEEN + timedelta(seconds=1))
        return [delete_departed(tx, moment, MOST) for moment in moments]

    assert await store.write(delete_at_both_moments) == [0, 1]


async def test_a_member_who_is_a_user_stays_until_the_user_is_removed(
    store: Store, rulebook: Rulebook
) -> None:  # D14
    def delete_before_and_after_removal(tx: Connection) -> list[int]:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        member = a_member(tx, "U0BO", deleted=True)
        bo = a_user(tx, authority, rulebook, member=member.key)
        before = delete_departed(tx, NOON, MOST)
        removal.remove(tx, anna, bo.id, rulebook, NOON)
        return [before, delete_departed(tx, NOON, MOST)]

    assert await store.write(delete_before_and_after_removal) == [0, 1]


async def test_members_are_deleted_up_to_a_limit(store: Store) -> None:
    def delete_two_at_a_time(tx: Connection) -> list[int]:
        for number in range(3):
            a_member(tx, f"U0LEFT{number}", deleted=True)
        return [delete_departed(tx, NOON, 2) for _ in range(3)]

    assert await store.write(delete_two_at_a_time) == [2, 1, 0]
