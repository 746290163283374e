"""Who left the workspace is forgotten, unless they are a user of IMI; on both databases."""

from datetime import timedelta

from sqlalchemy import Connection, select

from core.accounts import removal
from core.members.service import UNSEEN, forget_gone
from core.rulebook import Rulebook
from core.schema.members import members
from core.store.store import Store
from tests.factories import a_member, a_user, an_administrator, an_authority
from tests.times import NOON

MOST = 100


def known(tx: Connection) -> set[str]:
    return set(tx.scalars(select(members.c.member_id)))


async def test_who_left_the_workspace_is_forgotten(store: Store) -> None:  # D14
    def wish(tx: Connection) -> tuple[int, set[str]]:
        a_member(tx, "U0HERE")
        a_member(tx, "U0LEFT", deleted=True)
        return forget_gone(tx, NOON, MOST), known(tx)

    assert await store.write(wish) == (1, {"U0HERE"})


async def test_who_slack_has_not_listed_for_a_month_is_forgotten(store: Store) -> None:  # D14
    def wish(tx: Connection) -> list[int]:
        a_member(tx, "U0SHARED", stranger=True)
        moments = (NOON + UNSEEN, NOON + UNSEEN + timedelta(seconds=1))
        return [forget_gone(tx, moment, MOST) for moment in moments]

    assert await store.write(wish) == [0, 1]


async def test_who_is_a_user_stays_until_removed(store: Store, rulebook: Rulebook) -> None:  # D14
    def wish(tx: Connection) -> list[int]:
        authority = an_authority(tx)
        anna = an_administrator(tx, authority, rulebook)
        member = a_member(tx, "U0BO", deleted=True)
        bo = a_user(tx, authority, rulebook, member=member.key)
        before = forget_gone(tx, NOON, MOST)
        removal.remove(tx, anna, bo.id, rulebook, NOON)
        return [before, forget_gone(tx, NOON, MOST)]

    assert await store.write(wish) == [0, 1]


async def test_a_few_at_a_time(store: Store) -> None:
    def wish(tx: Connection) -> list[int]:
        for number in range(3):
            a_member(tx, f"U0LEFT{number}", deleted=True)
        return [forget_gone(tx, NOON, 2) for _ in range(3)]

    assert await store.write(wish) == [2, 1, 0]
