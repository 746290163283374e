"""Actions of people in the demo's workspace that many tests share."""

import asyncio
import json
from typing import Any

from sqlalchemy import Connection, update

from bot.demo.demo import Demo
from core.authorities.rows import authorities
from core.authorities.rules import Authority
from core.schema.users import users as users_table
from core.users.rows import roles, users
from core.users.rules import User
from tests.factories import executing
from tests.handlers.stored_state import has_waiting_deliveries

ANNA, JONAS, LUKASZ = "U0ANNA", "U0JONAS", "U0LUKASZ"

IDA = {
    "first_name": "Ida",
    "last_name": "Møller",
    "email": "ida.moeller@sundhed.example",
    "language": "da",
}


def blocks_of(demo: Demo, member: str = ANNA) -> dict[str, Any]:
    """Return the blocks of the open modal by their ids."""
    view = demo.slack.view(member)
    assert view is not None
    return {block["block_id"]: block for block in view["blocks"]}


def view_text(demo: Demo, member: str = ANNA) -> str:
    """Return the open modal as text."""
    return json.dumps(demo.slack.view(member), ensure_ascii=False)


def home_text(demo: Demo, member: str = ANNA) -> str:
    """Return the Home tab as text."""
    return json.dumps(demo.slack.home(member), ensure_ascii=False)


async def find_user(demo: Demo, username: str) -> User | None:
    """Return the user of this username."""
    return await demo.product.store.read(lambda tx: users.find_by_username(tx, username))


async def open_form(demo: Demo, member: str = ANNA) -> None:
    """Type `/imi-adduser`, and check that the form opens."""
    answer = await demo.slack.command(member, "/imi-adduser")
    assert answer.ok, answer
    assert demo.slack.view(member) is not None


async def fill_first_step(demo: Demo, **typed: object) -> None:
    """Fill in and submit the first step as Anna, for Ida or for a picked member."""
    await open_form(demo)
    member = typed.pop("member", None)
    if member is not None:
        await demo.slack.fill(ANNA, {"member": member})
        await demo.slack.until(lambda: "email:1" in blocks_of(demo))
    await demo.slack.fill(ANNA, {**({} if member else IDA), **typed})
    answer = await demo.slack.submit(ANNA)
    assert (answer.ok, answer.errors) == (True, {})


def answers(demo: Demo, member: str = ANNA) -> list[str]:
    """Return the ephemeral messages that the bot sent to the member."""
    return [str(one.text) for one in demo.slack.messages(member) if one.ephemeral_to == member]


def last_answer(demo: Demo, member: str = ANNA) -> str:
    """Return the last ephemeral message that the bot sent to the member."""
    return answers(demo, member)[-1]


async def register(demo: Demo, **typed: object) -> User:
    """Register Ida as Anna, or somebody else."""
    await fill_first_step(demo, **typed)
    username = blocks_of(demo)["username"]["element"]["initial_value"]
    assert (await demo.slack.submit(ANNA)).errors == {}
    user = await find_user(demo, username)
    assert user is not None
    return user


async def change_user(demo: Demo, user: User, **values: object) -> None:
    """Change the user directly in the database."""
    await demo.product.store.write(
        executing(update(users_table).where(users_table.c.id == user.id).values(**values))
    )


async def take_all_roles(demo: Demo) -> None:
    """Take every role from Anna directly in the database."""

    def operation(tx: Connection) -> None:
        anna = users.find_by_username(tx, "aholm")
        assert anna is not None
        roles.revoke(tx, anna.id, anna.roles)

    await demo.product.store.write(operation)


async def annas_authority(demo: Demo) -> Authority:
    """Return Anna's authority from the database."""
    return await demo.product.store.read(lambda tx: authorities.require(tx, 2))


async def open_roles(demo: Demo, name: str) -> None:
    """Open the roles of the user of this name as Anna."""
    answer = await demo.slack.command(ANNA, "/imi-roles", name)
    assert answer.ok, answer
    assert demo.slack.view(ANNA) is not None


async def wait_until_sent(demo: Demo) -> None:
    """Wait until no delivery is waiting."""
    while await demo.product.store.read(has_waiting_deliveries):  # noqa: ASYNC110 - polled
        await asyncio.sleep(0.05)
