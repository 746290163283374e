"""Tests of `imi-bot audit verify`, run as a command against a real database."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, update

from bot.cli.audit import NO_CHECKPOINT_GIVEN
from core.audit import service
from core.audit.rows import entries
from core.audit.rules import COMMAND_LINE, Act
from core.schema.audit import audit_chain_tip, audit_checkpoints, audit_entries
from core.secret import Secret
from core.store.store import open_store
from tests.bot.cli.shell import Shell
from tests.core.audit.growing import sign
from tests.factories import executing
from tests.times import NOON

OLD = "o" * 32


def change(database: str, *operations: object) -> tuple[int, str]:
    """Run the operations behind the product's back; return the newest entry's number and hash."""

    async def run_operations() -> tuple[int, str]:
        store = open_store(database)
        for operation in operations:
            await store.write(operation)  # type: ignore[arg-type] # each is an operation
        checkpoint = await store.read(entries.chain_tip)
        await store.close()
        return checkpoint

    return asyncio.run(run_operations())


def record_entry(tx: Connection) -> None:
    service.record(tx, service.event_about(COMMAND_LINE, Act.SENT_AGAIN, authority_id=1), NOON)


def sign_checkpoint_with(key: str, now: datetime = NOON) -> object:
    def operation(tx: Connection) -> None:
        sign(tx, Secret(key), now)

    return operation


def test_an_intact_trail_has_no_faults(registered: Shell, database: str) -> None:
    number, entry_hash = change(database, sign_checkpoint_with("k" * 32))

    result = registered.type("audit", "verify", "--checkpoint", f"`{number}:{entry_hash}`")

    assert result.exit_code == 0
    assert result.output.strip() == f"{number} entries, 0 faults."


def test_the_entries_that_no_checkpoint_covers_are_named(registered: Shell, database: str) -> None:
    number, _ = change(database)
    alone = registered.type("audit", "verify")
    change(database, sign_checkpoint_with("k" * 32), record_entry, record_entry)

    result = registered.type("audit", "verify")

    assert f"No signed checkpoint covers entries 1 to {number}." in alone.output
    assert result.output.strip().splitlines() == [
        f"No signed checkpoint covers entries {number + 1} to {number + 2}.",
        f"{number + 2} entries, 0 faults.",
        NO_CHECKPOINT_GIVEN,
    ]


def test_a_day_old_trail_without_checkpoints_is_a_fault(shell: Shell, database: str) -> None:
    shell.type("init")
    empty = (executing(delete(table)) for table in (audit_entries, audit_chain_tip))
    change(database, *empty, record_entry)

    result = shell.type("audit", "verify")

    assert result.exit_code == 1
    assert "There are entries older than a day and no signed checkpoint at all." in result.output


def test_a_deleted_checkpoint_is_detected(registered: Shell, database: str) -> None:
    signing = sign_checkpoint_with("k" * 32, NOON + timedelta(days=1))
    number, _ = change(database, sign_checkpoint_with("k" * 32), record_entry, signing)
    change(
        database,
        executing(delete(audit_checkpoints).where(audit_checkpoints.c.number == number - 1)),
    )

    result = registered.type("audit", "verify")

    assert result.exit_code == 1
    assert f"Checkpoint {number}: the one before it was taken away" in result.output


def test_a_posted_checkpoint_that_is_missing_is_named(registered: Shell, database: str) -> None:
    number, entry_hash = change(database)

    result = registered.type("audit", "verify", "--checkpoint", f"{number}:{entry_hash}")

    assert result.exit_code == 1
    assert f"Checkpoint {number}: posted, and not in the database." in result.output


def test_a_database_without_tables_is_reported(shell: Shell) -> None:
    result = shell.type("audit", "verify")

    assert result.exit_code == 1
    assert "Run: imi-bot init" in result.output


def test_an_altered_entry_is_named(registered: Shell, database: str) -> None:
    change(
        database, executing(update(audit_entries).where(audit_entries.c.id == 1).values(act="x"))
    )

    result = registered.type("audit", "verify")

    assert result.exit_code == 1
    assert "Entry 1: altered." in result.output


def test_a_cut_off_tail_is_detected_by_the_posted_checkpoint(
    registered: Shell, database: str
) -> None:
    number, entry_hash = change(database)

    def cut_off_last_entry(tx: Connection) -> None:
        tx.execute(delete(audit_entries).where(audit_entries.c.id == number))
        (last,) = entries.page(tx, number - 2, 1)
        tx.execute(update(audit_chain_tip).values(entry_id=last.id, entry_hash=last.entry_hash))

    change(database, cut_off_last_entry)

    assert registered.type("audit", "verify").exit_code == 0
    result = registered.type("audit", "verify", "--checkpoint", f"{number}:{entry_hash}")
    assert result.exit_code == 1
    assert f"Entry {number}: cut off." in result.output


def test_a_checkpoint_signed_with_another_key_is_forged(registered: Shell, database: str) -> None:
    number, _ = change(database, sign_checkpoint_with("somebody else's"))

    result = registered.type("audit", "verify")

    assert result.exit_code == 1
    assert f"Checkpoint {number}: not signed with IMI_AUDIT_KEY." in result.output


def test_an_earlier_key_still_verifies(registered: Shell, database: str) -> None:
    number, _ = change(database, sign_checkpoint_with(OLD))
    registered.environment["IMI_AUDIT_KEY"] = f"{'n' * 32}, {OLD}"

    assert registered.type("audit", "verify").exit_code == 0

    change(database, record_entry, sign_checkpoint_with("n" * 32, NOON + timedelta(days=1)))
    assert registered.type("audit", "verify").exit_code == 0
    registered.environment["IMI_AUDIT_KEY"] = "n" * 32
    result = registered.type("audit", "verify")
    assert result.exit_code == 1
    assert f"Checkpoint {number}: not signed with IMI_AUDIT_KEY." in result.output


@pytest.mark.parametrize("checkpoint", ["7", "x:y", "7:"])
def test_a_malformed_checkpoint_argument_is_refused(registered: Shell, checkpoint: str) -> None:
    result = registered.type("audit", "verify", "--checkpoint", checkpoint)

    assert result.exit_code == 1
    assert "write NUMBER:HASH" in result.output
