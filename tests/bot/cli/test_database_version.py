"""A database of another version of the product is refused until `imi-bot init` has run."""

import asyncio

from sqlalchemy import text

from core.store.store import open_store
from tests.bot.cli.shell import Shell
from tests.factories import executing


def test_a_database_of_another_version_is_refused(registered: Shell, database: str) -> None:
    async def change_version() -> None:
        store = open_store(database)
        await store.write(executing(text("UPDATE alembic_version SET version_num = '0000'")))
        await store.close()

    asyncio.run(change_version())

    shown = registered.type("user", "show", "aholm")

    assert shown.exit_code == 1
    assert "the database has version 0000 and this product needs" in shown.output
    assert "Run: imi-bot init" in shown.output
