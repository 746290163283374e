"""A prepared statement does what SQLAlchemy does with the same statement, on both databases."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, StatementError

from core.store.columns import Instant
from core.store.prepared import Prepared
from core.store.sqlite import SqliteStore
from core.store.store import Store
from core.store.upsert import insert_or_nothing
from tests.statements import count_statements

things = Table(
    "prepared_things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, unique=True),
    Column("at", Instant),
    Column("details", JSON),
    Column("is_good", Boolean),
)
ADD = Prepared(insert(things).returning(things.c.id, things.c.name))
ALL = Prepared(select(things).order_by(things.c.id))
COUNT = Prepared(select(func.count().label("number")).select_from(things))
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def thing(name: str, **values: object) -> dict[str, Any]:
    return {"name": name, "at": NOW, "details": {}, "is_good": True, **values}


@pytest.fixture
async def with_things(store: Store) -> AsyncIterator[Store]:
    await store.write(things.create)
    yield store
    await store.write(things.drop)


VALUES = st.fixed_dictionaries(
    {
        "name": st.text(st.characters(exclude_characters="\x00", codec="utf-8")) | st.none(),
        "at": st.none()
        | st.datetimes(
            datetime(1970, 1, 2),  # noqa: DTZ001 - the zone follows
            datetime(2200, 1, 1),  # noqa: DTZ001
            timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
        ),
        "details": st.dictionaries(st.sampled_from(["a", "ø"]), st.integers(-9, 9) | st.none()),
        "is_good": st.booleans() | st.none(),
    }
)


@given(values=VALUES)
@settings(max_examples=60)
async def test_values_go_in_and_come_out_as_with_sqlalchemy(
    with_things: Store, values: dict[str, Any]
) -> None:
    def compare(tx: Connection) -> None:
        tx.execute(things.delete())
        ADD.run(tx, values)
        tx.execute(insert(things), {**values, "name": None})
        (own, theirs), expected = ALL.rows(tx, {}), tx.execute(select(things)).all()
        assert sorted(map(repr, map(tuple, (own, theirs)))) == sorted(
            map(repr, map(tuple, expected))
        )
        assert (own.at, own.details, own.is_good) == (theirs.at, theirs.details, theirs.is_good)
        assert own.name == values["name"]

    await with_things.write(compare)


async def test_many_rows_are_one_statement_and_all_come_back(with_things: Store) -> None:
    with count_statements(with_things) as statements:
        added = await with_things.write(
            lambda tx: ADD.rows(tx, [thing("b"), thing("a"), thing("c")])
        )

    assert [row.name for row in added] == ["b", "a", "c"]
    assert len(statements) == 1
    stored = await with_things.read(lambda tx: ALL.rows(tx, {}))
    assert {row.id: row.name for row in stored} == {row.id: row.name for row in added}


async def test_of_two_columns_with_one_name_the_first_is_meant(with_things: Store) -> None:
    other = things.alias()
    pairs = Prepared(
        select(*things.c, *other.c)
        .join_from(things, other, things.c.id < other.c.id)
        .where(things.c.name == bindparam("first"))
    )

    def read(tx: Connection) -> None:
        ADD.run(tx, [thing("a"), thing("b")])
        row = pairs.row(tx, {"first": "a"})
        assert row is not None
        assert (row.name, tuple(row)[1], tuple(row)[6]) == ("a", "a", "b")
        assert pairs.row(tx, {"first": "b"}) is None

    await with_things.write(read)


async def test_several_rows_are_not_taken_for_one(with_things: Store) -> None:
    def read(tx: Connection) -> None:
        ADD.run(tx, [thing("a"), thing("b")])
        ALL.row(tx, {})

    with pytest.raises(MultipleResultsFound):
        await with_things.write(read)


async def test_a_taken_value_is_an_error_of_sqlalchemy_without_the_value(
    with_things: Store,
) -> None:
    await with_things.write(lambda tx: ADD.run(tx, thing("unquoted")))

    with pytest.raises(IntegrityError) as refused:
        await with_things.write(lambda tx: ADD.run(tx, [thing("other"), thing("unquoted")]))

    assert "unquoted" not in str(refused.value)
    assert (await with_things.read(lambda tx: COUNT.only_row(tx, {}))).number == 1


async def test_an_insert_or_nothing_returns_nothing_for_a_taken_value(with_things: Store) -> None:
    add = insert_or_nothing(things, things.c.id)

    first = await with_things.write(lambda tx: add.row(tx, thing("a")))
    second = await with_things.write(lambda tx: add.row(tx, thing("a")))

    assert first is not None
    assert second is None


async def test_values_of_the_statement_itself_are_kept(with_things: Store) -> None:
    rename = Prepared(
        update(things)
        .where(things.c.name == bindparam("old"), things.c.is_good.is_(True))
        .values(name=bindparam("new"), details={"renamed": True}, at=None)
    )

    def write(tx: Connection) -> None:
        ADD.run(tx, [thing("a"), thing("b", is_good=False)])
        rename.run(tx, [{"old": "a", "new": "x"}, {"old": "b", "new": "y"}])
        assert [(row.name, row.details, row.at) for row in ALL.rows(tx, {})] == [
            ("x", {"renamed": True}, None),
            ("b", {}, NOW),
        ]

    await with_things.write(write)


@pytest.mark.parametrize("wrong", [{**thing("a"), "more": 1}, {"name": "a"}])
async def test_other_parameters_than_the_first_time_are_refused(
    with_things: Store, wrong: dict[str, object]
) -> None:
    if not isinstance(with_things, SqliteStore):
        pytest.skip("SQLAlchemy compiles the statement for the parameters, on PostgreSQL.")
    add = Prepared(insert(things))
    await with_things.write(lambda tx: add.run(tx, thing("b")))

    with pytest.raises(TypeError, match="parameters"):
        await with_things.write(lambda tx: add.run(tx, wrong))


async def test_a_parameter_that_is_missing_the_first_time_is_refused(with_things: Store) -> None:
    named = Prepared(select(things).where(things.c.name == bindparam("wanted")))

    with pytest.raises((TypeError, StatementError), match=r"parameters|wanted"):
        await with_things.read(lambda tx: named.rows(tx, {}))


async def test_a_statement_whose_text_changes_is_refused(with_things: Store) -> None:
    if not isinstance(with_things, SqliteStore):
        pytest.skip("SQLAlchemy runs it, on PostgreSQL.")
    among = Prepared(select(things).where(things.c.id.in_(bindparam("ids", expanding=True))))

    with pytest.raises(TypeError, match="anew"):
        await with_things.read(lambda tx: among.rows(tx, {"ids": [1, 2]}))


async def test_all_of_a_read_is_of_one_moment(with_things: Store) -> None:
    """The first statement of a read begins its transaction."""
    if not isinstance(with_things, SqliteStore):
        pytest.skip("PostgreSQL's reads are of one moment for each statement.")
    began, written = threading.Event(), threading.Event()

    def read(tx: Connection) -> tuple[int, int]:
        before = COUNT.only_row(tx, {}).number
        began.set()
        assert written.wait(10)
        return before, COUNT.only_row(tx, {}).number

    async def write() -> None:
        assert await asyncio.to_thread(began.wait, 10)
        await with_things.write(lambda tx: ADD.run(tx, thing("a")))
        written.set()

    counted, _ = await asyncio.gather(with_things.read(read), write())

    assert counted == (0, 0)
