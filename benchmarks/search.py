"""Measures searching for authorities, compared with a LIKE scan of the same texts.

Both search the same authorities in the same run, on SQLite; `make bench` does so on
PostgreSQL too:

    python -m benchmarks.search [--authorities 12500] [--rounds 20]

Each query gives three figures: the median of the search, that of the scan, and their ratio. The
scan finds each word anywhere in title, description and place; it cannot rank or correct spelling.
"""

import argparse
import asyncio
import statistics
import time
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, and_, insert, or_, select

from benchmarks.databases import gather_statistics, new_database
from benchmarks.report import Row, print_rows
from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import NewAuthority
from core.authority_search import rows as search_index
from core.authority_search import service
from core.authority_search.rules import Lexicon
from core.authority_search.service import AuthorityQuery
from core.catalogue.load import load, shipped
from core.contacts import email_of
from core.policy import Policy
from core.role_keys import ADMINISTRATOR
from core.rulebook import Rulebook
from core.schema.authorities import authorities, not_removed
from core.store import migration
from core.store.store import Operation, Store, open_store
from core.users.principals import Principal, principal_of
from core.users.rules import NewUser, RegistrationRequest

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULEBOOK = Rulebook(Policy(), load(shipped(), "catalogue.toml"))
KINDS = ("Sundhedsstyrelse", "Arbejdstilsyn", "Kommune", "Ministerium", "Chamber", "Agency")
TOWNS = [f"{a}{b}" for a in ("Fjord", "Berg", "Sund", "Å", "Wald") for b in ("by", "haus", "ville")]
WORDS = ("food", "safety", "workers", "veterinary", "services", "patients", "transport")
QUERIES = ("sundhedsstyrelse fjordby", "agency", "sundhedstyrelsen", "styrelse waldhaus", "zorro")


def fill(tx: Connection, count: int) -> Principal:
    """Insert that many authorities, and return a user of the first."""
    migration.upgrade(tx)
    new_authority = NewAuthority("Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ",))
    first = authority_registration.register(tx, new_authority, COMMAND_LINE, NOW)
    tx.execute(insert(authorities), [_row(number) for number in range(1, count)])
    search_index.index_missing(tx)
    address, roles = email_of("ida@sundhed.example"), frozenset({ADMINISTRATOR})
    person = NewUser("Ida", "Holm", "da", address, None, "iholm", roles)
    return principal_of(
        registration.register(
            tx, RegistrationRequest(first.id, person, COMMAND_LINE), RULEBOOK, NOW
        )
    )


def _row(number: int) -> dict[str, object]:
    kind, town = KINDS[number % len(KINDS)], TOWNS[number % len(TOWNS)]
    name = f"{kind} {town} {number}"
    return {
        "official_name": name,
        "name_key": name.casefold(),
        "informal_title": f"{town} {kind}",
        "description": " ".join(WORDS[number * step % len(WORDS)] for step in range(40)),
        "email": f"post{number}@authority.example",
        "place": town,
        "country": ("DK", "DE", "FR", "PL")[number % 4],
        "access_manager": False,
        "registered_at": NOW,
    }


def scan(tx: Connection, text: str) -> list[int]:
    """Return the ids of the authorities whose texts have each word, by a full scan."""
    table = authorities
    columns = (table.c.informal_title, table.c.official_name, table.c.description, table.c.place)
    each = (
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in text.split()
    )
    query = select(table.c.id).where(not_removed, and_(*each)).order_by(table.c.informal_title)
    return list(tx.scalars(query.limit(10)))


async def _median(store: Store, rounds: int, operation: Operation[object]) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        await store.read(operation)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


async def _compare(store: Store, principal: Principal, rounds: int) -> list[Row]:
    lexicon, found = Lexicon.of(RULEBOOK.catalogue), []
    for text in QUERIES:
        find = partial(
            service.search, principal=principal, query=AuthorityQuery(text), lexicon=lexicon
        )
        searched = await _median(store, rounds, find)
        scanned = await _median(store, rounds, partial(scan, text=text))
        details = f"{searched:.2f} ms to {scanned:.2f} ms"
        work = f"/imi-findauthority {text}"
        found.append(Row(work, "a LIKE scan", searched / scanned, 5, 2, details))
    return found


async def rows(authorities: int = 12_500, rounds: int = 20, database: str = "sqlite") -> list[Row]:
    """Return a row for each query among so many authorities."""
    async with new_database(database) as url:
        store = await open_store(url)
        try:
            principal = await store.write(lambda tx: fill(tx, authorities))
            await store.write(gather_statistics)
            return await _compare(store, principal, rounds)
        finally:
            await store.close()


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authorities", type=int, default=12_500)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    print_rows(asyncio.run(rows(options.authorities, options.rounds)))


if __name__ == "__main__":
    main()
