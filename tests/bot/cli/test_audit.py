"""Tests of `imi-bot audit verify`, run as a command against a real database."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Executable, delete, update

from bot.cli.audit import NO_CHECKPOINT_GIVEN
from core.audit import service
from core.audit.checkpoints import key_id_of
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
        store = await open_store(database)
        for operation in operations:
            await store.write(operation)  # type: ignore[arg-type] # each is an operation
        checkpoint = await store.read(entries.chain_tip)
        await store.close()
        return checkpoint

    return asyncio.run(run_operations())


def newest_act(database: str) -> str:
    """Return the act of the newest entry."""

    async def read() -> str:
        store = await open_store(database)
        number, _ = await store.read(entries.chain_tip)
        (last,) = await store.read(lambda tx: entries.page(tx, number - 1, 1))
        await store.close()
        return last.audit_event.act

    return asyncio.run(read())


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
    # The setting that is in use: IMI_AUDIT_KEY was never set here.
    assert f"Checkpoint {number}: not signed with IMI_SECRET_KEY." in result.output
    assert "IMI_AUDIT_KEY" not in result.output


def test_a_new_key_alone_says_what_to_do(registered: Shell, database: str) -> None:
    """The operator still has the earlier key, and reads where to put it (D22)."""
    change(database, sign_checkpoint_with("k" * 32))
    registered.environment["IMI_SECRET_KEY"] = "n" * 32

    verified = registered.type("audit", "verify")
    checked = registered.type("doctor")
    registered.environment["IMI_SECRET_KEY"] = f"{'n' * 32},{'k' * 32}"
    fixed = registered.type("audit", "verify")

    for result in (verified, checked):
        assert result.exit_code == 1
        assert "IMI_SECRET_KEY=NEW,EARLIER" in result.output
        assert key_id_of(Secret("k" * 32)) in result.output
        assert "k" * 32 not in result.output
    assert fixed.exit_code == 0


def test_the_secret_key_verifies_what_it_signed_before_there_was_an_audit_key(
    registered: Shell, database: str
) -> None:
    change(database, sign_checkpoint_with("k" * 32))
    registered.environment["IMI_AUDIT_KEY"] = "n" * 32

    assert registered.type("audit", "verify").exit_code == 0


def test_checkpoints_whose_key_is_lost_are_adopted_after_a_question(
    registered: Shell, database: str
) -> None:
    """The way out when it is too late: the trail is verified, and the adoption is on record."""
    number, entry_hash = change(database, sign_checkpoint_with(OLD))

    asked = registered.type("audit", "adopt", typed="n\n")
    assert asked.exit_code == 1
    assert registered.type("audit", "verify").exit_code == 1
    adopted = registered.type("audit", "adopt", "--checkpoint", f"{number}:{entry_hash}", "--yes")

    assert adopted.output.strip().splitlines()[-1] == (
        "1 checkpoints are now signed with IMI_SECRET_KEY. This is on record."
    )
    assert registered.type("audit", "verify").exit_code == 0
    last = newest_act(database)
    assert last == Act.CHECKPOINTS_ADOPTED
    again = registered.type("audit", "adopt", "--yes")
    assert (again.exit_code, "Nothing to do." in again.output) == (0, True)


@pytest.mark.parametrize(
    "forgery",
    [
        update(audit_checkpoints).values(entry_hash="0" * 64),
        update(audit_entries).where(audit_entries.c.id == 1).values(act="x"),
    ],
)
def test_nothing_is_adopted_on_a_trail_with_other_faults(
    registered: Shell, database: str, forgery: Executable
) -> None:
    change(database, sign_checkpoint_with(OLD), executing(forgery))

    result = registered.type("audit", "adopt", "--yes")

    assert result.exit_code == 1
    assert registered.type("audit", "verify").exit_code == 1


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
    assert "IMI_AUDIT_KEY=NEW,EARLIER" in result.output


@pytest.mark.parametrize("checkpoint", ["7", "x:y", "7:"])
def test_a_malformed_checkpoint_argument_is_refused(registered: Shell, checkpoint: str) -> None:
    result = registered.type("audit", "verify", "--checkpoint", checkpoint)

    assert result.exit_code == 1
    assert "write NUMBER:HASH" in result.output
