"""Tests of users' reports of wrong details, on SQLite and PostgreSQL."""

import pytest
from sqlalchemy import Connection

from core.accounts import reports
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.deliveries.rows import deliveries
from core.deliveries.rules import DeliveryKind
from core.errors import NobodyToAskError, RequiredError, TextTooLongError
from core.rulebook import Rulebook
from core.store.store import Store
from core.users.principals import Principal, principal_of
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON


@pytest.fixture
async def bo(store: Store, rulebook: Rulebook) -> Principal:
    def set_up(tx: Connection) -> Principal:
        authority = an_authority(tx)
        for _ in range(2):
            an_administrator(tx, authority, rulebook)
        return principal_of(a_user(tx, authority, rulebook))

    return await store.write(set_up)


async def test_every_other_administrator_gets_the_report_and_the_trail_has_no_text(  # R59, D22
    store: Store, bo: Principal
) -> None:
    assert await store.write(lambda tx: reports.report(tx, bo, " My name ", NOON)) == 2

    entry = (await store.read(lambda tx: list(audit_rows.since(tx))))[-1]
    assert (entry.audit_event.act, entry.audit_event.details) == (Act.DETAIL_REPORTED, {})
    sent = await store.read(
        lambda tx: deliveries.about_event(tx, DeliveryKind.REPORT, bo.user_id, str(entry.id))
    )
    assert [one.details for one in sent] == [{"text": "My name"}] * 2


async def test_an_empty_or_too_long_report_is_refused(store: Store, bo: Principal) -> None:
    with pytest.raises(RequiredError):
        await store.write(lambda tx: reports.report(tx, bo, " \n", NOON))
    with pytest.raises(TextTooLongError) as refusal:
        await store.write(lambda tx: reports.report(tx, bo, "x" * 1001, NOON))
    assert refusal.value.most == 1000


async def test_an_only_administrator_cannot_report_a_wrong_detail(
    store: Store, rulebook: Rulebook
) -> None:
    alone = await store.write(lambda tx: an_administrator(tx, an_authority(tx), rulebook))

    with pytest.raises(NobodyToAskError):
        await store.write(lambda tx: reports.report(tx, alone, "x", NOON))
