"""`imi-bot audit verify`, as it is typed, against a real database."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, update

from bot.cli.audit import WITHOUT_HEADS
from core.audit import service
from core.audit.rows import entries
from core.audit.rules import COMMAND_LINE, Act
from core.schema.audit import audit_chain_tip, audit_checkpoints, audit_entries
from core.secret import Secret
from core.store.store import open_store
from tests.bot.cli.shells import Shell
from tests.core.audit.growing import sign
from tests.factories import executing
from tests.times import NOON

OLD = "o" * 32


def change(database: str, *wishes: object) -> tuple[int, str]:
    """Change the database behind the product's back; return the head."""

    async def work() -> tuple[int, str]:
        store = open_store(database)
        for wish in wishes:
            await store.write(wish)  # type: ignore[arg-type] # each is a wish
        head = await store.read(entries.newest)
        await store.close()
        return head

    return asyncio.run(work())


def recorded_once_more(tx: Connection) -> None:
    service.record(tx, service.event_about(COMMAND_LINE, Act.SENT_AGAIN, authority_id=1), NOON)


def head_signed_with(key: str, now: datetime = NOON) -> object:
    def wish(tx: Connection) -> None:
        sign(tx, Secret(key), now)

    return wish


def test_a_whole_trail_has_no_faults(registered: Shell, database: str) -> None:
    number, entry_hash = change(database, head_signed_with("k" * 32))

    told = registered.type("audit", "verify", "--head", f"`{number}:{entry_hash}`")

    assert told.exit_code == 0
    assert told.output.strip() == f"{number} entries, 0 faults."


def test_it_says_how_far_the_heads_vouch(registered: Shell, database: str) -> None:
    number, _ = change(database)
    alone = registered.type("audit", "verify")
    change(database, head_signed_with("k" * 32), recorded_once_more, recorded_once_more)

    told = registered.type("audit", "verify")

    assert f"No signed head covers entries 1 to {number}." in alone.output
    assert told.output.strip().splitlines() == [
        f"No signed head covers entries {number + 1} to {number + 2}.",
        f"{number + 2} entries, 0 faults.",
        WITHOUT_HEADS,
    ]


def test_a_trail_without_any_head_is_a_fault_once_it_is_a_day_old(
    shell: Shell, database: str
) -> None:
    shell.type("init")
    empty = (executing(delete(table)) for table in (audit_entries, audit_chain_tip))
    change(database, *empty, recorded_once_more)

    told = shell.type("audit", "verify")

    assert told.exit_code == 1
    assert "There are entries older than a day and no signed head at all." in told.output


def test_a_head_that_was_taken_away_is_missed(registered: Shell, database: str) -> None:
    signing = head_signed_with("k" * 32, NOON + timedelta(days=1))
    number, _ = change(database, head_signed_with("k" * 32), recorded_once_more, signing)
    change(
        database,
        executing(delete(audit_checkpoints).where(audit_checkpoints.c.number == number - 1)),
    )

    told = registered.type("audit", "verify")

    assert told.exit_code == 1
    assert f"Head {number}: the head before it was taken away" in told.output


def test_a_posted_head_that_is_gone_is_named(registered: Shell, database: str) -> None:
    number, entry_hash = change(database)

    told = registered.type("audit", "verify", "--head", f"{number}:{entry_hash}")

    assert told.exit_code == 1
    assert f"Head {number}: posted, and not in the database." in told.output


def test_a_database_without_tables_is_said(shell: Shell) -> None:
    told = shell.type("audit", "verify")

    assert told.exit_code == 1
    assert "Run: imi-bot init" in told.output


def test_an_altered_entry_is_named(registered: Shell, database: str) -> None:
    change(
        database, executing(update(audit_entries).where(audit_entries.c.id == 1).values(act="x"))
    )

    told = registered.type("audit", "verify")

    assert told.exit_code == 1
    assert "Entry 1: altered." in told.output


def test_a_cut_off_tail_is_found_by_the_posted_head(registered: Shell, database: str) -> None:
    number, entry_hash = change(database)

    def cut(tx: Connection) -> None:
        tx.execute(delete(audit_entries).where(audit_entries.c.id == number))
        (last,) = entries.page(tx, number - 2, 1)
        tx.execute(update(audit_chain_tip).values(entry_id=last.id, entry_hash=last.entry_hash))

    change(database, cut)

    assert registered.type("audit", "verify").exit_code == 0
    told = registered.type("audit", "verify", "--head", f"{number}:{entry_hash}")
    assert told.exit_code == 1
    assert f"Entry {number}: cut off." in told.output


def test_a_head_of_another_key_is_no_head(registered: Shell, database: str) -> None:
    number, _ = change(database, head_signed_with("somebody else's"))

    told = registered.type("audit", "verify")

    assert told.exit_code == 1
    assert f"Head {number}: not signed with IMI_AUDIT_KEY." in told.output


def test_an_earlier_key_still_counts(registered: Shell, database: str) -> None:
    number, _ = change(database, head_signed_with(OLD))
    registered.environment["IMI_AUDIT_KEY"] = f"{'n' * 32}, {OLD}"

    assert registered.type("audit", "verify").exit_code == 0

    change(database, recorded_once_more, head_signed_with("n" * 32, NOON + timedelta(days=1)))
    assert registered.type("audit", "verify").exit_code == 0
    registered.environment["IMI_AUDIT_KEY"] = "n" * 32
    told = registered.type("audit", "verify")
    assert told.exit_code == 1
    assert f"Head {number}: not signed with IMI_AUDIT_KEY." in told.output


@pytest.mark.parametrize("head", ["7", "x:y", "7:"])
def test_a_head_of_another_form_is_refused(registered: Shell, head: str) -> None:
    told = registered.type("audit", "verify", "--head", head)

    assert told.exit_code == 1
    assert "write NUMBER:SEAL" in told.output
