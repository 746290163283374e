"""Tests that forged requests of an administrator have no effect on another authority.

Each modal and button of the product is forged with the other authority's ids, and correctly
signed, by an ordinary administrator who is neither in it nor in its access manager.
"""

from typing import Any

import pytest

from bot.demo.demo import Demo
from core.rulebook import Rulebook
from tests.handlers.demo_actions import ANNA, JONAS, find_user, register, wait_until_sent
from tests.handlers.forged_requests import clicks, id_of, submissions
from tests.handlers.signed_requests import send_for_status
from tests.handlers.stored_state import (
    ELISE,
    OTHER_AUTHORITY,
    rows_of_other_authority,
)

pytestmark = pytest.mark.sweep

# Data of every authority that all users may see (R2-R4).
PUBLIC = {"authority_search_show"}
PERSONAL = ("Anna", "aholm", "anna.holm", "Jonas", "jonas.oester", "joestergaard")


@pytest.fixture
async def other_rows_before(demo: Demo) -> list[Any]:
    """The rows of the other authority, with Jonas as its user, once all deliveries are sent."""
    await register(demo, member=JONAS)
    await wait_until_sent(demo)
    return await demo.product.store.read(rows_of_other_authority)


async def test_no_forged_modal_reaches_another_authority(  # R5, R26
    demo: Demo, rulebook: Rulebook, other_rows_before: list[Any]
) -> None:
    jonas = await find_user(demo, "joestergaard")
    assert jonas is not None
    # Anna is the last administrator, which protects her too; nothing else protects Jonas.
    sent = [
        one
        for number in (OTHER_AUTHORITY, jonas.id)
        for one in submissions(rulebook, ELISE, number)
    ]
    assert len({one["view"]["callback_id"] for one in sent}) > 20

    for payload in sent:
        await send_for_status(demo, payload)

    assert await demo.product.store.read(rows_of_other_authority) == other_rows_before


async def test_no_forged_button_reaches_another_authority(  # R5, R26
    demo: Demo, rulebook: Rulebook, other_rows_before: list[Any]
) -> None:
    sent = [
        payload
        for payload in clicks(rulebook, ELISE, OTHER_AUTHORITY)
        if id_of(payload) not in PUBLIC
    ]
    assert len({one["actions"][0]["action_id"] for one in sent}) > 30

    calls = len(demo.slack.calls)
    for payload in sent:
        await send_for_status(demo, payload)

    assert await demo.product.store.read(rows_of_other_authority) == other_rows_before
    # Anna's own Home tab and confirmation may still be drawn after Jonas was registered.
    own_views = {view["id"] for view in demo.slack.views(ANNA)}
    told = [
        call
        for call in demo.slack.calls[calls:]
        if call.body.get("user_id") != ANNA and call.body.get("view_id") not in own_views
    ]
    assert [name for name in PERSONAL if name in str(told)] == []


async def test_the_same_forged_requests_reach_the_principals_own_authority(
    demo: Demo, rulebook: Rulebook, other_rows_before: list[Any]
) -> None:
    """Without this the two tests above would prove nothing."""
    calls = len(demo.slack.calls)
    for payload in [
        *submissions(rulebook, ANNA, OTHER_AUTHORITY),
        *clicks(rulebook, ANNA, OTHER_AUTHORITY),
    ]:
        await send_for_status(demo, payload)

    assert await demo.product.store.read(rows_of_other_authority) != other_rows_before
    told = str(demo.slack.calls[calls:])
    assert [name for name in PERSONAL if name in told] != []
