"""Tests of checking and registering the rows of an import file, on SQLite and PostgreSQL."""

import asyncio
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Connection, func, select

from core.accounts import removal
from core.audit.rows import entries as audit_rows
from core.audit.rules import Act
from core.authorities.rules import Authority
from core.deliveries.rules import DeliveryKind
from core.errors import (
    BadCellError,
    CellProblem,
    FormError,
    InputError,
    NotAdministratorError,
    SurplusCellsError,
    UserGoneError,
)
from core.imports.rules import ImportReport, ImportRow, RowOutcome, RowStatus
from core.imports.service import BATCH, UserImport, in_batches
from core.languages.names import full_name
from core.rulebook import Rulebook
from core.schema.deliveries import deliveries as deliveries_table
from core.schema.users import users as users_table
from core.store.store import Store
from core.users.principals import Principal
from core.users.rows import roles, users
from core.users.rules import UserForm
from tests.factories import a_user, an_administrator, an_authority
from tests.times import NOON

IDA = UserForm("Ida", "Møller", "da", "ida@x.example", "33445566", "", ("PQ:BASIC",))
BO = UserForm("Bo", "Berg", "da", "bo@x.example", "", "")


def numbered(*rows: UserForm) -> tuple[ImportRow, ...]:
    return tuple(ImportRow(number, typed) for number, typed in enumerate(rows, 2))


@dataclass(frozen=True, slots=True)
class Office:
    """An authority whose administrator Anna imports users, and another authority."""

    store: Store
    rulebook: Rulebook
    authority: Authority
    anna: Principal
    other: Authority

    def user_import(self, by: Principal | None = None) -> UserImport:
        return UserImport(self.authority.id, by or self.anna, self.rulebook)

    async def check(self, *rows: UserForm) -> tuple[RowOutcome, ...]:
        operation = self.user_import().operation_for(numbered(*rows), None)
        return (await self.store.write(operation)).outcomes

    async def register(self, *rows: UserForm) -> tuple[RowOutcome, ...]:
        report, user_import = ImportReport(), self.user_import()
        for batch in in_batches(numbered(*rows)):
            report += await self.store.write(user_import.operation_for(batch, NOON))
        await self.store.write(lambda tx: user_import.record_and_notify(tx, report, NOON))
        return report.outcomes

    async def count(self) -> int:
        """Return the number of users besides Anna."""
        query = select(func.count()).select_from(users_table)
        return await self.store.read(lambda tx: tx.execute(query).scalar_one()) - 1

    async def queued(self) -> list[DeliveryKind]:
        query = select(deliveries_table.c.kind).order_by(deliveries_table.c.id)
        return await self.store.read(lambda tx: list(tx.scalars(query)))


@pytest.fixture
async def office(store: Store, rulebook: Rulebook) -> Office:
    def register_all(tx: Connection) -> tuple[Authority, Principal, Authority]:
        authority = an_authority(tx)
        return authority, an_administrator(tx, authority, rulebook), an_authority(tx)

    authority, anna, other = await store.write(register_all)
    return Office(store, rulebook, authority, anna, other)


def statuses(outcomes: tuple[RowOutcome, ...]) -> list[RowStatus]:
    return [outcome.status for outcome in outcomes]


def fields(outcome: RowOutcome) -> list[tuple[str, str]]:
    assert isinstance(outcome.refusal, FormError)
    return [(type(error).__name__, error.field) for error in outcome.refusal.errors]


async def test_a_check_reports_the_outcome_and_writes_nothing(office: Office) -> None:  # R41-R53
    found = await office.check(IDA, BO)

    assert [(outcome.status, outcome.username) for outcome in found] == [
        (RowStatus.CREATED, "imoeller"),
        (RowStatus.CREATED, "bberg"),
    ]
    assert await office.count() == 0


async def test_each_refused_row_names_its_faults(office: Office) -> None:  # R41-R46, R53, D13
    taken = office.other
    await office.store.write(
        lambda tx: a_user(tx, taken, office.rulebook, username="taken", in_bulk=True)
    )
    rows = (
        IDA,
        replace(BO, email="no address", language="xx"),
        replace(BO, username="taken"),
        replace(BO, roles=("SD:BASIC",)),
        replace(BO, roles=("nonsense",)),
        replace(IDA, first_name="Idun"),
        replace(BO, username="imoeller"),
        BO,
    )

    found = await office.check(*rows)

    assert statuses(found) == [RowStatus.CREATED, *[RowStatus.REFUSED] * 6, RowStatus.CREATED]
    assert fields(found[1]) == [("UnknownLanguageError", "language"), ("BadEmailError", "email")]
    assert fields(found[2]) == [("UsernameTakenError", "username")]
    assert fields(found[3]) == [("UnknownRoleError", "roles")]
    assert fields(found[4]) == [("UnknownRoleError", "roles")]
    assert fields(found[5]) == [("RepeatedError", "email")]
    assert fields(found[6]) == [("RepeatedError", "username")]


async def test_a_username_that_the_mails_would_expose_is_refused(
    office: Office,
) -> None:  # R55, D10
    found = await office.check(
        replace(IDA, email="imoeller@x.example"), replace(BO, username="berg")
    )

    assert statuses(found) == [RowStatus.CREATED, RowStatus.REFUSED]
    assert found[0].username == "imoeller2"
    assert fields(found[1]) == [("UsernameMailedError", "username")]


async def test_the_registration_has_the_outcome_of_the_check(office: Office) -> None:
    rows = (IDA, replace(IDA, email="ida2@x.example"), replace(BO, phone="12"), IDA, BO)
    expected = await office.check(*rows)

    done = await office.register(*rows)

    assert [outcome.username for outcome in done] == ["imoeller", "imoeller2", "", "", "bberg"]
    assert [outcome.username for outcome in expected] == [outcome.username for outcome in done]
    assert statuses(done) == [
        RowStatus.CREATED,
        RowStatus.CREATED,
        RowStatus.REFUSED,
        RowStatus.REFUSED,
        RowStatus.CREATED,
    ]
    assert statuses(done) == statuses(expected)
    assert fields(done[3]) == [("RepeatedError", "email")]
    assert await office.count() == 3


async def test_a_batch_that_is_run_again_registers_the_same_usernames(office: Office) -> None:
    """PostgreSQL runs a transaction again after a serialization failure."""
    user_import = office.user_import()
    rows = numbered(IDA, replace(IDA, email="ida2@x.example"), IDA)

    def run_twice(tx: Connection) -> ImportReport:
        with tx.begin_nested() as first:
            user_import.register(tx, rows, NOON)
            first.rollback()
        return user_import.register(tx, rows, NOON)

    done = (await office.store.write(run_twice)).outcomes

    assert [outcome.username for outcome in done] == ["imoeller", "imoeller2", ""]
    assert fields(done[2]) == [("RepeatedError", "email")]


async def test_importing_the_same_file_again_changes_nothing(office: Office) -> None:
    await office.register(IDA, BO)
    queued = await office.queued()

    assert statuses(await office.check(IDA, BO)) == [RowStatus.UNCHANGED] * 2
    assert statuses(await office.register(IDA, BO)) == [RowStatus.UNCHANGED] * 2
    assert await office.count() == 2
    assert await office.queued() == queued


async def test_concurrent_imports_of_the_same_rows_create_each_user_once(
    office: Office,
) -> None:  # R46
    rows = numbered(*(replace(BO, email=f"bo{n}@x.example") for n in range(BATCH)))
    operations = [office.user_import().operation_for(rows, NOON) for _ in range(2)]

    first, second = await asyncio.gather(
        *(office.store.write(operation) for operation in operations)
    )

    assert await office.count() == BATCH
    found = statuses((*first.outcomes, *second.outcomes))
    assert found.count(RowStatus.CREATED) == BATCH


async def test_an_address_of_another_authority_is_refused(office: Office) -> None:  # R46
    await office.store.write(
        lambda tx: a_user(tx, office.other, office.rulebook, username="far", in_bulk=True)
    )
    other = await office.store.read(lambda tx: users.find_by_username(tx, "far"))
    assert other is not None

    (row,) = await office.register(replace(BO, email=other.email))

    assert fields(row) == [("EmailTakenError", "email")]


async def test_an_import_queues_one_notice_per_recipient_and_a_password_per_user(
    office: Office,
) -> None:  # D19, C5
    before = len(await office.queued())

    await office.register(IDA, BO)

    queued = (await office.queued())[before:]
    assert queued == [
        *(DeliveryKind.TEMPORARY_PASSWORD, DeliveryKind.FIND_MEMBER),
        *(DeliveryKind.TEMPORARY_PASSWORD, DeliveryKind.FIND_MEMBER),
        DeliveryKind.NOTICE,
        DeliveryKind.IMPORTED,
    ]
    entries = await office.store.read(lambda tx: list(audit_rows.since(tx)))
    audit_event = entries[-1].audit_event
    assert (audit_event.act, audit_event.actor.user_id) == (Act.USERS_IMPORTED, office.anna.user_id)
    assert audit_event.details == {"created": 2, "unchanged": 0, "refused": 0}


async def test_without_a_team_channel_only_the_authoritys_address_is_notified(
    store: Store, rulebook: Rulebook
) -> None:
    without_team = await store.write(lambda tx: an_authority(tx, team_channel=None))
    user_import = UserImport(without_team.id, None, rulebook)

    report = await store.write(user_import.operation_for(numbered(BO), NOON))
    await store.write(lambda tx: user_import.record_and_notify(tx, report, NOON))

    kinds = await store.read(lambda tx: list(tx.scalars(select(deliveries_table.c.kind))))
    assert sorted(kinds) == [
        DeliveryKind.FIND_MEMBER,
        DeliveryKind.NOTICE,
        DeliveryKind.TEMPORARY_PASSWORD,
    ]


async def test_a_former_administrator_cannot_import(office: Office) -> None:  # R38
    def demote(tx: Connection) -> None:
        anna = users.find(tx, office.anna.user_id)
        assert anna is not None
        roles.revoke(tx, anna.id, anna.roles)

    await office.store.write(demote)

    for now in (None, NOON):
        with pytest.raises(NotAdministratorError):
            await office.store.write(office.user_import().operation_for(numbered(BO), now))
    assert await office.count() == 0


async def test_a_row_without_an_email_address_is_refused(office: Office) -> None:  # R44
    (row,) = await office.check(replace(BO, email=""))

    assert isinstance(row.refusal, FormError)
    assert isinstance(row.refusal.errors[0], InputError)
    assert fields(row) == [("RequiredError", "email")]


async def test_all_faults_of_a_row_are_found_at_once(office: Office) -> None:  # D33
    taken = await office.store.write(
        lambda tx: a_user(tx, office.other, office.rulebook, username="taken", in_bulk=True)
    )
    typed = replace(BO, first_name="", language="xx", email=taken.email, username="taken")
    rows = (
        ImportRow(2, IDA),
        ImportRow(3, replace(typed, roles=("SD:BASIC",), phone="12")),
        ImportRow(4, replace(IDA, username="x"), (SurplusCellsError(("PR:BASIC",)),)),
        ImportRow(5, replace(BO, phone=""), (BadCellError("phone", CellProblem.ERROR_VALUE),)),
    )

    for now in (None, NOON):
        operation = office.user_import().operation_for(rows, now)
        found = (await office.store.write(operation)).outcomes

        assert fields(found[1]) == [
            ("RequiredError", "first_name"),
            ("UnknownLanguageError", "language"),
            ("EmailTakenError", "email"),
            ("BadPhoneError", "phone"),
            ("UsernameTakenError", "username"),
            ("UnknownRoleError", "roles"),
        ]
        assert fields(found[3]) == [("BadCellError", "phone")]
        if now is None:
            assert fields(found[2]) == [
                ("RepeatedError", "email"),
                ("BadUsernameError", "username"),
                ("SurplusCellsError", "cells"),
            ]
    assert await office.count() == 2


async def test_the_outcome_has_the_name_as_it_is_registered(office: Office) -> None:  # D33
    typed = replace(IDA, first_name="  Ida ", last_name="Mo\u0308ller")

    (expected,) = await office.check(typed)
    (done,) = await office.register(typed)

    assert (expected.first_name, expected.last_name) == ("Ida", "Möller")
    assert (done.first_name, done.last_name) == ("Ida", "Möller")


async def register_known(office: Office, row: UserForm) -> RowOutcome:
    """Register the row, whose person was a user when the file was checked."""
    known = UserImport(office.authority.id, office.anna, office.rulebook, known=frozenset({2}))
    report = await office.store.write(known.operation_for(numbered(row), NOON))
    (outcome,) = report.outcomes
    return outcome


async def test_a_user_who_was_removed_after_the_check_is_not_registered_again(
    office: Office,
) -> None:  # D23, D14
    await office.register(IDA)
    by = await office.store.read(lambda tx: users.require(tx, office.anna.user_id))

    def remove(tx: Connection) -> None:
        found = users.find_by_email(tx, IDA.email)
        assert found is not None
        removal.remove(tx, office.anna, found.id, office.rulebook, NOON)

    assert (await register_known(office, IDA)).status == RowStatus.UNCHANGED
    await office.store.write(remove)

    outcome = await register_known(office, IDA)

    assert isinstance(outcome.refusal, UserGoneError)
    assert outcome.refusal.by == full_name(by, "en")


async def test_a_user_whose_address_changed_after_the_check_is_not_registered_again(
    office: Office,
) -> None:  # D23
    outcome = await register_known(office, BO)

    assert isinstance(outcome.refusal, UserGoneError)
    assert outcome.refusal.by == ""
    assert await office.count() == 0
