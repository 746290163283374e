"""Tests that every submission is refused after its sender has lost the permission for it (R38).

Each modal, button and menu that needs a permission is sent once by an administrator, and again
after they were demoted, removed, or made a guest in Slack.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from core.audit.rows import entries
from core.authorities.details import details_of
from core.authorities.rows import authorities, drafts
from core.errors import (
    FormExpiredError,
    MemberFault,
    MemberRefusedError,
    NotAdministratorError,
    NotAUserError,
)
from core.schema.roles import user_roles
from core.schema.users import users
from handlers.authorities.tab_drafts import Tab, TabDraft, TabDrafts
from handlers.refusal_texts import refusal_text
from tests.factories import executing
from tests.handlers import permission_table
from tests.handlers.demo_actions import ANNA, JONAS, register, wait_until_sent
from tests.handlers.forged_requests import clicks, id_of, submissions, suggestions
from tests.handlers.signed_requests import calls_since, readable, send_interaction
from tests.handlers.stored_state import OTHER_AUTHORITY, lasting_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.demo.demo import Demo
    from core.errors import RuleError
    from core.rulebook import Rulebook
    from tests.handlers.block_kit import Json

pytestmark = pytest.mark.sweep

KARIN = "U0KARIN"
SPOKEN = {ANNA: "da", KARIN: "en"}
LOSSES: dict[str, RuleError] = {
    "demoted": NotAdministratorError(""),
    "removed": NotAUserError(""),
    "a guest in Slack": MemberRefusedError(MemberFault.GUEST),
}


def administrators_payloads(rulebook: Rulebook) -> Iterator[Json]:
    """Yield all requests that need a permission, by a member who has it, about Anna's authority."""
    for member in (ANNA, KARIN):
        for forged in (submissions, clicks, suggestions):
            for payload in forged(rulebook, member, OTHER_AUTHORITY):
                of_managers = id_of(payload) in permission_table.FOR_ACCESS_MANAGERS
                wanted = of_managers or id_of(payload) in permission_table.FOR_ADMINISTRATORS
                if wanted and of_managers == (member == KARIN):
                    yield payload


async def open_tabs(demo: Demo) -> None:
    """Store drafts of Anna's with the numbers that the requests name, each with all tabs open."""

    def add_drafts(tx: Connection) -> None:
        seen = asdict(details_of(authorities.require(tx, OTHER_AUTHORITY)))
        opened = {
            tab: TabDraft(seen if tab == Tab.AUTHORITY else {}, entries.chain_tip(tx)[0])
            for tab in Tab
        }
        content = TabDrafts(0, OTHER_AUTHORITY, Tab.AUTHORITY, opened).as_content()
        anna = tx.scalars(select(users.c.id).where(users.c.member_id == ANNA)).one()
        for _ in range(OTHER_AUTHORITY):
            drafts.add(tx, anna, OTHER_AUTHORITY, content, demo.slack.clock.now())

    await demo.product.store.write(add_drafts)


async def take_permission(demo: Demo, how: str) -> None:
    """Take the permission from both members."""
    for member in (ANNA, KARIN):
        one = users.c.member_id == member
        if how == "demoted":
            of_them = select(users.c.id).where(one).scalar_subquery()
            taking = user_roles.delete().where(user_roles.c.user_id == of_them)
            await demo.product.store.write(executing(taking))
        elif how == "removed":
            gone = update(users).where(one).values(removed_at=demo.slack.clock.now())
            await demo.product.store.write(executing(gone))
        else:
            await demo.slack.update_member(member, is_restricted=True)
    await wait_until_sent(demo)


async def is_refused(demo: Demo, payload: Json, refusal: RuleError) -> bool:
    """Send the payload; return whether the answer is this refusal, or an empty list of options."""
    calls, text = len(demo.slack.calls), refusal_text(refusal, SPOKEN[payload["user"]["id"]])
    status, body = await send_interaction(demo, payload)
    if status != 200:
        return False
    if payload["type"] == "block_suggestion":
        return bool(json.loads(body) == {"options": []})
    for _ in range(40):
        if text in readable(body) or text in calls_since(demo, calls):
            return True
        await asyncio.sleep(0.01)
    return False


def test_every_request_that_needs_a_permission_is_tested(rulebook: Rulebook) -> None:
    tried = {id_of(payload) for payload in administrators_payloads(rulebook)}

    assert tried == permission_table.FOR_ADMINISTRATORS | permission_table.FOR_ACCESS_MANAGERS


async def test_every_tested_request_is_allowed_to_administrators(
    demo: Demo, rulebook: Rulebook
) -> None:
    """Without this the tests below would prove nothing."""
    await register(demo, member=JONAS)
    await open_tabs(demo)
    await wait_until_sent(demo)
    calls, answers = len(demo.slack.calls), []

    for payload in administrators_payloads(rulebook):
        status, body = await send_interaction(demo, payload)
        answers.append((status, id_of(payload), readable(body)))

    # The Home tab of the administrator whose authority was just removed says so, rightly.
    told = calls_since(demo, calls, without="views.publish") + str(answers)
    refused = [refusal_text(refusal, "da") in told for refusal in LOSSES.values()]
    assert refused == [False] * len(LOSSES)
    assert {name for status, name, _ in answers if status != 200} == set()
    assert refusal_text(FormExpiredError(""), "da") not in told


@pytest.mark.parametrize("how", LOSSES)
async def test_every_submission_is_refused_after_losing_the_permission(  # R38, D14, D21
    demo: Demo, rulebook: Rulebook, how: str
) -> None:
    await register(demo, member=JONAS)
    await open_tabs(demo)
    await wait_until_sent(demo)
    await take_permission(demo, how)
    before = await demo.product.store.read(lasting_rows)

    let_in = [
        id_of(payload)
        for payload in administrators_payloads(rulebook)
        if not await is_refused(demo, payload, LOSSES[how])
    ]

    assert sorted(set(let_in)) == []
    assert await demo.product.store.read(lasting_rows) == before
