"""Benchmark of the tip of the audit chain, which every transaction that changes anything locks.

Processes with a store each register users on PostgreSQL, 64 at once, each in an authority of its
own; this is compared with registrations that append to a chain of each authority, without a common
lock. Such chains exist only here, in place of the product's functions:

    python -m benchmarks.chain [--registrations 300]
"""

import argparse
import asyncio
import statistics
import sys
import time
from functools import partial

from sqlalchemy import Connection, insert, text

from benchmarks.databases import POSTGRES, new_database
from benchmarks.filled_authority import NOW, RULEBOOK
from benchmarks.letters import in_letters
from benchmarks.report import Row, print_rows
from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit.rows import entries
from core.audit.rules import COMMAND_LINE, AuditEntry
from core.authorities.rules import NewAuthority
from core.contacts import email_of
from core.role_keys import RoleKey
from core.schema.audit import audit_entries
from core.store import migration
from core.store.store import Store, open_store
from core.users.rules import NewUser, RegistrationRequest

AT_ONCE = 64
MOST_PROCESSES = 3
ROUNDS = 3
# Numbers of entries that one process may use, so that no two processes use the same one.
_SPAN = 1_000_000


def register_authorities(tx: Connection) -> None:
    """Create the tables, and register an authority for each of the registrations at once."""
    migration.upgrade(tx)
    for n in range(AT_ONCE):
        name = f"Kommune {in_letters(n + 1)}"
        new = NewAuthority(name, name, f"post{n}@kommune.example", "DK", ("PQ",))
        authority_registration.register(tx, new, COMMAND_LINE, NOW)


def register(tx: Connection, authority_id: int, number: int) -> None:
    """Register a user, who is a new one for each number."""
    roles = frozenset({RoleKey("PQ", "BASIC")})
    name, address = f"Holm{in_letters(number)}", email_of(f"ida{number}@kommune.example")
    new_user = NewUser("Ida", name, "da", address, None, f"person.{number}x", roles)
    request = RegistrationRequest(authority_id, new_user, COMMAND_LINE)
    registration.register(tx, request, RULEBOOK, NOW)


def lock_no_tip(first: int) -> None:
    """Let this process append entries from `first` on, without locking and moving the tip."""
    numbers = iter(range(first, first + _SPAN))

    def take_number(_tx: Connection) -> tuple[int, str]:
        return next(numbers), "0" * 64

    def add_without_tip(tx: Connection, made: list[AuditEntry]) -> None:
        tx.execute(insert(audit_entries), [entries.values_of(entry) for entry in made])
        # Its own row is moved in the same way; nobody else has it.
        tx.execute(
            text("UPDATE authorities SET country = country WHERE id = :id"),
            {"id": made[0].audit_event.authority_id},
        )

    entries.lock_tip = take_number  # type: ignore[assignment]
    entries.add_all = add_without_tip  # type: ignore[assignment]


async def register_all(store: Store, first: int, number: int, at_once: int) -> None:
    """Register `number` users, `at_once` of them at a time, from the number `first` on."""
    left = iter(range(first, first + number))

    async def one_after_the_other(place: int) -> None:
        for user in left:
            await store.write(partial(register, authority_id=1 + place, number=user))

    await asyncio.gather(
        *(one_after_the_other((first // _SPAN * at_once + n) % AT_ONCE) for n in range(at_once))
    )


async def run_process(url: str, kind: str, first: int, number: int, at_once: int) -> None:
    """Register in this process when the other one writes a line, and say when it is done."""
    if kind == "separate":
        lock_no_tip(first * 10)
    store = await open_store(url)
    await register_all(store, first, 1, 1)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await register_all(store, first + 1, number, at_once)
    await store.close()


async def rate(kind: str, processes: int, registrations: int) -> float:
    """Return the registrations a second of so many processes together, in a new database."""
    async with new_database("postgres") as url:
        store = await open_store(url)
        await store.write(register_authorities)
        await store.close()
        each = registrations // processes
        running = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "benchmarks.chain", "--process", url, kind),
                *(str(_SPAN * (1 + n)), str(each), str(AT_ONCE // processes)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            for n in range(processes)
        ]
        for process in running:
            assert process.stdout is not None
            await process.stdout.readline()
        began = time.perf_counter()
        await asyncio.gather(*(process.communicate(b"\n") for process in running))
        assert not any(process.returncode for process in running)
        return each * processes / (time.perf_counter() - began)


async def rows(registrations: int = 300) -> list[Row]:
    """Measure with each number of processes; without a PostgreSQL server there are no rows."""
    return (
        []
        if POSTGRES is None
        else [await _compare(number, registrations) for number in range(1, MOST_PROCESSES + 1)]
    )


async def _compare(processes: int, registrations: int) -> Row:
    pairs = [
        (
            await rate("common", processes, registrations),
            await rate("separate", processes, registrations),
        )
        for _ in range(ROUNDS)
    ]
    ratios = sorted(common / separate for common, separate in pairs)
    common, separate = map(statistics.median, zip(*pairs, strict=True))
    work = f"registrations in {AT_ONCE} authorities at once, one audit chain, {processes} processes"
    details = (
        f"{common:.0f} to {separate:.0f} a second; ratios {ratios[0]:.2f} to {ratios[-1]:.2f};"
        " the PostgreSQL of the tests has fsync off"
    )
    return Row(work, "a chain for each authority", statistics.median(ratios), 0.5, 0.9, details)


def main() -> None:
    """Parse the arguments, measure, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registrations", type=int, default=300)
    parser.add_argument("--process", nargs=5)
    chosen = parser.parse_args()
    if chosen.process:
        url, kind, *numbers = chosen.process
        first, number, at_once = map(int, numbers)
        asyncio.run(run_process(url, kind, first, number, at_once))
    else:
        print_rows(asyncio.run(rows(chosen.registrations)))


if __name__ == "__main__":
    main()
