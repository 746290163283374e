"""Measures the time of an import of many users, compared with registering them one by one.

Both follow the same rules, each on an SQLite file of its own, in the same run. Registered one by
one, each person costs a transaction, as from the form:

    python -m benchmarks.imports [--rows 10000]

It prints the seconds of the check, those of the registration with its ratio to the baseline, and
the peak memory of the whole run.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.letters import in_letters
from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import Authority, NewAuthority
from core.catalogue.load import load, shipped
from core.imports.files import parse_file
from core.imports.rules import ImportReport, RowStatus
from core.imports.service import UserImport, in_batches
from core.policy import Policy
from core.rulebook import Rulebook
from core.store import migration
from core.store.store import Store, open_store
from core.users.registration_form import new_user_of
from core.users.rules import RegistrationRequest

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))
HEADER = "first_name,last_name,language,email,phone,username,roles"


def content(rows: int) -> bytes:
    """Return a file of so many people, each with a username, so that both ways do the same work."""
    lines = [
        f"Ida,Holm{in_letters(n)},da,ida{n}@sundhed.example,+4533445566,iholm{n},PQ:BASIC"
        for n in range(rows)
    ]
    return "\n".join([HEADER, *lines]).encode()


@asynccontextmanager
async def office() -> AsyncIterator[tuple[Store, Authority]]:
    """Create a database with one authority."""
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'imi.sqlite3'}")
        await store.write(migration.upgrade)
        new_authority = NewAuthority(
            "Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ", "PR")
        )
        yield (
            store,
            await store.write(
                lambda tx: authority_registration.register(tx, new_authority, COMMAND_LINE, NOW)
            ),
        )
        await store.close()


async def imported(file: bytes) -> tuple[float, float]:
    """Import the file; return the seconds of the check and of the registration."""
    async with office() as (store, authority):
        lines = parse_file(file).rows
        took = []
        for now in (None, NOW):
            began, found = time.perf_counter(), ImportReport()
            job = UserImport(authority.id, None, RULEBOOK)
            for batch in in_batches(lines):
                found += await store.write(job.operation_for(batch, now))
            took.append(time.perf_counter() - began)
            assert found.count(RowStatus.CREATED) == len(lines)
        return took[0], took[1]


async def one_by_one(file: bytes) -> float:
    """Register the same users in a transaction each; return the seconds."""
    async with office() as (store, authority):
        new_users = [
            new_user_of(line.typed, country="DK", policy=RULEBOOK.policy)
            for line in parse_file(file).rows
        ]
        began = time.perf_counter()
        for new_user in new_users:
            request = RegistrationRequest(authority.id, new_user, COMMAND_LINE)
            await store.write(lambda tx, r=request: registration.register(tx, r, RULEBOOK, NOW))  # type: ignore[misc]
        return time.perf_counter() - began


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    rows = parser.parse_args().rows
    file = content(rows)
    checked, registered = asyncio.run(imported(file))
    baseline = asyncio.run(one_by_one(file))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"check:        {checked:6.1f} s for {rows} rows")
    print(f"registration: {registered:6.1f} s, {registered / baseline:.2f} of one by one")
    print(f"one by one:   {baseline:6.1f} s")
    print(f"memory:       {peak:6.0f} MiB at its highest")


if __name__ == "__main__":
    main()
