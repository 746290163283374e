"""Tests of how many SQL statements the main acts cost before Slack has its answer.

Every statement counts: finding who asks, locks, checks, inserts, the audit trail, the outbox. One
INSERT of several rows counts once. What begins and ends transactions and savepoints is counted
apart. Neither the worker nor jobs nor redraws of Home in the background run, so that nothing else
is counted.
"""

from collections.abc import AsyncIterator, Awaitable

import pytest
from sqlalchemy import select, update

from core.rulebook import Rulebook
from core.schema.authorities import authorities
from core.schema.deliveries import deliveries
from core.schema.users import users
from core.store.sqlite import SqliteStore
from core.store.store import Store
from sandbox import Answer
from tests.factories import executing
from tests.quiet_product import QuietProduct, quiet_product
from tests.statements import count_control, count_statements

ANNA, JONAS, KARIN = "U0ANNA", "U0JONAS", "U0KARIN"
IDA = {
    "first_name": "Ida",
    "last_name": "Møller",
    "email": "ida.moeller@sundhed.example",
    "language": "da",
}


@pytest.fixture
async def product(store: Store, rulebook: Rulebook) -> AsyncIterator[QuietProduct]:
    async with quiet_product(store, rulebook) as running:
        # The stored data about Anna is fresh afterwards, as on any day but her first.
        assert (await running.slack.command(ANNA, "/imi-users")).ok
        await running.slack.close(ANNA)
        yield running


async def statements_of(product: QuietProduct, act: Awaitable[Answer]) -> tuple[int, int]:
    """Return how many statements the act costs, and how many begin or end something."""
    with count_statements(product.store) as statements, count_control(product.store) as control:
        answer = await act
    assert (answer.ok, answer.errors) == (True, {})
    return len(statements), len(control)


def most(product: QuietProduct, sqlite: int, postgres: int) -> int:
    """Return the limit on the store's database.

    SQLite's writer needs no locks; PostgreSQL writes some tables together.
    """
    return sqlite if isinstance(product.store, SqliteStore) else postgres


async def second_step(product: QuietProduct, member: str | None = None) -> None:
    """Fill in the form of a new user until only Save is left."""
    assert (await product.slack.command(ANNA, "/imi-adduser")).ok
    if member is not None:
        await product.slack.fill(ANNA, {"member": member})
    await product.slack.fill(ANNA, {**({} if member else IDA), "roles_PQ": ["PQ:BASIC"]})
    answer = await product.slack.submit(ANNA)
    assert (answer.ok, answer.errors) == (True, {})


async def register(product: QuietProduct) -> None:
    """Register Ida, and let all messages about her be sent."""
    await second_step(product)
    assert (await product.slack.submit(ANNA)).errors == {}
    await product.store.write(executing(update(deliveries).values(state="sent")))


async def test_a_registration_costs_at_most_a_dozen(product: QuietProduct) -> None:  # R38-R55
    await second_step(product)

    found = await statements_of(product, product.slack.submit(ANNA))

    assert found == (most(product, 9, 8), 2)


async def test_a_picked_member_costs_one_more(product: QuietProduct) -> None:  # D21
    await second_step(product, JONAS)

    found = await statements_of(product, product.slack.submit(ANNA))

    assert found == (most(product, 10, 9), 2)


async def test_an_edit(product: QuietProduct) -> None:  # R14, R49
    await register(product)
    assert (await product.slack.click(ANNA, "edit_user")).ok
    await product.slack.fill(ANNA, {"last_name": "Åberg", "phone": "33112233"})

    found = await statements_of(product, product.slack.submit(ANNA))

    assert found == (most(product, 11, 12), 4)


async def test_a_reset(product: QuietProduct) -> None:  # R16, R67
    await register(product)
    await product.slack.close(ANNA, clear=True)
    assert (await product.slack.command(ANNA, "/imi-reset", "ida")).ok

    found = await statements_of(product, product.slack.submit(ANNA))

    assert found == (most(product, 15, 16), 2)


async def test_the_first_page_of_the_list(product: QuietProduct) -> None:  # R57
    found = await statements_of(product, product.slack.command(ANNA, "/imi-users"))

    assert found == (4, 4)


async def test_home_opened(product: QuietProduct) -> None:
    found = await statements_of(product, product.slack.open_home(ANNA))

    statements, control = found
    assert statements <= 6
    assert control <= 4


async def open_authority(product: QuietProduct) -> None:
    assert (await product.slack.command(ANNA, "/imi-authority")).ok
    assert (await product.slack.click(ANNA, "authority_edit")).ok


async def test_a_switch_of_tabs(product: QuietProduct) -> None:  # R22
    await open_authority(product)

    found = await statements_of(product, product.slack.click(ANNA, "authority_tab_classification"))

    assert found == (13, 2)


async def test_a_saved_tab(product: QuietProduct) -> None:  # R20-R23
    await open_authority(product)
    await product.slack.fill(ANNA, {"place": "Fjordby"})

    found = await statements_of(product, product.slack.submit(ANNA))

    assert found == (most(product, 27, 27), 4)


async def test_the_modules_of_an_authority_opened(product: QuietProduct) -> None:  # R24-R26
    of_health = authorities.c.informal_title == "Sundhedsstyrelsen"
    coordinator = select(users.c.authority_id).where(users.c.member_id == KARIN).scalar_subquery()
    managed = update(authorities).where(of_health).values(manager_id=coordinator)
    await product.store.write(executing(managed))
    assert (await product.slack.command(KARIN, "/imi-users")).ok
    await product.slack.close(KARIN)

    found = await statements_of(product, product.slack.command(KARIN, "/imi-modules", "sundhed"))

    assert found == (most(product, 10, 11), 6)
