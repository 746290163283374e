"""Tests of `imi-bot reminders`, run as a command against a real database."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.cli.reminders import line_of
from core.passwords import service as passwords
from core.passwords.service import PasswordChoice
from core.policy import Policy
from core.reminders.rules import PlannedReminder
from core.reminders.service import UpcomingReminder
from core.schema.users import users as users_table
from core.store.store import open_store
from tests.bot.cli.shell import REGISTER, Shell
from tests.handlers.sample_values import IDA
from tests.times import NOON


@pytest.fixture
def registered(shell: Shell, database: str) -> Shell:
    """Anna is registered, and her password expires today."""
    shell.type("init")
    shell.type(*REGISTER)

    async def choose() -> None:
        store = await open_store(database)
        chosen_at = datetime.now(UTC) - timedelta(days=365)

        def choose_long_ago(tx: Connection) -> None:
            anna = tx.scalars(select(users_table.c.id)).one()
            policy = Policy(password_months=12)
            passwords.choose(tx, PasswordChoice(anna, "own", replaces_id=None), policy, chosen_at)

        await store.write(choose_long_ago)
        await store.close()

    asyncio.run(choose())
    return shell


def test_a_dry_run_lists_and_queues_nothing(registered: Shell) -> None:  # D6
    for _ in range(2):
        result = registered.type("reminders", "--dry-run", "--days", "7")

        lines = result.output.splitlines()
        assert result.exit_code == 0
        assert [line.split("  ")[1:] for line in lines[:-1]] == [
            ["Anna Holm", about, "e-mail"]
            for about in ("14 days before", "7 days before", "1 day before", "expiry")
        ]
        assert lines[-1].startswith("4 until ")


@pytest.mark.parametrize(("days", "about"), [(30, "30 days before"), (1, "1 day before")])
def test_a_set_number_of_days_is_named(days: int, about: str) -> None:  # D6
    due = PlannedReminder(1, 2, days, NOON)

    line = line_of(UpcomingReminder(due, replace(IDA, member=None)))

    assert line.split("  ")[1:] == ["Ida Møller", about, "e-mail"]


def test_without_dry_run_due_reminders_are_queued_once(registered: Shell) -> None:  # D6
    first, second = registered.type("reminders"), registered.type("reminders")

    assert "Settled as due now: 4." in first.output or "Settled as due now: 3." in first.output
    assert "Settled as due now: 0." in second.output


def test_an_empty_list_of_reminders_is_reported(shell: Shell) -> None:
    shell.type("init")

    result = shell.type("reminders", "--dry-run", "--days", "30")

    assert result.output.startswith("0 until ")


def test_a_database_that_is_not_ready_is_named(shell: Shell) -> None:
    result = shell.type("reminders", "--dry-run")

    assert result.exit_code == 1
    assert "imi-bot init" in result.output
