"""Tests that hostile strings in each field are refused, or are harmless where they are output."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, String, cast, literal, update

from bot.demo.demo import Demo, DemoOptions, running_demo
from core.schema import authorities
from core.store.store import open_store
from sandbox.interactions import client_validation
from tests import databases
from tests.bot.log_capture import log_to_memory
from tests.bot.portal.browser import Browser
from tests.handlers import output_checks
from tests.handlers.command_and_file_inputs import (
    PortalVisitor,
    import_file,
    type_after_every_command,
)
from tests.handlers.conftest import QUICK, all_usernames_sent
from tests.handlers.demo_actions import JONAS, register
from tests.handlers.drawn_views import all_modals
from tests.handlers.form_filling import TEXT_FIELDS, Typist, type_into_every_field
from tests.handlers.stored_state import has_waiting_deliveries
from tests.nasty import NASTY

if TYPE_CHECKING:
    import io
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from core.rulebook import Rulebook

# Authorities up to this id keep their names.
LASTING = 3

# Strings that PostgreSQL or its driver may treat differently from SQLite.
DIFFERING = {
    *("nul", "nul alone", "lone surrogates", "no characters", "sql", "any", "one", "escape"),
    *("star", "full text", "ten thousand words"),
}

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.sweep]


class LogRecorder(logging.Handler):
    """Records the log records of libraries."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Record it."""
        self.records.append(record)


@dataclass
class StringTest:
    """One product for all strings, its logs, and the fields that were filled so far."""

    demo: Demo
    logs: io.StringIO
    records: list[logging.LogRecord]
    postgres: bool
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    driven: set[tuple[str, str]] = field(default_factory=set)

    async def wait_until_delivered(self) -> None:
        """Wait until no delivery is waiting."""
        async with asyncio.timeout(20):
            while await self.demo.product.store.read(has_waiting_deliveries):  # noqa: ASYNC110 - nobody is told
                await asyncio.sleep(0.02)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of the database."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return databases.sqlite_copy(template, tmp_path_factory.mktemp("nasty"))
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def string_test(database: str) -> AsyncIterator[StringTest]:
    """The product with Jonas registered, and a Slack client that accepts any input."""
    postgres = database.startswith("postgresql")
    if postgres:
        store = await open_store(database)
        await store.write(databases.empty)
        await store.close()
    logs, recorder = log_to_memory(), LogRecorder(logging.WARNING)
    logging.getLogger().addHandler(recorder)
    with pytest.MonkeyPatch.context() as patch:
        # We must refuse what Slack's own client refuses, because there are other clients.
        patch.setattr(client_validation, "field_errors", lambda *_: {})
        patch.setenv("IMI_THROTTLE_PER_MINUTE", "10000")
        patch.setenv("IMI_THROTTLE_PER_HOUR", "10000")
        demo_options = DemoOptions(
            0, 0, socket_mode=False, database_url=database, hasher=QUICK, real_rate_limits=False
        )
        async with running_demo(demo_options) as demo:
            await demo.slack.until(lambda: all_usernames_sent(demo), 30)
            await register(demo, member=JONAS)
            await demo.slack.close("U0ANNA", clear=True)
            yield StringTest(demo, logs, recorder.records, postgres=postgres)
    logging.getLogger().removeHandler(recorder)


@pytest.fixture(params=NASTY)
def text(request: pytest.FixtureRequest, string_test: StringTest) -> str:
    """Each string; on PostgreSQL only those that databases may treat differently."""
    if string_test.postgres and request.param not in DIFFERING:
        pytest.skip("PostgreSQL takes it as SQLite does.")
    return NASTY[request.param]


def rename(tx: Connection) -> None:
    """Rename the authorities registered so far, because names are unique."""
    named = authorities.authorities.c
    unique = literal("kommune ") + cast(named.id, String)
    others = update(authorities.authorities).where(named.id > LASTING)
    tx.execute(others.values(official_name=unique, name_key=unique, informal_title=unique))


@asynccontextmanager
async def checked_typist(string_test: StringTest, text: str) -> AsyncIterator[Typist]:
    """Yield a typist for the string, then check all output."""
    slack = string_test.demo.slack
    calls, mails, lines = len(slack.calls), len(slack.mails), string_test.logs.tell()
    string_test.records.clear()
    typist = Typist(string_test.demo, text, string_test.numbers, string_test.driven)

    yield typist
    await string_test.wait_until_delivered()

    shown_text: list[Any] = [call.body for call in slack.calls[calls:]]
    shown_text += [answer.body for answer in typist.answers]
    assert list(output_checks.problems_in_slack(shown_text, text)) == []
    # A list may be closed before the results of its search arrive; nobody in Slack has the
    # address of an imported user.
    errors = {call.answer.get("error") for call in slack.calls[calls:]}
    assert errors <= {None, "not_found", "users_not_found"}
    assert [
        found for mail in slack.mails[mails:] for found in output_checks.problems_in_mail(mail)
    ] == []
    assert list(output_checks.problems_in_logs(string_test.logs.getvalue()[lines:], text)) == []
    assert [record.getMessage() for record in string_test.records] == []


async def test_a_hostile_string_in_a_field_is_refused_or_harmless(
    string_test: StringTest, text: str
) -> None:
    async with checked_typist(string_test, text) as typist:
        await string_test.demo.product.store.write(rename)

        await type_into_every_field(typist)


async def test_a_hostile_string_after_a_command_is_harmless(
    string_test: StringTest, text: str
) -> None:
    async with checked_typist(string_test, text) as typist:
        await type_after_every_command(typist)


async def test_a_hostile_string_in_a_file_is_refused_or_harmless(
    string_test: StringTest, text: str
) -> None:
    async with checked_typist(string_test, text) as typist:
        files = await import_file(typist)

    assert [found for file in files for found in output_checks.problems_in_spreadsheet(file)] == []


async def test_a_hostile_string_in_the_portal_is_harmless(
    string_test: StringTest, text: str
) -> None:
    async with (
        checked_typist(string_test, text),
        Browser(string_test.demo.settings.imi_public_url) as browser,
    ):
        assert await PortalVisitor(browser, text).type_everywhere() == []


async def test_every_text_field_of_every_modal_is_tested(
    string_test: StringTest, rulebook: Rulebook
) -> None:
    typist = Typist(string_test.demo, "Ida", string_test.numbers, string_test.driven)

    await type_into_every_field(typist)

    fields = {
        (view["callback_id"], block["element"]["action_id"])
        for view in all_modals(rulebook)
        for block in view["blocks"]
        if block["type"] == "input" and block["element"]["type"] in TEXT_FIELDS
    }
    assert fields - typist.driven == set()
