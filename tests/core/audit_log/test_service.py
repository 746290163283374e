"""Tests of pages and exports of an authority's audit trail, on SQLite and PostgreSQL (D22)."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from core.audit import service as audit
from core.audit.rows import entries
from core.audit.rules import ANONYMOUS, SYSTEM, Act, Actor
from core.audit_log import service
from core.audit_log.service import PAGE_SIZE, AuditLogLine, AuditLogPage, AuditLogQuery
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
            lambda tx: service.find_page(tx, self.anna, query or AuditLogQuery(), **where)
        )

    async def export(self, query: AuditLogQuery | None = None) -> list[AuditLogLine]:
        end = await self.store.write(lambda tx: service.begin_export(tx, self.anna, NOON))
        taken: list[AuditLogLine] = []
        while True:
            last = taken[-1].entry.id if taken else 0
            chunk = await self.store.read(
                lambda tx, last=last: service.next_chunk(  # type: ignore[misc] # mypy infers no type for a default
                    tx, self.anna, query or AuditLogQuery(), end=end, after=last
                )
            )
            taken += chunk.lines
            if not chunk.has_more:
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
    def register_people(tx: Connection) -> Office:
        own, other = an_authority(tx), an_authority(tx)
        anna = an_administrator(tx, own, rulebook)
        bo = a_user(tx, own, rulebook, first_name="Bo", last_name="Østergård")
        return Office(store, anna, bo, a_user(tx, other, rulebook, first_name="Stranger"))

    return await store.write(register_people)


async def test_the_newest_entries_come_first(office: Office) -> None:
    page = await office.page()

    numbers = [line.entry.id for line in page.lines]
    assert numbers == sorted(numbers, reverse=True)
    assert (page.has_newer, page.has_older) == (False, False)


async def test_an_act_without_signing_in_is_found_by_the_name_of_the_user_it_is_about(
    office: Office,
) -> None:
    await office.store.write(
        lambda tx: resets.request_reset_by_username(tx, office.bo.username, Policy(), NOON)
    )

    (line,) = (await office.page(AuditLogQuery("oestergaard", act="reset_requested"))).lines

    assert line.entry.audit_event.actor == ANONYMOUS
    assert (line.by, line.about) == (None, office.bo)


async def test_entries_of_another_authority_are_not_shown(office: Office) -> None:  # D22
    lines = (await office.page()).lines + tuple(await office.export())

    assert {line.entry.audit_event.authority_id for line in lines} == {office.anna.authority_id}
    assert (await office.page(AuditLogQuery("Stranger"))).lines == ()


async def test_a_user_who_is_no_administrator_is_refused(office: Office) -> None:
    bo = principal_of(office.bo)

    with pytest.raises(NotAdministratorError):
        await office.store.read(lambda tx: service.find_page(tx, bo, AuditLogQuery()))
    with pytest.raises(NotAdministratorError):
        await office.store.write(lambda tx: service.begin_export(tx, bo, NOON))
    with pytest.raises(NotAdministratorError):
        await office.store.read(
            lambda tx: service.next_chunk(tx, bo, AuditLogQuery(), end=9, after=0)
        )


async def test_paging_back_gives_the_same_pages(office: Office) -> None:
    for day in range(PAGE_SIZE * 2):
        await office.record(day)

    first = await office.page()
    second = await office.page(before=first.lines[-1].entry.id)
    third = await office.page(before=second.lines[-1].entry.id)
    back = await office.page(after=second.lines[0].entry.id)

    assert (first.has_newer, first.has_older) == (False, True)
    assert (second.has_newer, second.has_older) == (True, True)
    assert (third.has_newer, third.has_older) == (True, False)
    assert back.lines == first.lines
    assert (back.has_newer, back.has_older) == (False, True)


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
async def test_the_filters_apply_to_pages_and_exports(
    office: Office, query: AuditLogQuery, days: list[int]
) -> None:
    for day in (1, 2, 4):
        await office.record(day)
    await office.record(3, Act.LEAVER_KEPT)

    lines = (await office.page(query)).lines

    assert sorted((line.entry.at - NOON).days for line in lines) == days
    exported = [(line.entry.at - NOON).days for line in await office.export(query)]
    assert exported == days


async def test_entries_are_sorted_by_time_not_by_id(office: Office) -> None:
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


async def test_the_page_before_an_unknown_entry_is_empty(office: Office) -> None:
    assert (await office.page(before=10**6)).lines == ()


async def test_a_line_has_the_user_who_acted_and_the_user_it_is_about(office: Office) -> None:
    await office.record(1, by=office.anna.user_id)

    (line,) = (await office.page(AuditLogQuery(act="sent_again"))).lines

    assert line.by is not None
    assert line.about is not None
    assert (line.by.id, line.about.id) == (office.anna.user_id, office.bo.id)


async def test_an_export_is_recorded(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:  # D22
    monkeypatch.setattr(service, "CHUNK_SIZE", 2)
    taken = await office.export()

    assert len({line.entry.id for line in taken}) == len(taken) > 2
    newest = await office.store.read(lambda tx: list(entries.since(tx))[-1])
    assert newest.audit_event.act == Act.TRAIL_EXPORTED
    assert newest.audit_event.actor.user_id == office.anna.user_id


async def test_a_full_last_chunk_is_known_to_be_the_last(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in range(2):
        await office.record(days, Act.SENT_AGAIN)
    query = AuditLogQuery(act=Act.SENT_AGAIN)
    monkeypatch.setattr(service, "CHUNK_SIZE", 2)

    chunk = await office.store.read(
        lambda tx: service.next_chunk(tx, office.anna, query, end=10_000, after=0)
    )

    assert (len(chunk.lines), chunk.has_more) == (2, False)
