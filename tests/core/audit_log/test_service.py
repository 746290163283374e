"""Reading the trail of one's own authority, on both databases (D22)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from core.audit import service as audit
from core.audit.rows import entries
from core.audit.rules import STRANGER, SYSTEM, Act, Actor
from core.audit_log import service
from core.audit_log.service import PAGE, AuditLogLine, AuditLogPage, AuditLogQuery
from core.errors import NotAdministratorError
from core.policy import Policy
from core.resets import service as resets
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal, principal_of
from core.users.rules import User
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON


@dataclass(frozen=True, slots=True)
class Office:
    """Two authorities, each with an administrator and a user."""

    store: Store
    anna: Principal
    bo: User
    stranger: User

    async def page(self, query: AuditLogQuery | None = None, **where: int) -> AuditLogPage:
        return await self.store.read(
            lambda tx: service.page_of(tx, self.anna, query or AuditLogQuery(), **where)
        )

    async def export(self, query: AuditLogQuery | None = None) -> list[AuditLogLine]:
        end = await self.store.write(lambda tx: service.begin_export(tx, self.anna, NOON))
        taken: list[AuditLogLine] = []
        while True:
            last = taken[-1].entry.id if taken else 0
            piece = await self.store.read(
                lambda tx, last=last: service.piece_of(  # type: ignore[misc] # a wish of its own
                    tx, self.anna, query or AuditLogQuery(), end=end, after=last
                )
            )
            taken += piece.lines
            if not piece.is_more:
                return taken

    async def record(self, days: int, act: Act = Act.SENT_AGAIN, *, by: int | None = None) -> None:
        actor = SYSTEM if by is None else Actor.user(by)
        audit_event = audit.event_about(
            actor, act, authority_id=self.anna.authority_id, user_id=self.bo.id, kind="x"
        )
        await self.store.write(
            lambda tx: audit.record(tx, audit_event, NOON + timedelta(days=days))
        )


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def wish(tx: Connection) -> Office:
        here, there = an_authority(tx), an_authority(tx)
        anna = an_administrator(tx, here, rulebook)
        bo = a_user(tx, here, rulebook, first_name="Bo", last_name="Østergård")
        return Office(store, anna, bo, a_user(tx, there, rulebook, first_name="Stranger"))

    return await store.write(wish)


async def test_the_newest_comes_first(office: Office) -> None:
    page = await office.page()

    numbers = [line.entry.id for line in page.lines]
    assert numbers == sorted(numbers, reverse=True)
    assert (page.newer, page.older) == (False, False)


async def test_what_a_stranger_did_in_a_users_name_is_found_by_that_name(office: Office) -> None:
    await office.store.write(
        lambda tx: resets.request_reset_by_username(tx, office.bo.username, Policy(), NOON)
    )

    (line,) = (await office.page(AuditLogQuery("oestergaard", act="reset_requested"))).lines

    assert line.entry.audit_event.actor == STRANGER
    assert (line.by, line.about) == (None, office.bo)


async def test_nothing_of_another_authority_is_read(office: Office) -> None:  # D22
    lines = (await office.page()).lines + tuple(await office.export())

    assert {line.entry.audit_event.authority_id for line in lines} == {office.anna.authority_id}
    assert (await office.page(AuditLogQuery("Stranger"))).lines == ()


async def test_who_administers_nothing_reads_nothing(office: Office) -> None:
    bo = principal_of(office.bo)

    with pytest.raises(NotAdministratorError):
        await office.store.read(lambda tx: service.page_of(tx, bo, AuditLogQuery()))
    with pytest.raises(NotAdministratorError):
        await office.store.write(lambda tx: service.begin_export(tx, bo, NOON))
    with pytest.raises(NotAdministratorError):
        await office.store.read(
            lambda tx: service.piece_of(tx, bo, AuditLogQuery(), end=9, after=0)
        )


async def test_pages_lead_there_and_back(office: Office) -> None:
    for day in range(PAGE * 2):
        await office.record(day)

    first = await office.page()
    second = await office.page(before=first.lines[-1].entry.id)
    third = await office.page(before=second.lines[-1].entry.id)
    back = await office.page(after=second.lines[0].entry.id)

    assert (first.newer, first.older) == (False, True)
    assert (second.newer, second.older) == (True, True)
    assert (third.newer, third.older) == (True, False)
    assert back.lines == first.lines
    assert (back.newer, back.older) == (False, True)


@pytest.mark.parametrize(
    ("query", "days"),
    [
        (AuditLogQuery(act="leaver_kept"), [3]),
        (AuditLogQuery(since=date(2026, 3, 4), act="sent_again"), [2, 4]),
        (AuditLogQuery(until=date(2026, 3, 4), act="sent_again"), [1, 2]),
        (AuditLogQuery(since=date(2026, 3, 4), until=date(2026, 3, 4), act="sent_again"), [2]),
        (AuditLogQuery("oestergaard", act="sent_again"), [1, 2, 4]),
        (AuditLogQuery("ØSTER bo", act="sent_again"), [1, 2, 4]),
        (AuditLogQuery("nobody"), []),
        (AuditLogQuery("%"), []),
    ],
)
async def test_what_is_sought_is_found(
    office: Office, query: AuditLogQuery, days: list[int]
) -> None:
    for day in (1, 2, 4):
        await office.record(day)
    await office.record(3, Act.LEAVER_KEPT)

    lines = (await office.page(query)).lines

    assert sorted((line.entry.at - NOON).days for line in lines) == days
    exported = [(line.entry.at - NOON).days for line in await office.export(query)]
    assert exported == days


async def test_what_was_written_late_stands_where_it_happened(office: Office) -> None:
    for day in (3, 1, 2):
        await office.record(day)
    query = AuditLogQuery(act="sent_again")
    first = await office.page(query)
    newest, middle, oldest = (line.entry.id for line in first.lines)

    assert [(line.entry.at - NOON).days for line in first.lines] == [3, 2, 1]
    older = await office.page(query, before=newest)
    assert [line.entry.id for line in older.lines] == [middle, oldest]
    newer = await office.page(query, after=oldest)
    assert [line.entry.id for line in newer.lines] == [newest, middle]


async def test_beside_an_entry_that_does_not_exist_there_is_nothing_older(office: Office) -> None:
    assert (await office.page(before=10**6)).lines == ()


async def test_people_are_named(office: Office) -> None:
    await office.record(1, by=office.anna.user_id)

    (line,) = (await office.page(AuditLogQuery(act="sent_again"))).lines

    assert line.by is not None
    assert line.about is not None
    assert (line.by.id, line.about.id) == (office.anna.user_id, office.bo.id)


async def test_taking_it_is_on_record(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:  # D22
    monkeypatch.setattr(service, "PIECE", 2)
    taken = await office.export()

    assert len({line.entry.id for line in taken}) == len(taken) > 2
    newest = await office.store.read(lambda tx: list(entries.since(tx))[-1])
    assert newest.audit_event.act == Act.TRAIL_EXPORTED
    assert newest.audit_event.actor.user_id == office.anna.user_id


def plan_of(tx: Connection, anna: Principal, query: AuditLogQuery) -> str:
    """Return how the database finds a page where the trail is long."""
    said: list[tuple[str, Any]] = []

    def listen(*call: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        said.append((call[2], call[3]))

    if tx.dialect.name == "postgresql":
        # So few rows it would rather read one by one.
        tx.execute(text("SET LOCAL enable_seqscan = off"))
        tx.execute(text("SET LOCAL enable_bitmapscan = off"))
    event.listen(tx, "before_cursor_execute", listen)
    service.page_of(tx, anna, query)
    event.remove(tx, "before_cursor_execute", listen)
    (found,) = [one for one in said if "FROM audit_entries" in one[0] and "LIMIT" in one[0]]
    how = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(str(row) for row in tx.exec_driver_sql(how + found[0], found[1]))


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (AuditLogQuery(), "ix_audit_entries_place"),
        (AuditLogQuery(since=date(2026, 3, 4)), "ix_audit_entries_place"),
        (AuditLogQuery(act="sent_again"), "ix_audit_entries_act"),
        (AuditLogQuery(act="sent_again", until=date(2026, 3, 4)), "ix_audit_entries_act"),
    ],
)
async def test_a_page_comes_from_an_index_in_its_order(
    office: Office, query: AuditLogQuery, index: str
) -> None:
    plan = await office.store.read(lambda tx: plan_of(tx, office.anna, query))

    assert index in plan
    assert "SORT" not in plan.upper()
    assert "ORDER BY" not in plan


async def test_where_the_last_piece_is_full_nothing_follows(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in range(2):
        await office.record(days, Act.SENT_AGAIN)
    query = AuditLogQuery(act=Act.SENT_AGAIN)
    monkeypatch.setattr(service, "PIECE", 2)

    piece = await office.store.read(
        lambda tx: service.piece_of(tx, office.anna, query, end=10_000, after=0)
    )

    assert (len(piece.lines), piece.is_more) == (2, False)
