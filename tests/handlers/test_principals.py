"""Tests of the language in which people are answered who are not known, or not linked to a user."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.members.rules import MemberKey
from tests.factories import TEAM, a_member
from tests.handlers.recording_app import unused_dependencies

if TYPE_CHECKING:
    from core.store.store import Store
    from handlers.principals import PrincipalResolver


async def test_the_language_is_that_of_slack_or_else_english(store: Store) -> None:  # D25
    await store.write(lambda tx: a_member(tx, "U0IDA", locale="da-DK"))
    resolver: PrincipalResolver = replace(unused_dependencies(), store=store).principals

    languages = [
        await store.read(lambda tx, key=key: resolver.known_language(tx, key))  # type: ignore[misc]
        for key in (MemberKey(TEAM, "U0IDA"), MemberKey(TEAM, "U0NOBODY"))
    ]

    assert languages == ["da", "en"]
