"""Tests that a command finds its text although Slack marked up links and characters in it (B14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, select

from core.authorities.rules import name_key_of
from core.authority_search import rows as search_index
from core.schema.authorities import authorities
from core.schema.users import users
from handlers.command_texts import as_typed
from tests.handlers.demo_actions import ANNA, JONAS, blocks_of, register
from tests.handlers.permission_table import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.demo import Demo

KARIN = "U0KARIN"


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("jonas", "jonas"),
        ("Landbrug &amp; Fiskeri", "Landbrug & Fiskeri"),
        ("&lt;b&gt; &amp;lt;", "<b> &lt;"),
        ("<mailto:a@authority.example|a@authority.example>", "a@authority.example"),
        ("<mailto:a@authority.example>", "a@authority.example"),
        ("<tel:+4533445566|+45 33 44 55 66>", "+45 33 44 55 66"),
        ("<http://health.example|health.example>", "health.example"),
        ("<https://health.example/?a=1&amp;b=2>", "https://health.example/?a=1&b=2"),
        ("<#C0TEAM|team>", "#team"),
        ("<#C0TEAM>", "#C0TEAM"),
        ("<!subteam^S0X|@team>", "@team"),
        ("<!here>", "@here"),
        ("<@U0JONAS|jonas>", "<@U0JONAS>"),
        ("<@W0JONAS>", "<@W0JONAS>"),
        ("edit <@U0JONAS|jonas> now", "edit <@U0JONAS> now"),
        ("a < b > c", "a < b > c".replace("< b >", " b ")),
        ("<", "<"),
        ("<>", ""),
    ],
)
def test_slacks_markup_is_undone(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


@pytest.mark.parametrize(
    "text",
    [
        "<@U0JONAS|jonas>",
        "<@U0JONAS>",
        "<mailto:jonas@sundhed.example|jonas@sundhed.example>",
        "<mailto:jonas@sundhed.example>",
    ],
)
@pytest.mark.parametrize(
    "command", ["/imi-users", "/imi-roles", "/imi-reset", "/imi-removeuser", "/imi-audit"]
)
async def test_a_person_is_found_by_mention_and_by_linked_address(
    demo: Demo, command: str, text: str
) -> None:
    await register(demo, member=JONAS, email="jonas@sundhed.example")
    await demo.slack.close(ANNA, clear=True)

    await demo.slack.command(ANNA, command, text)

    shown = str(blocks_of(demo))
    assert "Østergård" in shown
    # In the trail she is the one who registered him.
    assert command == "/imi-audit" or "Anna Holm" not in shown


@pytest.mark.parametrize("command", ["/imi-findauthority", "/imi-authority", "/imi-modules"])
async def test_an_authority_is_found_by_a_name_with_an_ampersand(demo: Demo, command: str) -> None:
    def rename(tx: Connection) -> None:
        anna = select(users.c.authority_id).where(users.c.member_id == ANNA).scalar_subquery()
        named = "Landbrug & Fiskeri"
        found = tx.execute(
            authorities.update()
            .where(authorities.c.id == anna)
            .values(official_name=named, name_key=name_key_of(named), informal_title=named)
            .returning(authorities.c.id)
        )
        search_index.index(tx, found.scalar_one())

    await demo.product.store.write(rename)

    await demo.slack.command(KARIN, command, "landbrug &amp; fiskeri")

    assert "Landbrug &amp; Fiskeri" in str(demo.slack.view(KARIN))


async def test_help_is_understood_behind_markup(demo: Demo) -> None:
    for command in sorted(set(COMMANDS) - {"/imi-help", "/imi-titles"}):
        answer = await demo.slack.command(KARIN, command, "<http://help|help>")

        assert answer.ok
        assert demo.slack.view(KARIN) is None, command


@pytest.mark.parametrize("command", ["/imi-users", "/imi-audit"])
async def test_only_a_mention_is_looked_up(
    demo: Demo, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text without a mention costs no read of its own, so that the modal opens sooner."""
    reads = list[str]()
    store = demo.product.store
    read = store.read

    async def recorded_read(operation: Callable[[Connection], object]) -> object:
        # Jobs in the background read too, but not for a listener.
        if operation.__module__.startswith("handlers."):
            reads.append(operation.__qualname__)
        return await read(operation)

    async def reads_of(text: str) -> int:
        reads.clear()
        await demo.slack.command(ANNA, command, text)
        await demo.slack.close(ANNA, clear=True)
        return len(reads)

    monkeypatch.setattr(store, "read", recorded_read)

    with_mention = await reads_of(f"<@{ANNA}>")
    assert await reads_of("holm") == await reads_of("") == with_mention - 1
