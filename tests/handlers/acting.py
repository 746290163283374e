"""The stage of `test_neighbours`: acts in Slack at the running product, and all that is said."""

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
from sandbox import NothingThereError
from sandbox.acts.buttons import action_of, press
from sandbox.inputs import VALUE_KEYS, elements, options_of
from tests.handlers import neighbours_rows
from tests.handlers.neighbours import OUR_DOMAIN, ZBIGNIEWKA, members, words_about_them
from tests.handlers.neighbours_place import moved_in
from tests.handlers.sending import answer_to, readable
from tests.handlers.test_isolation import waiting

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from random import Random

    from sqlalchemy import Connection

    from core.rulebook import Rulebook
    from sandbox.messages import Message
    from sandbox.modals import OpenView
    from tests.handlers.neighbours_rows import Neighbours, Rows
    from tests.handlers.product_thread import Target
    from tests.handlers.shapes import Json

T = TypeVar("T")

# What is on its way is waited for so long, in seconds; a mail that is put off is not.
PATIENCE = 2.0


@dataclass(slots=True)
class Stage:
    """The product, the two authorities in it, and how far what was said has been read."""

    target: Target
    both: Neighbours
    rows: Rows
    kept: dict[str, list[Any]]
    read_bytes: int = 0
    read_mails: int = 0
    answers: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of what the others have."""
        return self.both.their_numbers

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        """Let the act be done, and wait until all that follows is said."""
        done = self.target.run(act)
        self.target.run(self._settled())
        return done

    async def put_back(self) -> None:
        """Begin anew: all rows as they were, no modal open, nothing said."""
        demo = self.target.demo
        await demo.product.store.write(lambda tx: neighbours_rows.put_back(tx, self.rows))
        for member in members():
            demo.slack.workspace.modals.clear(member.id)
        self.read_bytes, self.read_mails = len(demo.slack.received), len(demo.slack.mails)
        self.answers.clear()

    async def types(self, who: str, command: str, text: str) -> None:
        """Type a command."""
        await self.target.demo.slack.command(who, command, text)

    async def opens_home(self, who: str) -> None:
        """Open the Home tab."""
        await self.target.demo.slack.open_home(who)

    async def sends(self, payload: Json) -> None:
        """Send what was made up."""
        _, body = await answer_to(self.target.demo, payload)
        self.answers.append(body)

    async def submits(self, who: str) -> None:
        """Submit the topmost modal, if there is one that can be."""
        view = self.target.demo.slack.view(who)
        if view is not None and view.get("submit"):
            await self.target.demo.slack.submit(who)

    async def presses(
        self, who: str, holder: OpenView | Message, where: tuple[Json, Json], entry: Json
    ) -> None:
        """Press or pick something that is there."""
        action = action_of(*where, entry)
        await press(self.target.demo.slack.desk, who, holder, action)

    async def imports(self, who: str, rows: list[str]) -> None:
        """Put a file into the form, and go on as far as it lets one."""
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
        except (NothingThereError, AssertionError):
            return  # they may not, or nothing can be imported

    async def stands(self, who: str, *, administrator: bool) -> None:
        """Let somebody be an administrator, or none, whoever removed them before."""

        def wish(tx: Connection) -> None:
            one = users.c.member_id == who
            tx.execute(users.update().where(one).values(removed_at=None))
            for user_id in tx.scalars(select(users.c.id).where(one)).all():
                roles.revoke(tx, user_id, [ADMINISTRATOR])
                roles.grant(tx, user_id, [ADMINISTRATOR] if administrator else [])

        await self.target.demo.product.store.write(wish)

    def pressable(self, who: str) -> list[tuple[OpenView | Message, Json, Json]]:
        """Return what can be pressed on the member's screen: modal, Home tab, messages."""
        workspace = self.target.demo.slack.workspace
        home = workspace.modals.home(who)
        holders: list[OpenView | Message] = [
            *workspace.modals.stack(who)[-1:],
            *([home] if home else []),
            *workspace.messages(workspace.place(who))[-5:],
        ]
        return [
            (holder, block, element)
            for holder in holders
            for block, element in elements(holder.blocks)
            if block["type"] != "input" or block.get("dispatch_action")
        ]

    def fields(self, who: str) -> list[tuple[Json, Json, Json]]:
        """Return the fields of the member's topmost modal, with the state each is kept in."""
        return [
            (block, element, opened.state[block["block_id"]])
            for opened in self.target.demo.slack.workspace.modals.stack(who)[-1:]
            for block, element in elements(opened.blocks)
            if block["type"] == "input" and element["type"] != "file_input"
        ]

    def changed_of_theirs(self) -> dict[str, tuple[list[Any], list[Any]]]:
        """Return what is no longer kept of the others as it was, by table."""
        store = self.target.demo.product.store
        now = self.target.run(store.read(lambda tx: neighbours_rows.kept_of(tx, self.both.theirs)))
        return {name: (rows, now[name]) for name, rows in self.kept.items() if now[name] != rows}

    def heard(self) -> str:
        """Return all that the product said since it was read last: answers, calls, files, mails."""
        slack = self.target.demo.slack
        raw, mails = slack.received[self.read_bytes :], slack.mails[self.read_mails :]
        self.read_bytes += len(raw)
        self.read_mails += len(mails)
        said = [unquote_plus(part.decode(errors="replace")) for part in raw]
        said += [f"{one.recipients} {one.subject} {one.plain} {one.html}" for one in mails]
        said += self.answers
        self.answers.clear()
        return readable("\n".join(said))

    async def _settled(self) -> None:
        ends = time.monotonic() + PATIENCE
        store = self.target.demo.product.store
        while time.monotonic() < ends and await store.read(waiting):  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.01)


async def staged(target: Target, rulebook: Rulebook) -> Stage:
    """Let both authorities move in, and wait until that is said."""
    place = await moved_in(target.demo, rulebook)
    store, both = target.demo.product.store, place.both
    rows = await store.read(neighbours_rows.everything)
    kept = await store.read(lambda tx: neighbours_rows.kept_of(tx, both.theirs))
    return Stage(target, both, rows, kept)


def entry_of(element: Json, dice: Random, number: int) -> Json:
    """Return what may stand in the element: what it offers, or what is the others'."""
    kind = element["type"]
    if kind == "button":
        return {"type": kind}
    key = "selected_option" if kind == "overflow" else VALUE_KEYS[kind][0]
    forged = _option(str(number))
    offered = [*(options_of(element) or [_option("x")]), forged]
    typed = [f"ny.ven@{OUR_DOMAIN}"] if "email" in kind else ["Ny Ven", "ny.ven"]
    about_them = [word for word in words_about_them() if word]
    values: dict[str, list[Any]] = {
        "value": typed if dice.random() < 0.5 else about_them,
        "selected_option": offered,
        "selected_options": [[], [forged], [dice.choice(offered)]],
        "selected_user": [ZBIGNIEWKA, "U0NIKOS", None],
    }
    return {"type": kind, key: dice.choice(values.get(key, [None]))}


def _option(value: str) -> Json:
    return {"text": {"type": "plain_text", "text": "x"}, "value": value}
