"""How long finding an authority takes, beside a scan of the same texts with LIKE.

Both search the same authorities on an SQLite file, or on the empty PostgreSQL database at
BENCHMARK_URL,
in the same run:

    python -m benchmarks.search [--authorities 12500] [--rounds 20]

For each query three figures: the median of the search, that of the scan, and their ratio. The scan
looks for each word anywhere in title, description and place, cannot rank, and forgives nothing.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, and_, insert, or_, select

from core.accounts import registration
from core.administration import registration as authority_registration
from core.audit.rules import COMMAND_LINE
from core.authorities.rules import NewAuthority
from core.authority_search import rows, service
from core.authority_search.rules import Lexicon
from core.authority_search.service import AuthorityQuery
from core.catalogue.load import load, shipped
from core.contacts import email_of
from core.policy import Policy
from core.role_keys import ADMINISTRATOR
from core.rulebook import Rulebook
from core.schema.authorities import authorities
from core.schema.users import here
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


def fill(tx: Connection, many: int) -> Principal:
    """Write so many authorities, and return a user of the first."""
    migration.upgrade(tx)
    wish = NewAuthority("Sundhed", "Sundhed", "post@sundhed.example", "DK", ("PQ",))
    first = authority_registration.register(tx, wish, COMMAND_LINE, NOW)
    tx.execute(insert(authorities), [_row(number) for number in range(1, many)])
    rows.index_missing(tx)
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
    """Return what has each word somewhere, by looking at every text."""
    table = authorities
    columns = (table.c.informal_title, table.c.official_name, table.c.description, table.c.place)
    each = (
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in text.split()
    )
    query = select(table.c.id).where(here, and_(*each)).order_by(table.c.informal_title)
    return list(tx.scalars(query.limit(10)))


async def _median(store: Store, rounds: int, wish: Operation[object]) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        await store.read(wish)
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


async def _compare(store: Store, principal: Principal, rounds: int) -> None:
    lexicon = Lexicon.of(RULEBOOK.catalogue)
    for text in QUERIES:
        find = partial(
            service.search, principal=principal, wish=AuthorityQuery(text), lexicon=lexicon
        )
        found = await _median(store, rounds, find)
        scanned = await _median(store, rounds, partial(scan, text=text))
        ratio = found / scanned
        print(f"{text:28} search {found:6.2f} ms   scan {scanned:6.2f} ms   ratio {ratio:.2f}")


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authorities", type=int, default=12_500)
    parser.add_argument("--rounds", type=int, default=20)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("BENCHMARK_URL", f"sqlite:///{Path(folder) / 'imi.sqlite3'}")
        store = open_store(url)
        try:
            principal = await store.write(lambda tx: fill(tx, wish.authorities))
            await _compare(store, principal, wish.rounds)
        finally:
            await store.close()


if __name__ == "__main__":
    asyncio.run(main())
