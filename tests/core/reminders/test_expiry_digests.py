"""Tests that an older database's notices of unused temporary passwords wait for the digest (D4)."""

import importlib.util
from datetime import timedelta

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, select, update

from core.passwords import service as passwords
from core.policy import Policy
from core.reminders.rules import next_digest
from core.rulebook import Rulebook
from core.schema.reminders import reminders
from core.store import migration
from core.store.store import Store
from tests.factories import a_user, an_authority, executing
from tests.times import NOON

EXPIRY = NOON + timedelta(days=7)


def migrate(tx: Connection) -> None:
    """Run the migration again."""
    file = migration.SCRIPTS / "versions" / "0010_lapse_digests.py"
    spec = importlib.util.spec_from_file_location("lapse_digests", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with Operations.context(MigrationContext.configure(tx)):
        module.upgrade()


async def test_a_planned_notice_moves_to_the_digest(store: Store, rulebook: Rulebook) -> None:  # D4
    def set_up(tx: Connection) -> None:
        user = a_user(tx, an_authority(tx), rulebook)
        passwords.give_temporary(tx, user.id, "t", Policy(), NOON)

    await store.write(set_up)
    # As earlier versions planned it.
    await store.write(executing(update(reminders).values(due_at=EXPIRY)))

    await store.write(migrate)
    await store.write(migrate)

    due = await store.read(lambda tx: tx.scalars(select(reminders.c.due_at)).all())
    assert due == [next_digest(EXPIRY, 9)]
