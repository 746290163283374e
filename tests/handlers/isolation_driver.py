"""Runs actions in the product for `test_isolation_state_machine`, and collects all output."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_plus

from sqlalchemy import select

from core.role_keys import ADMINISTRATOR
from core.schema.users import users
from core.users.rows import roles
from sandbox import NotFoundError
from sandbox.block_kit.elements import VALUE_KEYS, elements, options_of
from sandbox.interactions.block_actions import action_of, press
from tests.handlers import two_authorities_rows
from tests.handlers.signed_requests import readable, send_interaction
from tests.handlers.stored_state import has_waiting_deliveries
from tests.handlers.two_authorities import OUR_DOMAIN, ZBIGNIEWKA, inputs_about_other_users, members
from tests.handlers.two_authorities_demo import two_authorities_in

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from random import Random

    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from sandbox import Message
    from sandbox.state.views import OpenView
    from tests.handlers.block_kit import Json
    from tests.handlers.product_in_thread import ThreadedProduct
    from tests.handlers.two_authorities_rows import Rows, TwoAuthorities

T = TypeVar("T")

# The longest wait for waiting deliveries, in seconds; a deferred e-mail takes longer.
PATIENCE = 2.0


@dataclass(slots=True)
class IsolationDriver:
    """The product with two authorities, and how much of its output has been read."""

    target: ThreadedProduct
    both: TwoAuthorities
    rows: Rows
    kept: dict[str, list[Any]]
    read_bytes: int = 0
    read_mails: int = 0
    answers: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the ids of the other authority and its rows."""
        return self.both.their_numbers

    def run_and_settle(self, act: Coroutine[Any, Any, T]) -> T:
        """Run the action, and wait until all deliveries are sent."""
        done = self.target.run(act)
        self.target.run(self._wait_until_delivered())
        return done

    async def reset(self) -> None:
        """Restore all rows, close all modals, and forget all output."""
        demo = self.target.demo
        await demo.product.store.write(lambda tx: two_authorities_rows.restore_rows(tx, self.rows))
        for member in members():
            demo.slack.workspace.views.clear(member.id)
        self.read_bytes, self.read_mails = len(demo.slack.received), len(demo.slack.mails)
        self.answers.clear()

    async def type_command(self, who: str, command: str, text: str) -> None:
        """Type a command."""
        await self.target.demo.slack.command(who, command, text)

    async def open_home(self, who: str) -> None:
        """Open the Home tab."""
        await self.target.demo.slack.open_home(who)

    async def send(self, payload: Json) -> None:
        """Send a forged request."""
        _, body = await send_interaction(self.target.demo, payload)
        self.answers.append(body)

    async def submit(self, who: str) -> None:
        """Submit the topmost modal if it can be submitted."""
        view = self.target.demo.slack.view(who)
        if view is not None and view.get("submit"):
            await self.target.demo.slack.submit(who)

    async def press_element(
        self, who: str, holder: OpenView | Message, where: tuple[Json, Json], entry: Json
    ) -> None:
        """Press a button or pick an option that is on the screen."""
        action = action_of(*where, entry)
        await press(self.target.demo.slack.dispatcher, who, holder, action)

    async def import_file(self, who: str, rows: list[str]) -> None:
        """Choose a file in the form, and go on as far as possible."""
        slack = self.target.demo.slack
        await slack.command(who, "/imi-import")
        header = "first_name;last_name;language;email;phone;username;roles"
        file = slack.choose_file(who, "users.csv", "\n".join([header, *rows]).encode())
        try:
            await slack.fill(who, {"file": [file]})
            await slack.submit(who)
            await slack.until(lambda: "import_as_file" in str(slack.view(who)), 1)
            await slack.click(who, "import_as_file", "modal")
            await slack.close(who)
            await slack.submit(who)
        except (NotFoundError, AssertionError):
            return  # not allowed, or no row can be imported

    async def set_administrator(self, who: str, *, administrator: bool) -> None:
        """Make the member an administrator or an ordinary user, and restore a removed one."""

        def operation(tx: Connection) -> None:
            one = users.c.member_id == who
            tx.execute(users.update().where(one).values(removed_at=None))
            for user_id in tx.scalars(select(users.c.id).where(one)).all():
                roles.revoke(tx, user_id, [ADMINISTRATOR])
                roles.grant(tx, user_id, [ADMINISTRATOR] if administrator else [])

        await self.target.demo.product.store.write(operation)

    def pressable(self, who: str) -> list[tuple[OpenView | Message, Json, Json]]:
        """Return what the member can press in modal, Home tab and messages."""
        workspace = self.target.demo.slack.workspace
        home = workspace.views.home(who)
        holders: list[OpenView | Message] = [
            *workspace.views.stack(who)[-1:],
            *([home] if home else []),
            *workspace.messages(workspace.conversation_id(who))[-5:],
        ]
        return [
            (holder, block, element)
            for holder in holders
            for block, element in elements(holder.blocks)
            if block["type"] != "input" or block.get("dispatch_action")
        ]

    def fields(self, who: str) -> list[tuple[Json, Json, Json]]:
        """Return the fields of the member's topmost modal, with their states."""
        return [
            (block, element, opened.state[block["block_id"]])
            for opened in self.target.demo.slack.workspace.views.stack(who)[-1:]
            for block, element in elements(opened.blocks)
            if block["type"] == "input" and element["type"] != "file_input"
        ]

    def changed_rows(self) -> dict[str, tuple[list[Any], list[Any]]]:
        """Return the tables in which rows of the other authority changed, before and now."""
        store = self.target.demo.product.store
        now = self.target.run(
            store.read(lambda tx: two_authorities_rows.rows_of_authority(tx, self.both.theirs))
        )
        return {name: (rows, now[name]) for name, rows in self.kept.items() if now[name] != rows}

    def new_output(self) -> str:
        """Return all output since the last call: answers, calls to Slack, files, e-mails."""
        slack = self.target.demo.slack
        raw, mails = slack.received[self.read_bytes :], slack.mails[self.read_mails :]
        self.read_bytes += len(raw)
        self.read_mails += len(mails)
        text = [unquote_plus(part.decode(errors="replace")) for part in raw]
        text += [f"{one.recipients} {one.subject} {one.plain} {one.html}" for one in mails]
        text += self.answers
        self.answers.clear()
        return readable("\n".join(text))

    async def _wait_until_delivered(self) -> None:
        ends = time.monotonic() + PATIENCE
        store = self.target.demo.product.store
        while time.monotonic() < ends and await store.read(has_waiting_deliveries):  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.01)


async def start_driver(target: ThreadedProduct, rulebook: Rulebook) -> IsolationDriver:
    """Register both authorities, and wait until all deliveries are sent."""
    place = await two_authorities_in(target.demo, rulebook)
    store, both = target.demo.product.store, place.both
    rows = await store.read(two_authorities_rows.all_rows)
    kept = await store.read(lambda tx: two_authorities_rows.rows_of_authority(tx, both.theirs))
    return IsolationDriver(target, both, rows, kept)


def state_of_element(element: Json, dice: Random, number: int) -> Json:
    """Return a possible state of the element: an option of it, or data of the other authority."""
    kind = element["type"]
    if kind == "button":
        return {"type": kind}
    key = "selected_option" if kind == "overflow" else VALUE_KEYS[kind][0]
    forged = _option(str(number))
    offered = [*(options_of(element) or [_option("x")]), forged]
    typed = [f"ny.ven@{OUR_DOMAIN}"] if "email" in kind else ["Ny Ven", "ny.ven"]
    about_them = [word for word in inputs_about_other_users() if word]
    values: dict[str, list[Any]] = {
        "value": typed if dice.random() < 0.5 else about_them,
        "selected_option": offered,
        "selected_options": [[], [forged], [dice.choice(offered)]],
        "selected_user": [ZBIGNIEWKA, "U0NIKOS", None],
    }
    return {"type": kind, key: dice.choice(values.get(key, [None]))}


def _option(value: str) -> Json:
    return {"text": {"type": "plain_text", "text": "x"}, "value": value}
