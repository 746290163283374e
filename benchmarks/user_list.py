"""Benchmark of the list of users, `/imi-users`, of an authority with 100,000 users.

The operation that reads a page, with the number of matches, is compared with plain SQL that returns
the same rows and the same number; both run in turn in the same database:

    python -m benchmarks.user_list [--users 100000] [--rounds 20] [--database postgres]

The details also give the time of the operation together with the list's view in Block Kit.
"""

import argparse
import asyncio
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

from benchmarks.alternation import medians_of, reading
from benchmarks.databases import new_database
from benchmarks.filled_authority import ADMINISTRATOR_KEY, NOW, RULEBOOK, fill
from benchmarks.report import Row, print_rows
from core.store.columns import Instant
from core.store.store import Operation, Store, open_store
from core.users import list_page
from core.users.list_order import UserOrder
from core.users.list_page import PAGE_SIZE, UserFilter, UserListPage, UserListQuery
from core.users.rows import with_authority
from handlers.request_context import RequestContext, context_of
from handlers.ui.view_context import ViewContext
from handlers.users.list_choices import ListChoices
from handlers.users.list_views import UserListState, list_view


@dataclass(frozen=True, slots=True)
class PlainQuery:
    """The same search in plain SQL."""

    condition: str = ""
    order: str = "sort_key, id"
    rank: str = "0"
    joined: str = ""


_RANK = """CASE WHEN blocked_at IS NOT NULL THEN 0 WHEN expires_at <= :now THEN 1
    WHEN passwords.id IS NULL OR temporary THEN 2 ELSE 3 END"""
_JOINED = "LEFT JOIN passwords ON passwords.id = users.password_id"
# The queries of the list, and the same in SQL.
QUERIES: dict[str, tuple[UserListQuery, PlainQuery]] = {
    "first page": (UserListQuery(), PlainQuery()),
    "newest first": (UserListQuery(order=UserOrder.NEWEST), PlainQuery(order="id DESC")),
    "most urgent first": (
        UserListQuery(order=UserOrder.URGENT),
        PlainQuery(order="rank, sort_key, id", rank=_RANK, joined=_JOINED),
    ),
    "search for many": (UserListQuery("holm"), PlainQuery("AND search_key LIKE '%holm%'")),
    "search for two words": (
        UserListQuery("anna lund"),
        PlainQuery("AND search_key LIKE '%anna%' AND search_key LIKE '%lund%'"),
    ),
    "search for one username": (
        UserListQuery("person.77"),
        PlainQuery("AND search_key LIKE '%person.77%'"),
    ),
    "search for nobody": (UserListQuery("zorro"), PlainQuery("AND search_key LIKE '%zorro%'")),
    "filter of new users": (
        UserListQuery(filter=UserFilter.NEW),
        PlainQuery("AND first_signed_in_at IS NULL"),
    ),
}
_PAGE = """
SELECT page.*, made_at, expires_at, temporary, module, role FROM (
    SELECT users.*, {rank} AS rank FROM users {joined}
    WHERE authority_id = 1 AND removed_at IS NULL {condition}
    ORDER BY {order_inside} LIMIT {most}
) page
LEFT JOIN passwords ON passwords.id = page.password_id
LEFT JOIN user_roles ON user_roles.user_id = page.id
ORDER BY {order_outside}
"""
_COUNT = "SELECT count(*) FROM users WHERE authority_id = 1 AND removed_at IS NULL {condition}"


def plain_page(query: PlainQuery) -> Operation[tuple[list[int], int]]:
    """Return an operation that reads in plain SQL the ids of the page and the number of matches."""
    columns = query.order.split(", ")
    page = text(
        _PAGE.format(
            rank=query.rank,
            joined=query.joined,
            condition=query.condition,
            order_inside=", ".join(_inside(column) for column in columns),
            most=PAGE_SIZE + 1,
            order_outside=", ".join(f"page.{column}" for column in columns),
        )
    )
    if query.joined:
        page = page.bindparams(bindparam("now", NOW, type_=Instant))
    count = text(_COUNT.format(condition=query.condition))

    def read(tx: Connection) -> tuple[list[int], int]:
        # A user has a row for each role.
        found = dict.fromkeys(row.id for row in tx.execute(page))
        return [*found][:PAGE_SIZE], tx.scalar(count) or 0

    return read


def _inside(column: str) -> str:
    return column if column == "rank" else f"users.{column}"


def our_page(context: RequestContext, query: UserListQuery) -> Operation[UserListPage]:
    """Return an operation that reads the page as the product does."""
    return lambda tx: list_page.page_of(tx, context.principal, query, NOW)


def our_view(context: RequestContext, query: UserListQuery) -> Operation[object]:
    """Return an operation that reads the page and builds the list's view."""

    def view_of(tx: Connection) -> object:
        page = list_page.page_of(tx, context.principal, query, NOW)
        view_context = ViewContext(NOW, context.time_zone, "", RULEBOOK.catalogue)
        shown = UserListState(context.authority, ListChoices(query), page)
        return list_view(shown, view_context, context.language)

    return view_of


async def _compare(store: Store, context: RequestContext, users: int, rounds: int) -> list[Row]:
    rows = []
    for name, (query, plain_query) in QUERIES.items():
        read_page, read_plainly = our_page(context, query), plain_page(plain_query)
        page, plain = await store.read(read_page), await store.read(read_plainly)
        assert ([user.id for user in page.users], page.total) == plain, (name, plain)
        operations = (read_page, read_plainly, our_view(context, query))
        ours, base, whole = await medians_of(rounds, *(reading(store, each) for each in operations))
        details = f"{ours:.1f} ms to {base:.1f} ms, with the view {whole:.1f} ms"
        work = f"/imi-users, {users:,} users, {name}, {page.total:,} found"
        rows.append(Row(work, "the plain SQL", ours / base, 5, 2, details))
    return rows


async def rows(users: int = 100_000, rounds: int = 20, database: str = "sqlite") -> list[Row]:
    """Return a row for each search of an authority with so many users."""
    async with new_database(database) as url:
        store = await open_store(url)
        try:
            await store.write(lambda tx: fill(tx, users))
            context = context_of(
                await store.read(lambda tx: with_authority.find_member(tx, ADMINISTRATOR_KEY))
            )
            return await _compare(store, context, users, rounds)
        finally:
            await store.close()


def main() -> None:
    """Parse the arguments, measure, and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    chosen = parser.parse_args()
    print_rows(asyncio.run(rows(chosen.users, chosen.rounds, chosen.database)))


if __name__ == "__main__":
    main()
