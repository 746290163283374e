"""How long verifying the audit trail takes and what memory, and how long a page of it.

    python -m benchmarks.audit [--entries 1000000] [--rounds 20]

The trail has real seals and a head every ten thousandth entry, on an SQLite file, or on the empty
PostgreSQL database at BENCHMARK_URL. Verifying runs in a process of its own, and beside it, in
another one, what can not be left out: reading the same rows and a bare SHA-256 of each. For both:
the seconds, the peak of memory, and the ratios. Then each page of `/imi-audit`, of an authority to
which a tenth of the trail belongs, beside the plain query for the same rows.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, Row, insert, text, update

from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit import rules, signing
from core.audit.rows import checkpoints, entries
from core.audit.rules import COMMAND_LINE, Act, Actor, AuditEntry, AuditEvent
from core.audit.signing import ChainEnd
from core.audit.verification import verify
from core.audit_log import service
from core.audit_log.service import AuditLogQuery
from core.authorities.rules import NewAuthority
from core.catalogue.load import load, shipped
from core.contacts import email_of
from core.policy import Policy
from core.role_keys import ADMINISTRATOR
from core.rulebook import Rulebook
from core.schema.audit import audit_chain_tip, audit_entries
from core.secret import Secret
from core.store import migration
from core.store.store import Operation, Store, open_store
from core.users.principals import Principal, principal_of
from core.users.rules import NewUser, RegistrationRequest

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))
KEY = Secret("benchmark")
BATCH = 10_000
PEOPLE = 40
ACTS = (Act.SIGNED_IN, Act.USER_EDITED, Act.ROLES_CHANGED, Act.PASSWORD_RESET)
# What is sought, and the same as plain SQL.
QUERIES = {
    "first page": (AuditLogQuery(), ""),
    "by person": (AuditLogQuery("Person07"), "AND (actor_id = 8 OR user_id = 8)"),
    "by act": (AuditLogQuery(act=Act.PASSWORD_RESET), "AND act = 'password_reset'"),
    "by act, none": (AuditLogQuery(act=Act.AUTHORITY_REMOVED), "AND act = 'authority_removed'"),
    "one day": (
        AuditLogQuery(since=date(2026, 3, 3), until=date(2026, 3, 3)),
        "AND at >= '2026-03-03' AND at < '2026-03-04'",
    ),
    "all of it": (
        AuditLogQuery("Person07", Act.PASSWORD_RESET, date(2026, 3, 3), date(2026, 3, 9)),
        (
            "AND (actor_id = 8 OR user_id = 8) AND act = 'password_reset'"
            " AND at >= '2026-03-03' AND at < '2026-03-10'"
        ),
    ),
}


def found(tx: Connection) -> Principal:
    """Make the tables, an authority and its people; return its administrator."""
    migration.upgrade(tx)
    wish = NewAuthority("Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ",))
    here = authority_registration.register(tx, wish, COMMAND_LINE, NOW)
    people = [_person(number) for number in range(PEOPLE)]
    anna, *_ = [
        registration.register(tx, RegistrationRequest(here.id, one, COMMAND_LINE), RULEBOOK, NOW)
        for one in people
    ]
    return principal_of(anna)


def _person(number: int) -> NewUser:
    name = f"person{number:02}"
    roles = frozenset({ADMINISTRATOR})
    return NewUser(
        "Ida", name.title(), "da", email_of(f"{name}@s.example"), None, f"{name}.x", roles
    )


def grow(tx: Connection, first: int, many: int) -> None:
    """Add so many entries with real seals, of which every tenth is the authority's."""
    number, previous = entries.lock_head(tx)
    made: list[dict[str, object]] = []
    for serial in range(first, first + many):
        at = NOW + timedelta(seconds=serial)
        audit_event = _happening(serial)
        salt = f"{serial:032x}"
        digest = rules.digest_of(audit_event.details, salt)
        number += 1
        entry_hash = rules.entry_hash_of(number, at, audit_event, digest=digest, previous=previous)
        made.append(
            entries.values_of(
                AuditEntry(number, at, audit_event, salt, digest, previous, entry_hash)
            )
        )
        previous = entry_hash
    tx.execute(insert(audit_entries), made)
    tx.execute(update(audit_chain_tip).values(entry_id=number, entry_hash=previous))
    last = checkpoints.newest(tx)
    assert not isinstance(last, int), last
    # A day each, so that each stays.
    day = NOW + timedelta(days=first // BATCH)
    signing.sign(tx, ChainEnd(number, previous, last), KEY, day)


def _happening(serial: int) -> AuditEvent:
    here = serial % 10 == 0
    user = 1 + serial // 10 % PEOPLE if here else 1000 + serial % 5000
    authority = 1 if here else 2 + serial % 500
    details = {"before": "Østergård", "after": "Holm", "module": "PQ", "number": serial}
    return AuditEvent(Actor.user(user), ACTS[serial // 10 % 4], authority, user, details)


def verified(tx: Connection) -> int:
    """Verify the trail as the command does."""
    verdict = verify(tx, [KEY], {}, lambda _taken, _newest: None, NOW)
    assert verdict.faults == 0, verdict
    return verdict.entries


def read_and_hashed(tx: Connection) -> int:
    """Read the same rows and hash each once, and nothing more."""
    number = last = 0
    while page := _plain_page(tx, last):
        for row in page:
            sha256(repr(tuple(row)).encode()).hexdigest()
        number, last = number + len(page), page[-1].id
    return number


def _plain_page(tx: Connection, last: int) -> list[Row[tuple[object, ...]]]:
    query = text("SELECT * FROM audit_entries WHERE id > :last ORDER BY id LIMIT 2000")
    return list(tx.execute(query, {"last": last}))


def plain(tx: Connection, condition: str) -> int:
    """Read a page with the plain query."""
    query = (
        f"SELECT * FROM audit_entries WHERE authority_id = 1 {condition}"  # noqa: S608 - ours
        f" ORDER BY at DESC, id DESC LIMIT {service.PAGE + 1}"
    )
    return len(tx.execute(text(query)).all())


MEASURED: dict[str, Operation[int]] = {"verify": verified, "baseline": read_and_hashed}


async def alone(what: str, url: str) -> None:
    """Do one thing in this process, and print the seconds and the peak of memory."""
    store = open_store(url)
    began = time.perf_counter()
    number = await store.read(MEASURED[what])
    took = time.perf_counter() - began
    await store.close()
    print(number, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measured(what: str, url: str) -> tuple[int, float, float]:
    """Have it done in a process of its own; return the audit_entries, the seconds and the MiB."""
    command = [sys.executable, "-m", "benchmarks.audit", "--only", what, "--url", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ours
    number, seconds, mib = said.split()
    return int(number), float(seconds), float(mib)


def compare(url: str) -> None:
    """Print verifying beside reading and hashing."""
    baseline, verifying = measured("baseline", url), measured("verify", url)
    for name, (number, seconds, mib) in (("baseline", baseline), ("verify", verifying)):
        print(f"{name:13} {number} entries {seconds:8.2f} s {mib:8.1f} MiB at the most")
    ratios = (verifying[1] / baseline[1], verifying[2] / baseline[2])
    print(f"{'ratio':13} {ratios[0]:.2f} in time, {ratios[1]:.2f} in memory")


async def turn_pages(store: Store, principal: Principal, rounds: int) -> None:
    """Print each page of the trail beside the plain query for it."""
    for name, (query, condition) in QUERIES.items():

        def page(tx: Connection, query: AuditLogQuery = query) -> int:
            return len(service.page_of(tx, principal, query).lines)

        def row(tx: Connection, condition: str = condition) -> int:
            return plain(tx, condition)

        ours, theirs = await _median(store, rounds, page), await _median(store, rounds, row)
        print(f"{name:13} page {ours:8.2f} ms   plain {theirs:8.2f} ms   ratio {ours / theirs:.2f}")


async def _median(store: Store, rounds: int, wish: Operation[int]) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        await store.read(wish)
        took.append(1000 * (time.perf_counter() - began))
    return median(took)


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=MEASURED)
    parser.add_argument("--url")
    wish = parser.parse_args()
    if wish.only:
        await alone(wish.only, wish.url)
        return
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("BENCHMARK_URL", f"sqlite:///{Path(folder) / 'imi.sqlite3'}")
        store = open_store(url)
        principal = await store.write(found)
        for first in range(0, wish.entries, BATCH):
            many = min(BATCH, wish.entries - first)
            await store.write(partial(grow, first=first, many=many))
        compare(url)
        await turn_pages(store, principal, wish.rounds)
        await store.close()


if __name__ == "__main__":
    asyncio.run(main())
