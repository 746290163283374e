"""Tests that a refused person sees whom to ask, and can ask with a button (R38)."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, select

from core.accounts import help_requests
from core.deliveries.rules import DeliveryKind
from core.errors import AlreadyAskedError, NobodyToAskError
from core.schema.deliveries import deliveries as deliveries_table
from core.users.principals import Principal, principal_of
from sandbox import Member
from tests.factories import a_user, an_administrator, an_authority
from tests.handlers.demo_actions import ANNA, JONAS, register, view_text
from tests.handlers.stored_state import has_waiting_deliveries
from tests.times import NOON

if TYPE_CHECKING:
    from bot.demo.demo import Demo
    from core.rulebook import Rulebook
    from core.store.store import Store


def answer_of(demo: Demo, member: str) -> str:
    """Return the last message that only the member sees, with its blocks."""
    shown = [one for one in demo.slack.messages(member) if one.ephemeral_to == member]
    return json.dumps([shown[-1].text, shown[-1].blocks], ensure_ascii=False)


async def test_a_refused_user_asks_the_administrators_once(demo: Demo) -> None:  # R38
    await register(demo, member=JONAS)
    while await demo.product.store.read(has_waiting_deliveries):  # noqa: ASYNC110 - no event
        await asyncio.sleep(0.02)
    await demo.slack.command(JONAS, "/imi-users")
    assert "Anna Holm" in answer_of(demo, JONAS)
    before = len(demo.slack.messages(ANNA))

    await demo.slack.click(JONAS, "ask_administrator", JONAS)

    await demo.slack.until(lambda: len(demo.slack.messages(ANNA)) > before)
    assert '"level": "success"' in view_text(demo, JONAS)
    request = json.dumps(demo.slack.messages(ANNA)[-1].blocks, ensure_ascii=False)
    assert "Jonas" in request
    assert "/imi-users" in request

    await demo.slack.close(JONAS, clear=True)
    await demo.slack.click(JONAS, "ask_administrator", JONAS)

    assert ":white_check_mark:" not in view_text(demo, JONAS)
    assert len(demo.slack.messages(ANNA)) == before + 1


async def test_a_colleague_without_an_account_sees_whom_to_turn_to(demo: Demo) -> None:  # D21
    await demo.slack.join(Member("U0NEW", "new", "New Colleague", email="new@sundhed.example"))

    await demo.slack.command("U0NEW", "/imi-users")

    assert "Anna Holm" in answer_of(demo, "U0NEW")
    assert "ask_administrator" not in answer_of(demo, "U0NEW")


async def test_a_colleague_of_another_domain_sees_no_names(demo: Demo) -> None:
    await demo.slack.join(Member("U0NEW", "new", "New Colleague", email="new@else.example"))

    await demo.slack.command("U0NEW", "/imi-users")

    assert "Holm" not in answer_of(demo, "U0NEW")


async def test_a_user_asks_for_at_most_three_things_a_day(store: Store, rulebook: Rulebook) -> None:
    def set_up(tx: Connection) -> Principal:
        authority = an_authority(tx)
        an_administrator(tx, authority, rulebook)
        return principal_of(a_user(tx, authority, rulebook))

    bo = await store.write(set_up)
    for topic in ("/imi-users", "/imi-roles", ""):
        assert (
            await store.write(partial(help_requests.ask, principal=bo, topic=topic, now=NOON)) == 1
        )

    for topic in ("/imi-users", "/imi-audit"):
        with pytest.raises(AlreadyAskedError):
            await store.write(partial(help_requests.ask, principal=bo, topic=topic, now=NOON))
    kinds = select(deliveries_table.c.kind)
    sent = await store.read(lambda tx: tx.scalars(kinds).all())
    assert list(sent).count(DeliveryKind.HELP_REQUEST) == 3


async def test_where_nobody_else_administers_the_authority_nobody_is_asked(
    store: Store, rulebook: Rulebook
) -> None:
    bo = await store.write(lambda tx: principal_of(a_user(tx, an_authority(tx), rulebook)))

    with pytest.raises(NobodyToAskError):
        await store.write(lambda tx: help_requests.ask(tx, bo, "", NOON))
