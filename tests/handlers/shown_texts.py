"""Walks through the product in one language, and collects the texts that people see in Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from bot.demo.ireland import ADMINISTRATOR, COORDINATOR
from core.schema.users import users
from tests.factories import executing
from tests.handlers.demo_actions import wait_until_sent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.demo.demo import Demo

STRANGER = "U0EOIN"
ADMINISTRATORS_COMMANDS = (
    *("adduser", "users", "users edit conor", "roles", "roles conor", "reset conor", "reset"),
    *("removeuser conor", "removeuser", "removeuser restore", "authority", "findauthority health"),
    *("findauthority", "import", "me", "audit", "help", "titles", "users nobody", "roles nobody"),
)
COORDINATORS_COMMANDS = (
    *("registerauthority", "modules health", "modules", "health", "help", "findauthority register"),
    *("adduser", "users"),
)


async def shown_in(demo: Demo, language: str) -> str:
    """Return everything that an administrator, a coordinator and a stranger see, as one text."""
    # Messages that were queued before are in the language before.
    await wait_until_sent(demo)
    everybody = update(users).values(language=language)
    await demo.product.store.write(executing(everybody))
    for member in (ADMINISTRATOR, COORDINATOR, STRANGER):
        await demo.slack.update_member(member, locale=f"{language}-XX")
    seen = [text async for text in _walk(demo, ADMINISTRATOR, ADMINISTRATORS_COMMANDS)]
    seen += [text async for text in _walk(demo, COORDINATOR, COORDINATORS_COMMANDS)]
    seen += [text async for text in _walk(demo, STRANGER, ("help", "adduser", "me"))]
    return "\n".join(seen)


async def _walk(demo: Demo, member: str, commands: tuple[str, ...]) -> AsyncIterator[str]:
    await demo.slack.open_home(member)
    for text in texts_in(demo.slack.home(member)):
        yield text
    before = len(demo.slack.messages(member))
    for command in commands:
        name, _, text = command.partition(" ")
        answer = await demo.slack.command(member, f"/imi-{name}", text)
        assert answer.ok, (command, answer)
        for shown in texts_in(demo.slack.views(member)):
            yield shown
        if demo.slack.view(member) is not None:
            for shown in await _submitted(demo, member):
                yield shown
        while demo.slack.view(member) is not None:
            await demo.slack.close(member, clear=True)
    for message in demo.slack.messages(member)[before:]:
        yield message.text
        for shown in texts_in(message.blocks):
            yield shown


async def _submitted(demo: Demo, member: str) -> list[str]:
    """Submit the open form as it is; return its errors, or what it shows next."""
    view = demo.slack.view(member)
    if view is None or view.get("submit") is None:
        return []
    await demo.slack.submit(member)
    return [*demo.slack.errors(member).values(), *texts_in(demo.slack.views(member))]


def texts_in(part: object) -> Iterator[str]:
    """Return every text that Slack shows of a view, a message or a part of them."""
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from texts_in(value)
    elif isinstance(part, list | tuple):
        for item in part:
            yield from texts_in(item)
