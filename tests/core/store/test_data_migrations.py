"""Tests of the migrations that change data and no tables."""

from typing import cast

from sqlalchemy import Connection, text, update

from core.rulebook import Rulebook
from core.schema.users import users as users_table
from core.store import migration
from core.store.store import Store
from core.users.rows import users
from core.users.rules import User
from tests import factories
from tests.times import NOON


async def test_users_who_have_signed_in_know_their_usernames(
    store: Store, rulebook: Rulebook
) -> None:  # R54
    def upgrade(tx: Connection) -> list[User]:
        authority = factories.an_authority(tx)
        signed_in, new = (factories.a_user(tx, authority, rulebook) for _ in range(2))
        tx.execute(
            update(users_table)
            .where(users_table.c.id == signed_in.id)
            .values(first_signed_in_at=NOON)
        )
        tx.execute(text("UPDATE alembic_version SET version_num = '0013'"))
        migration.upgrade(tx)
        return [cast("User", users.find(tx, user.id)) for user in (signed_in, new)]

    signed_in, new = await store.write(upgrade)

    assert (signed_in.username_handed_over_at, new.username_handed_over_at) == (NOON, None)
