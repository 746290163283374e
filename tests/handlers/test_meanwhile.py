"""Whoever opened a form rightly and may no longer submit it is refused, whatever the form (R38).

Each modal, button and menu that asks for a right is sent about what the administrator does reach,
and again once they do not: demoted, removed, or a guest in Slack.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from core.errors import MemberFault, MemberRefusedError, NotAdministratorError, NotAUserError
from core.schema.roles import user_roles
from core.schema.users import users
from handlers.replies import words
from tests.factories import executing
from tests.handlers import rights
from tests.handlers.forging import clicks, name_of, submissions, suggestions
from tests.handlers.people import ANNA, JONAS, register
from tests.handlers.sending import answer_to, readable, said_since
from tests.handlers.test_authorisation import everything
from tests.handlers.test_isolation import OTHERS, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.cli.demo import Demo
    from core.errors import RuleError
    from core.rulebook import Rulebook
    from tests.handlers.shapes import Json

KARIN = "U0KARIN"
SPOKEN = {ANNA: "da", KARIN: "en"}
LOSSES: dict[str, RuleError] = {
    "demoted": NotAdministratorError(""),
    "removed": NotAUserError(""),
    "a guest in Slack": MemberRefusedError(MemberFault.GUEST),
}


def administrators_payloads(rulebook: Rulebook) -> Iterator[Json]:
    """Yield all that asks for a right, by who has it, about Anna and her authority."""
    for member in (ANNA, KARIN):
        for forged in (submissions, clicks, suggestions):
            for payload in forged(rulebook, member, OTHERS):
                of_managers = name_of(payload) in rights.OF_ACCESS_MANAGERS
                wanted = of_managers or name_of(payload) in rights.OF_ADMINISTRATORS
                if wanted and of_managers == (member == KARIN):
                    yield payload


async def settled(demo: Demo) -> None:
    while await demo.product.store.read(waiting):  # noqa: ASYNC110 - nobody is told
        await asyncio.sleep(0.05)


async def lose(demo: Demo, how: str) -> None:
    """Let both lose what they need."""
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
    await settled(demo)


async def is_refused(demo: Demo, payload: Json, refusal: RuleError) -> bool:
    """Send the payload; say whether the answer is this refusal, or offers nothing."""
    calls, said = len(demo.slack.calls), words(refusal, SPOKEN[payload["user"]["id"]])
    status, body = await answer_to(demo, payload)
    if status != 200:
        return False
    if payload["type"] == "block_suggestion":
        return bool(json.loads(body) == {"options": []})
    for _ in range(40):
        if said in readable(body) or said in said_since(demo, calls):
            return True
        await asyncio.sleep(0.01)
    return False


def test_all_that_asks_for_a_right_is_tried(rulebook: Rulebook) -> None:
    tried = {name_of(payload) for payload in administrators_payloads(rulebook)}

    assert tried == rights.OF_ADMINISTRATORS | rights.OF_ACCESS_MANAGERS


async def test_as_administrators_they_are_refused_none_of_it(
    demo: Demo, rulebook: Rulebook
) -> None:
    """Else the tests below would show nothing."""
    await register(demo, member=JONAS)
    await settled(demo)
    calls, answers = len(demo.slack.calls), []

    for payload in administrators_payloads(rulebook):
        status, body = await answer_to(demo, payload)
        answers.append((status, name_of(payload), readable(body)))

    told = said_since(demo, calls) + str(answers)
    refused = [words(refusal, "da") in told for refusal in LOSSES.values()]
    assert refused == [False] * len(LOSSES)
    assert {name for status, name, _ in answers if status != 200} == set()


@pytest.mark.parametrize("how", LOSSES)
async def test_who_may_no_longer_is_refused_at_every_submission(  # R38, D14, D21
    demo: Demo, rulebook: Rulebook, how: str
) -> None:
    await register(demo, member=JONAS)
    await settled(demo)
    await lose(demo, how)
    before = await demo.product.store.read(everything)

    let_in = [
        name_of(payload)
        for payload in administrators_payloads(rulebook)
        if not await is_refused(demo, payload, LOSSES[how])
    ]

    assert sorted(set(let_in)) == []
    assert await demo.product.store.read(everything) == before
