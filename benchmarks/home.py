"""Benchmark of the Home tab of an administrator, of an authority with 1,000 users.

The operations that read the administrator and what the tab shows are compared with plain SQL that
returns the same rows; both run in turn in the same database:

    python -m benchmarks.home [--users 1000] [--rounds 50] [--database postgres]

The details also give the time of the operations together with the tab's view in Block Kit.
"""

import argparse
import asyncio

from sqlalchemy import Connection, bindparam, text

from benchmarks.alternation import medians_of
from benchmarks.databases import new_database
from benchmarks.filled_authority import ADMINISTRATOR_KEY, NOW, RULEBOOK, fill
from benchmarks.plain_home import PLAIN, UNUSED_SINCE
from benchmarks.report import Row, print_rows
from core.home.attention import HomeRequest
from core.home.service import Overview, overview_for
from core.store.columns import Instant
from core.store.store import Store, open_store
from core.users.rows import with_authority
from handlers.home.views import administrator_view
from handlers.request_context import RequestContext, context_of
from handlers.ui.view_context import ViewContext


async def read_home(store: Store) -> tuple[RequestContext, Overview]:
    """Read the administrator and what their tab shows, in two operations as the product does."""
    found = await store.read(lambda tx: with_authority.find_member(tx, ADMINISTRATOR_KEY))
    context = context_of(found)
    overview = await store.read(
        lambda tx: overview_for(tx, HomeRequest(context.user, context.authority, NOW), RULEBOOK)
    )
    return context, overview


async def read_and_show_home(store: Store) -> object:
    """Read the same, and build the tab's view."""
    context, overview = await read_home(store)
    view_context = ViewContext(NOW, context.time_zone, "", RULEBOOK.catalogue)
    return administrator_view(overview, view_context, RULEBOOK.policy)


def read_plainly(tx: Connection) -> dict[str, list[int]]:
    """Read the same in plain SQL; return the different first columns of each statement's rows."""
    found = {name: tx.execute(each, _VALUES).all() for name, each in _STATEMENTS.items()}
    return {name: [*dict.fromkeys(row[0] for row in each)] for name, each in found.items()}


_VALUES = {"now": NOW, "unused_since": UNUSED_SINCE}
_STATEMENTS = {
    name: text(statement).bindparams(
        *(bindparam(each, type_=Instant) for each in _VALUES if f":{each}" in statement)
    )
    for name, statement in PLAIN.items()
}


async def _check(store: Store) -> None:
    """Check that the plain SQL reads as many rows as the tab shows, and the same newest users."""
    (context, overview), plain = await read_home(store), await store.read(read_plainly)
    attention = overview.attention
    assert plain["member"] == [context.user.id]
    assert plain["newest"] == [user.id for user in overview.newest]
    # The tab shows a user once, so that it leaves out some and shows others.
    for name in (
        "failed_deliveries",
        "requests",
        "locked_out",
        "never_signed_in",
        "username_unknown",
    ):
        shown = getattr(attention, name).items
        assert len(shown) <= len(plain[name]), (name, shown, plain[name])


async def rows(users: int = 1000, rounds: int = 50, database: str = "sqlite") -> list[Row]:
    """Return a row for the tab of an authority with so many users."""
    async with new_database(database) as url:
        store = await open_store(url)
        try:
            await store.write(lambda tx: fill(tx, users))
            await _check(store)
            ours, base, whole = await medians_of(
                rounds,
                lambda: read_home(store),
                lambda: store.read(read_plainly),
                lambda: read_and_show_home(store),
            )
        finally:
            await store.close()
    details = f"{ours:.1f} ms to {base:.1f} ms, with the view {whole:.1f} ms"
    return [Row(f"Home opened, {users:,} users", "the plain SQL", ours / base, 5, 2, details)]


def main() -> None:
    """Parse the arguments, measure, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    chosen = parser.parse_args()
    print_rows(asyncio.run(rows(chosen.users, chosen.rounds, chosen.database)))


if __name__ == "__main__":
    main()
